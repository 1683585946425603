"""`cassette export | import` with the forms of other tools: by suffix, redacted on every way."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.cassette.aliases import aliased
from gateway.cassette.exchange import Exchange
from gateway.cli.cassette import forms
from gateway.errors import CassetteError, StoreError
from gateway.stores.copying import write_cassette
from tests.cli.test_cassette import _read, _run

SAMPLE = Path(__file__).parent.parent.parent / "cassettes" / "first-session.cassette"
SECRETS = ("gAAAAABsecretsecret0123456789", "Pa55word!pa55word", "cookie-0123456789abcdef")
P = "40acc331ac784f34842ba4f08ff2be48"


def _comparable(exchanges: list[Exchange]) -> list[tuple[object, ...]]:
    return [
        (each.operation, each.request.method, each.request.target, each.request.body, each.response, each.credential)
        for each in aliased(exchanges)
    ]


def _har(path: Path) -> Path:
    """Write what a browser would: a token in headers, a password in a body, an error that echoes the token."""
    token, password, cookie = SECRETS
    headers = [{"name": "X-Auth-Token", "value": token}, {"name": "Cookie", "value": f"s={cookie}"}]
    asked: dict[str, Any] = {"method": "GET", "url": f"https://evs.example.com/v2/{P}/volumes", "headers": headers}
    posted = {"mimeType": "application/json", "text": json.dumps({"volume": {"adminPass": password}})}
    entries = [
        {"request": asked, "response": {"status": 401, "content": {"text": json.dumps({"error": f"bad {token}"})}}},
        {"request": {**asked, "method": "POST", "postData": posted}, "response": {"status": 400}},
    ]
    timed = [{"startedDateTime": "2023-11-14T22:13:20Z", "time": 1, **entry} for entry in entries]
    path.write_text(json.dumps({"log": {"entries": timed}}))
    return path


@pytest.mark.parametrize("name", ["one.har", "one.yaml", "one.YML"])
def test_the_sample_survives_the_way_there_and_back(tmp_path: Path, name: str) -> None:
    foreign, back = tmp_path / name, tmp_path / "back.sqlite"
    assert _run("export", SAMPLE, foreign).exit_code == 0
    assert b"<volume:" not in foreign.read_bytes()
    assert _run("import", foreign, back).exit_code == 0
    assert len(_read(back)) > 30
    assert _comparable(_read(back)) == _comparable(_read(SAMPLE))


def test_urls_carry_the_address_that_is_asked_for(tmp_path: Path) -> None:
    target = tmp_path / "one.yaml"
    _run("export", SAMPLE, target, "--origin", "https://evs.example.com/")
    assert "uri: https://evs.example.com/v" in target.read_text()


def test_an_import_holds_no_secret(tmp_path: Path) -> None:
    source, target, again = _har(tmp_path / "in.har"), tmp_path / "out.cassette", tmp_path / "again.har"
    assert _run("import", source, target).exit_code == 0
    assert _run("export", target, again).exit_code == 0
    written = b"".join(path.read_bytes() for path in (*target.iterdir(), again))
    assert [secret for secret in SECRETS if secret.encode() in written] == []
    assert [each.credential.value for each in _read(target)] == ["token", "token"]


def test_an_export_redacts_what_was_put_into_a_cassette_by_hand(tmp_path: Path) -> None:
    source, target = tmp_path / "one.sqlite", tmp_path / "one.har"
    write_cassette(source, forms.read_form(_har(tmp_path / "in.har")))
    assert _run("export", source, target).exit_code == 0
    assert [secret for secret in SECRETS if secret.encode() in target.read_bytes()] == []


def test_a_foreign_file_is_listed_and_shown_as_it_is(tmp_path: Path) -> None:
    source = _har(tmp_path / "in.har")
    assert [line.split()[1] for line in _run("list", source).stdout.splitlines()] == ["401", "400"]
    assert "bad" in _run("show", source, 1).stdout


def test_a_foreign_file_is_not_overwritten_unless_told(tmp_path: Path) -> None:
    target = tmp_path / "one.har"
    _run("export", SAMPLE, target)
    with pytest.raises(CassetteError, match=r"one\.har: is there already; give --force to replace it"):
        _run("export", SAMPLE, target)
    assert _run("export", SAMPLE, target, "--force").exit_code == 0


def test_an_import_goes_into_a_form_of_ours(tmp_path: Path) -> None:
    assert _run("import", SAMPLE, tmp_path / "one.har").exit_code == 2


def test_mistakes_name_the_file(tmp_path: Path) -> None:
    (tmp_path / "bad.har").write_text("{}")
    with pytest.raises(CassetteError, match=r"bad\.har: HAR: log: Field required"):
        _run("import", tmp_path / "bad.har", tmp_path / "x.sqlite")
    with pytest.raises(CassetteError, match=r"none\.yaml: cannot be read: No such file"):
        _run("import", tmp_path / "none.yaml", tmp_path / "x.sqlite")
    with pytest.raises(StoreError, match=r"x\.har: cannot be written: No such file"):
        _run("export", SAMPLE, tmp_path / "none" / "x.har")


def test_what_an_import_leaves_out_is_named(tmp_path: Path) -> None:
    source = tmp_path / "in.har"
    source.write_text(_har(source).read_text().replace('"status": 400', '"status": 0'))
    assert _run("import", source, tmp_path / "out.sqlite").stderr == (
        f"{source}: log.entries.1: left out: has no answer\n{tmp_path / 'out.sqlite'}: 1 exchange\n"
    )
