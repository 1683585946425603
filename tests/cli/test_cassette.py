"""`evs-gateway cassette`: what is in a cassette, and the way from one form to the other."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click import Context
from click.testing import CliRunner, Result

from gateway.cassette.exchange import CredentialClass, Exchange
from gateway.cassette.rule_set import RULE_SET
from gateway.cassette.text import FORMAT
from gateway.cassette.text_schema import schema
from gateway.cli import cassette as verb
from gateway.cli.cassette import common
from gateway.cli.cassette.group import SUBCOMMANDS
from gateway.errors import CassetteError, GatewayError, RunError
from gateway.http.messages import Request, Response
from gateway.stores.cassettes import open_cassette
from gateway.stores.copying import write_cassette
from gateway.stores.sqlite import CassetteStore
from gateway.stores.text_folder import read_folder
from tests.cassette.test_text_migrations import OLD

SECRET = "9266c59563c84664"


def _exchange(number: int) -> Exchange:
    return Exchange(
        "cinder_accept_transfer",
        Request(
            "POST",
            f"/v2/p/x/{number}".encode(),
            ((b"accept", b"*/*"),),
            b'{"accept":{"auth_key":"%s"}}' % SECRET.encode(),
        ),
        Response(
            202, ((b"x-trace", b"1"), (b"vary", b"*")), b"\xff" if number == 2 else b"two\nlines" if number else b""
        ),
        1_700_000_000.0,
        1_700_000_000.5,
        CredentialClass.TOKEN,
        ("header:x-auth-token",),
    )


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "one.sqlite"
    write_cassette(path, map(_exchange, range(3)))
    return path


def _run(*arguments: object) -> Result:
    result = CliRunner().invoke(verb.command, [str(argument) for argument in arguments])
    if isinstance(result.exception, GatewayError):
        raise result.exception
    return result


def _read(path: Path) -> list[Exchange]:
    cassette = open_cassette(path)
    exchanges = list(cassette.read())
    cassette.close()
    return exchanges


def test_the_exchanges_are_listed(source: Path) -> None:
    lines = _run("list", source).stdout.splitlines()
    assert len(lines) == 3
    assert lines[1].split() == ["2", "202", "500.0", "ms", "cinder_accept_transfer", "POST", "/v2/p/x/1"]


def test_the_exchanges_are_listed_as_json(source: Path) -> None:
    assert json.loads(_run("list", source, "--json").stdout)[0] == {
        "seq": 1,
        "operation": "cinder_accept_transfer",
        "method": "POST",
        "target": "/v2/p/x/0",
        "status": 202,
        "started_at": "2023-11-14T22:13:20+00:00",
        "elapsed_ms": 500.0,
        "connection": "",
        "credential": "token",
        "redactions": ["header:x-auth-token"],
        "findings": [],
    }


def test_writes_of_unknown_outcome_are_told_beside_the_list(source: Path) -> None:
    store = CassetteStore.open(source, create=False)
    asyncio.run(store.intend(Request("DELETE", b"/v2/p/volumes/1")))
    store.close()
    result = _run("list", source, "--json")
    assert len(json.loads(result.stdout)) == 3
    assert result.stderr == "outcome unknown: DELETE /v2/p/volumes/1\n"


def test_the_cassettes_of_a_folder_are_listed(source: Path) -> None:
    write_cassette(source.with_name("two.cassette"), [_exchange(0)])
    source.with_name("bad.sqlite").write_text("no")
    source.with_name("notes.txt").write_text("no")
    lines = [line.split(maxsplit=2) for line in _run("list", source.parent).stdout.splitlines()]
    problem = f"{source.with_name('bad.sqlite')}: is no cassette; expected an SQLite file "
    problem += "(`evs-gateway cassette import` reads other forms)"
    assert lines == [
        ["bad.sqlite", "sqlite", problem],
        ["one.sqlite", "sqlite", "3 exchanges"],
        ["two.cassette", "text", "1 exchange"],
    ]
    assert json.loads(_run("list", source.parent, "--json").stdout)[1:] == [
        {"name": "one.sqlite", "form": "sqlite", "exchanges": 3, "problem": None},
        {"name": "two.cassette", "form": "text", "exchanges": 1, "problem": None},
    ]


def test_a_missing_cassette_is_named(tmp_path: Path) -> None:
    with pytest.raises(CassetteError, match="no such cassette"):
        _run("list", tmp_path / "none.cassette")


def test_an_exchange_is_shown_to_be_read(source: Path) -> None:
    assert _run("show", source, 2).stdout.splitlines() == [
        "2  cinder_accept_transfer  2023-11-14T22:13:20+00:00  500.0 ms",
        "redacted: header:x-auth-token",
        "",
        "POST /v2/p/x/1",
        "accept: */*",
        "",
        "{",
        '  "accept": {',
        f'    "auth_key": "{SECRET}"',
        "  }",
        "}",
        "",
        "202",
        "x-trace: 1",
        "vary: *",
        "",
        "two",
        "lines",
    ]
    assert _run("show", source, 1).stdout.endswith("\n202\nx-trace: 1\nvary: *\n")
    assert _run("show", source, 3).stdout.endswith("\n(1 bytes, not text)\n")


def test_an_exchange_is_shown_as_json(source: Path) -> None:
    document = json.loads(_run("show", source, 1, "--json").stdout)
    assert document["request"] == {"headers": ["accept: */*"], "body": {"json": {"accept": {"auth_key": SECRET}}}}
    assert document["response"] == {"headers": ["x-trace: 1", "vary: *"], "body": None}


def test_an_exchange_that_is_not_there_is_named(source: Path) -> None:
    with pytest.raises(RunError, match="has no exchange 9; it holds 3"):
        _run("show", source, 9)


def test_export_and_import_give_the_same_text_again(source: Path, tmp_path: Path) -> None:
    text, other, again = tmp_path / "one.cassette", tmp_path / "two.sqlite", tmp_path / "again" / "one.cassette"
    assert _run("export", source, text).exit_code == 0
    assert _run("import", text, other).exit_code == 0
    assert _run("import", other, text, "--force").exit_code == 0
    assert _run("export", other, again).exit_code == 0
    assert {path.name: path.read_bytes() for path in text.iterdir()} == {
        path.name: path.read_bytes() for path in again.iterdir()
    }
    assert len(read_folder(again)) == 3


def test_an_import_redacts_again(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "two.sqlite"
    result = _run("import", source, target, "--data", tmp_path / "data")
    assert result.stderr == f"{target}: 3 exchanges\n"
    bodies = {each.request.body for each in _read(target)}
    assert len(bodies) == 1
    assert SECRET.encode() not in target.read_bytes()
    first = _read(target)[0]
    assert first.response.headers == ((b"vary", b"*"),)
    assert first.redactions == ("body:auth_key", "header:x-auth-token")
    assert (tmp_path / "data" / "redaction.key").exists()


def test_nothing_is_overwritten_unless_told(source: Path, tmp_path: Path) -> None:
    target = tmp_path / "two.cassette"
    _run("export", source, target)
    with pytest.raises(CassetteError, match="is there already; give --force to replace it"):
        _run("export", source, target)
    assert _run("export", source, target, "--force").exit_code == 0


def test_an_older_format_is_brought_over_in_its_own_place(tmp_path: Path) -> None:
    folder = tmp_path / "old.cassette"
    folder.mkdir()
    for name, content in OLD.items():
        (folder / name).write_bytes(content)
    result = _run("export", folder, folder)
    assert result.stderr == (
        f"{folder}: was redacted by rules unknown; redacted again by {RULE_SET}\n{folder}: 2 exchanges\n"
    )
    assert sorted(path.name for path in folder.iterdir()) == [
        ".gitattributes",
        "0010-cinder-show-volume.json",
        "cassette.json",
        "cassette.sums",
    ]
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert json.loads(before["cassette.json"])["format"] == FORMAT
    assert _run("export", folder, folder).stderr == f"{folder}: 2 exchanges\n"
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_an_export_redacts_again(tmp_path: Path) -> None:
    source, text = tmp_path / "one.sqlite", tmp_path / "one.cassette"
    secret = replace(_exchange(0), request=Request("POST", b"/v2/p/x", (), b'{"password": "Pa55word!pa55word"}'))
    write_cassette(source, [secret])
    assert _run("export", source, text).exit_code == 0
    assert [path.name for path in text.iterdir() if b"Pa55word!" in path.read_bytes()] == []


def test_the_schema_is_printed() -> None:
    assert json.loads(_run("schema").stdout) == schema()


def test_wrong_names_are_wrong_usage(source: Path, tmp_path: Path) -> None:
    assert _run("export", source, tmp_path / "text").exit_code == 2
    assert _run("import", source, source, "--force").exit_code == 2


def test_a_bar_shows_on_a_terminal(source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[int | None] = []

    class Bar:
        def __init__(self, items: Iterator[Exchange], length: int | None = None, **_: object) -> None:
            shown.append(length)
            self._items = items

        def __enter__(self) -> Iterator[Exchange]:
            return self._items

        def __exit__(self, *_: object) -> None:
            shown.append(None)

    monkeypatch.setattr(common, "stderr_is_terminal", lambda: True)
    monkeypatch.setattr(common.click, "progressbar", Bar)
    assert _run("export", source, tmp_path / "two.cassette").exit_code == 0
    assert shown == [3, None]


def test_the_subcommands_are_told_and_an_unknown_one_is_wrong_usage() -> None:
    help_text = _run("--help").stdout
    assert [name for name in SUBCOMMANDS if f"\n  {name} " not in help_text] == []
    assert verb.command.list_commands(Context(verb.command)) == list(SUBCOMMANDS)
    assert _run("burn").exit_code == 2
