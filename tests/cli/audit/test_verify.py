"""`audit verify`: each planted kind of tampering is found and located, over files."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from gateway.audit.anchors import Anchor
from gateway.audit.chain import START, linked
from gateway.cli import root
from gateway.cli.audit import verify
from gateway.errors import DifferenceError, RunError
from gateway.stores.audit_files import AuditFiles, files_of
from gateway.stores.keys import anchor_signer
from tests.audit.records import ended
from tests.audit.trails import OTHER_SIGNER
from tests.cli.audit.running import audit, said

Files = list[Path]
Tampering = Callable[[Files], None]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Return a data folder with a trail of nine records in three files, anchored after the third and the seventh; what
    was said outside is beside it."""
    data = tmp_path / "data"
    signer, told = anchor_signer(data), list[Anchor]()
    files = AuditFiles(data / "audit", "gw-1", 4000)
    for number in range(1, 8):
        files.append(ended(number))
        if number in (3, 6):
            told.append(signer.anchor("gw-1", files.head, number))
            files.append({"stage": "anchor", "ts_ms": number, "anchor": told[-1].as_json()})
    files.close()
    lines = [json.dumps({"event": "audit anchor", "anchor": each.as_json()}) for each in told]
    (tmp_path / "kept").write_text("\n".join(lines))
    return data


def trail(data: Path) -> Files:
    return files_of(data / "audit", "gw-1")


def edited(path: Path, edit: Callable[[list[bytes]], list[bytes]]) -> None:
    path.write_bytes(b"".join(edit(path.read_bytes().splitlines(keepends=True))))


def faults(data: Path, *options: object) -> list[tuple[str, str, int]]:
    """Return kind, place and number of what is wrong, and see that the exit code says so."""
    result = CliRunner().invoke(root, ["audit", "verify", "--data", str(data), "--json", *map(str, options)])
    assert isinstance(result.exception, DifferenceError)
    return [
        (fault["kind"], fault["place"], fault["seq"]) for each in json.loads(result.stdout) for fault in each["faults"]
    ]


def test_a_whole_trail_says_how_far_others_speak_for_it(data: Path) -> None:
    assert len(trail(data)) == 3
    assert said("verify", "--data", data, "--anchors", data.parent / "kept") == [
        "gw-1: whole: 9 records, the last is 9; "
        "anchors kept elsewhere speak for the first 7; taken on trust behind them: 2"
    ]
    assert said("verify", "--data", data, "--chain", "gw-1") == [
        "gw-1: whole: 9 records, the last is 9; "
        "no anchor kept elsewhere speaks for it, so a cut or rewritten end would not show"
    ]


def _change(files: Files) -> None:
    edited(files[0], lambda lines: [lines[0], lines[1].replace(b"req-2", b"req-X"), *lines[2:]])


def _delete(files: Files) -> None:
    edited(files[0], lambda lines: [lines[0], *lines[2:]])


def _swap(files: Files) -> None:
    edited(files[0], lambda lines: [lines[1], lines[0], *lines[2:]])


def _repeat(files: Files) -> None:
    edited(files[0], lambda lines: [lines[0], lines[0], *lines[1:]])


def _take_middle_file(files: Files) -> None:
    files[1].unlink()


def _take_last_file(files: Files) -> None:
    files[2].unlink()


def _garble(files: Files) -> None:
    edited(files[0], lambda lines: [b"what was here\n", *lines[1:]])


def _bring_from_elsewhere(files: Files) -> None:
    foreign = linked("gw-2", START, ended(1)).line + b"\n"
    edited(files[0], lambda lines: [*lines, foreign])


def _places(kind: Tampering, data: Path) -> list[tuple[str, str, int]]:
    files = trail(data)
    kind(files)
    return faults(data, "--anchors", data.parent / "kept")


