"""The folder of a text cassette: each file old or new, never half, and nothing stale."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from gateway.cassette.exchange import Exchange
from gateway.cassette.rule_set import RULE_SET
from gateway.errors import CassetteError, StoreError
from gateway.http.messages import Request, Response
from gateway.stores import text_folder
from gateway.stores.text_folder import is_text_cassette, read_folder, rules_of, write_folder
from tests.stores.sample_exchanges import exchange, numbers


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_was_written_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "one.cassette"
    write_folder(folder, map(exchange, range(2)))
    assert is_text_cassette(folder)
    assert _names(folder) == [
        ".gitattributes",
        "0010-cinder-show-volume.json",
        "0020-cinder-show-volume.json",
        "cassette.json",
        "cassette.sums",
    ]
    assert numbers(read_folder(folder)) == [0, 1]
    assert b'"name": "one"' in (folder / "cassette.json").read_bytes()
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o644}


def test_stale_files_go_and_equal_files_are_not_touched(tmp_path: Path) -> None:
    folder = tmp_path / "one.cassette"
    write_folder(folder, map(exchange, range(3)))
    (folder / "README.md").write_text("mine")
    before = (folder / "0010-cinder-show-volume.json").stat()
    write_folder(folder, [exchange(0)])
    assert _names(folder) == [
        ".gitattributes",
        "0010-cinder-show-volume.json",
        "README.md",
        "cassette.json",
        "cassette.sums",
    ]
    assert (folder / "0010-cinder-show-volume.json").stat() == before


def test_a_mistake_is_named_with_its_folder(tmp_path: Path) -> None:
    folder = tmp_path / "one.cassette"
    write_folder(folder, [exchange(0)])
    (folder / "0010-cinder-show-volume.json").write_bytes(b"{}")
    with pytest.raises(CassetteError) as caught:
        read_folder(folder)
    assert str(caught.value) == f"{folder}/0010-cinder-show-volume.json: operation: Field required"


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "0010-x.json").mkdir()
    with pytest.raises(CassetteError, match="cannot be read: Is a directory; expected a text cassette"):
        read_folder(tmp_path)


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StoreError, match="cannot be written: File exists"):
        write_folder(tmp_path / "file", [])


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    write_folder(tmp_path, [exchange(0)])
    before = _names(tmp_path)
    monkeypatch.setattr(text_folder.os, "fsync", full)
    with pytest.raises(StoreError, match="cannot be written: No space left on device"):
        write_folder(tmp_path, map(exchange, range(2)))
    monkeypatch.setattr(text_folder.os, "fsync", os.fsync)
    assert _names(tmp_path) == before
    assert numbers(read_folder(tmp_path)) == [0]


def _large(number: int) -> Exchange:
    return replace(exchange(0), response=Response(200, (), b"%d" % number * 20_000))


def test_a_large_body_has_a_file_and_a_stale_one_goes(tmp_path: Path) -> None:
    write_folder(tmp_path, [_large(1)])
    (old,) = (tmp_path / "blobs").iterdir()
    write_folder(tmp_path, [_large(2)])
    (new,) = (tmp_path / "blobs").iterdir()
    assert old != new
    assert read_folder(tmp_path)[0].response.body == b"2" * 20_000
    write_folder(tmp_path, [exchange(0)])
    assert not (tmp_path / "blobs").exists()


def test_hashes_are_those_that_sha256sum_checks_and_no_diff_shows_them(tmp_path: Path) -> None:
    write_folder(tmp_path, [_large(1), exchange(2)])
    lines = (tmp_path / "cassette.sums").read_text().splitlines()
    paths = [*tmp_path.glob("*.json"), *tmp_path.glob("blobs/*")]
    assert lines == sorted(
        (f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(tmp_path)}" for path in paths),
        key=lambda line: line[66:],
    )
    assert (tmp_path / ".gitattributes").read_text() == "* -text\ncassette.sums -diff\n"


def test_the_age_that_was_set_by_hand_outlives_a_recording(tmp_path: Path) -> None:
    write_folder(tmp_path, [exchange(0)])
    header = json.loads((tmp_path / "cassette.json").read_text())
    (tmp_path / "cassette.json").write_text(json.dumps({**header, "max_age_days": 90}))
    write_folder(tmp_path, map(exchange, range(2)))
    assert json.loads((tmp_path / "cassette.json").read_text())["max_age_days"] == 90


def test_what_other_rules_redacted_is_redacted_again(tmp_path: Path) -> None:
    secret = replace(exchange(0), request=Request("POST", b"/v2/p/x", (), b'{"password": "Pa55word!"}'))
    write_folder(tmp_path, [secret])
    assert b"Pa55word!" in read_folder(tmp_path)[0].request.body
    header = (tmp_path / "cassette.json").read_text()
    (tmp_path / "cassette.json").write_text(header.replace(RULE_SET, "0-weaker"))
    (found,) = read_folder(tmp_path)
    assert b"Pa55word!" not in found.request.body
    assert "body:password" in found.redactions
    assert rules_of(tmp_path) == "0-weaker"


def test_a_header_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(CassetteError, match=f"{tmp_path}: cannot be read: No such file"):
        rules_of(tmp_path)
    (tmp_path / "cassette.json").write_text("{}")
    with pytest.raises(CassetteError, match=f"{tmp_path}/cassette.json: kind: Field required"):
        rules_of(tmp_path)
