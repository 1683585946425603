"""`cassette scan`: every form, by file and by folder; the exit code tells, the value is never told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import cassette as verb
from gateway.cli.cassette import forms
from gateway.errors import CassetteError, DifferenceError
from gateway.stores.copying import write_cassette
from tests.cli.test_cassette_forms import SAMPLE, SECRETS, _har


def _scan(*arguments: object) -> Result:
    return CliRunner().invoke(verb.command, ["scan", *(str(argument) for argument in arguments)])


@pytest.fixture
def leaky(tmp_path: Path) -> Path:
    """Return a folder with the same secrets in every form."""
    exchanges = forms.read_form(_har(tmp_path / "a.har"))
    write_cassette(tmp_path / "b.sqlite", exchanges)
    write_cassette(tmp_path / "sub" / "c.cassette", exchanges)
    forms.write_form(tmp_path / "d.yaml", exchanges, "http://h")
    (tmp_path / "notes.json").write_text('{"password": "no cassette"}')
    (tmp_path / "ci.yaml").write_text("password: no cassette")
    return tmp_path


def test_every_form_in_a_folder_is_searched(leaky: Path) -> None:
    result = _scan(leaky)
    assert isinstance(result.exception, DifferenceError)
    found = {line.split(": ")[0].removeprefix(f"{leaky}/") for line in result.stdout.splitlines()}
    assert found == {
        "a.har",
        "b.sqlite",
        "d.yaml",
        "sub/c.cassette/0010-cinder-list-volumes.json",
        "sub/c.cassette/0020-cinder-create-volume.json",
    }
    assert [secret for secret in SECRETS if secret in result.output] == []


def test_a_leak_has_file_place_and_kind(leaky: Path) -> None:
    rows = json.loads(_scan(leaky / "b.sqlite", "--json").stdout)
    assert rows[0] == {"file": str(leaky / "b.sqlite"), "place": "/1/request/headers/0", "kind": "token"}
    assert {
        "file": str(leaky / "b.sqlite"),
        "place": "/2/request/body/json/volume/adminPass",
        "kind": "password",
    } in rows
    assert str(_scan(leaky / "sub/c.cassette/0010-cinder-list-volumes.json").exception).startswith("found 2 secrets; ")


def test_one_secret_is_one(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text('{"password": "x"}')
    assert str(_scan(tmp_path / "one.json").exception).startswith("found 1 secret; ")


def test_a_clean_cassette_passes(tmp_path: Path) -> None:
    result = _scan(SAMPLE, SAMPLE)
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr == f"nothing found in {len(list(SAMPLE.glob('*.json')))} files\n"


def test_what_cannot_be_searched_does_not_pass(tmp_path: Path) -> None:
    for name, text in (("a.txt", "hello"), ("b.yaml", "a: ["), ("c.har", "{")):
        (tmp_path / name).write_text(text)
        result = _scan(tmp_path / name)
        assert isinstance(result.exception, CassetteError)
        assert (
            str(result.exception)
            == f"{tmp_path / name}: cannot be scanned: expected a cassette, HAR, VCR.py's YAML or flows"
        )
    (tmp_path / "loop").symlink_to(tmp_path / "gone")
    with pytest.raises(CassetteError, match="loop: cannot be read: No such file"):
        raise _scan(tmp_path).exception or AssertionError