def test_each_planted_kind_is_found_where_it_is(data: Path) -> None:
    pristine = {path: path.read_bytes() for path in trail(data)}
    first, second, third = (path.name for path in pristine)
    begin_second, begin_third = (int(name.split(".")[1]) for name in (second, third))
    expected = {
        _change: [("changed", f"{first}:2", 2)],
        _delete: [("missing", f"{first}:2", 2)],
        _swap: [("moved", f"{first}:2", 1)],
        _repeat: [("repeated", f"{first}:2", 1)],
        _take_middle_file: [("missing", f"{third}:1", begin_second)],
        _garble: [("unreadable", f"{first}:1", 0), ("missing", f"{first}:2", 1)],
        _bring_from_elsewhere: [("foreign", f"{first}:{begin_second}", 1)],
    }
    found = {}
    for kind in expected:
        found[kind] = _places(kind, data)
        for path, content in pristine.items():
            path.write_bytes(content)
    assert found == expected
    assert begin_third > begin_second


def test_a_cut_end_shows_by_what_others_kept_only(data: Path) -> None:
    _take_last_file(trail(data))
    edited(trail(data)[1], lambda lines: lines[:1])
    assert said("verify", "--data", data)[0].startswith("gw-1: whole")
    (fault,) = faults(data, "--anchors", data.parent / "kept")
    assert (fault[0], fault[2]) == ("cut", 7)


def test_a_whole_chain_that_is_gone_shows_by_what_others_kept(data: Path) -> None:
    AuditFiles(data / "audit", "gw-2").close()
    for path in trail(data):
        path.unlink()
    assert [kind for kind, *_ in faults(data, "--anchors", data.parent / "kept")] == ["cut", "cut"]


def test_a_trail_written_anew_is_a_fork(data: Path) -> None:
    for path in trail(data):
        path.unlink()
    files = AuditFiles(data / "audit", "gw-1")
    for number in range(1, 10):
        files.append(ended(number, who={"user_name": "nobody"}))
    files.close()
    kinds = [kind for kind, *_ in faults(data, "--anchors", data.parent / "kept")]
    assert kinds == ["forked", "forked"]


def test_a_wrong_key_is_told(data: Path) -> None:
    key = base64.b64encode(OTHER_SIGNER.public).decode()
    assert [kind for kind, *_ in faults(data, "--key", key)] == ["unsigned", "unsigned"]
    (data.parent / "other.pub").write_text(f"{key}\n")
    assert [kind for kind, *_ in faults(data, "--key", data.parent / "other.pub")] == ["unsigned", "unsigned"]


def test_without_a_key_signatures_are_not_checked(data: Path, tmp_path: Path) -> None:
    assert said("verify", "--trail", data / "audit", "--data", tmp_path / "none")[0].startswith("gw-1: whole")


@pytest.mark.parametrize("key", ["not base64!", base64.b64encode(b"short").decode()])
def test_what_is_no_key_is_said(data: Path, key: str) -> None:
    with pytest.raises(RunError, match="is no public key"):
        audit("verify", "--data", data, "--key", key)


def test_a_chain_that_is_not_there_is_said(data: Path) -> None:
    with pytest.raises(RunError, match="holds no chain 'gw-7'; it holds gw-1"):
        audit("verify", "--data", data, "--chain", "gw-7")


def test_of_many_faults_the_first_are_told(data: Path) -> None:
    path = trail(data)[0]
    edited(path, lambda lines: [*lines, *lines[:1] * 30])
    result = CliRunner().invoke(root, ["audit", "verify", "--data", str(data)])
    lines = result.stdout.splitlines()
    assert (len(lines), lines[0].split(";")[0], lines[-1]) == (
        22,
        "gw-1: NOT WHOLE: 39 records, the last is 9",
        "  and 10 more",
    )
    assert str(result.exception).startswith(f"the audit trail is not whole: 30 faults, the first at {path.name}:")


def test_a_terminal_shows_how_far_it_is(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bars: list[int] = []
    original = click.progressbar
    monkeypatch.setattr(verify, "stderr_is_terminal", lambda: True)
    monkeypatch.setattr(
        click, "progressbar", lambda length, **words: bars.append(length) or original(length=length, **words)
    )
    audit("verify", "--data", data)
    assert bars == [sum(path.stat().st_size for path in trail(data))]
