"""`config`: what the settings are, and where each came from."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from gateway.cli.config import command
from gateway.errors import SettingsError


def test_show_prints_every_setting_with_its_origin(tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text('[upstream]\nurl = "https://evs.example.com"\n')
    lines = CliRunner().invoke(command, ["show", "--config", str(file), "--origin"]).output.splitlines()
    assert f'upstream.url = "https://evs.example.com"  # {file}' in lines
    assert 'cassette.mode = "passthrough"  # default' in lines
    assert "cassette.modes = {}  # default" in lines
    assert "listen.workers = 1" in CliRunner().invoke(command, ["show"]).output.splitlines()


def test_show_as_json() -> None:
    document = json.loads(CliRunner().invoke(command, ["show", "--json"]).output)
    assert {"name": "listen.workers", "value": 1, "origin": "default"} in document


def test_check_says_yes_or_raises(tmp_path: Path) -> None:
    assert CliRunner().invoke(command, ["check"]).output == "The settings can be used.\n"
    file = tmp_path / "s.toml"
    file.write_text("zzz = 1\n")
    result = CliRunner().invoke(command, ["check", "--config", str(file)])
    with pytest.raises(SettingsError, match="unknown setting"):
        raise result.exception or AssertionError


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('[cassette.modes]\nno_such = "record"\n', "cassette.modes: unknown operation 'no_such'"),
        ('[checks.severities]\n"no-such" = "warn"\n', "checks.severities: unknown rule 'no-such'"),
        ('[replay.progress_by_operation]\nno_such = "count"\n', "unknown operation 'no_such'"),
        ('[[faults]]\noperation = "no_such"\nstatus = 503\n', "faults: unknown operation 'no_such'"),
    ],
)
def test_check_knows_operations_and_rules_by_name(written: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "s.toml"
    file.write_text(written)
    result = CliRunner().invoke(command, ["check", "--config", str(file)])
    with pytest.raises(SettingsError, match=said):
        raise result.exception or AssertionError
