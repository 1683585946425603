"""`cassette diff`: two cassettes of any form, in words, as JSON, and by the exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli import cassette as verb
from gateway.errors import DifferenceError
from gateway.stores.copying import write_cassette
from tests.cassette.test_diff import TITLE, lives, show
from tests.cli.test_cassette import _run
from tests.cli.test_cassette_forms import SAMPLE


def _diff(*arguments: object) -> Result:
    return CliRunner().invoke(verb.command, ["diff", *(str(argument) for argument in arguments)])


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    write_cassette(tmp_path / "a.sqlite", [*lives(show(old="x" * 90)), *lives(show(2))])
    write_cassette(tmp_path / "b.cassette", [*lives(show(old="y")), *lives(show(2))[:1]])
    return tmp_path / "a.sqlite", tmp_path / "b.cassette"


def test_the_same_recording_in_two_forms_is_no_difference(tmp_path: Path) -> None:
    _run("export", SAMPLE, tmp_path / "one.har")
    result = _diff(SAMPLE, tmp_path / "one.har")
    assert (result.exit_code, result.stdout) == (0, "")


def test_differences_are_told_in_words_with_their_direction(pair: tuple[Path, Path]) -> None:
    result = _diff(*pair)
    assert isinstance(result.exception, DifferenceError)
    assert str(result.exception) == f"{pair[0]} and {pair[1]}: 2 exchanges differ"
    only = TITLE.replace("volume:1", "volume:2")
    assert result.stdout.splitlines() == [
        f"2 | 2  cinder_show_volume {TITLE}",
        f'  /response/body/json/volume/old: first has "{"x" * 78}…, second has "y" [warn]',
        f"only in the first: 4  cinder_show_volume {only} [warn]",
    ]
    assert _diff(*reversed(pair)).stdout.splitlines()[-1] == f"only in the second: 4  cinder_show_volume {only} [info]"


def test_differences_are_told_to_machines(pair: tuple[Path, Path]) -> None:
    rows = json.loads(_diff(*pair, "--json").stdout)
    assert rows[1] == {
        "operation": "cinder_show_volume",
        "title": TITLE.replace("volume:1", "volume:2"),
        "first": 4,
        "second": 0,
        "changes": [],
        "severity": "warn",
    }
    assert [each["severity"] for each in rows[0]["changes"]] == ["warn"]


def test_what_weighs_less_than_is_asked_for_ends_well(pair: tuple[Path, Path]) -> None:
    assert _diff(*pair, "--fail-on", "warn").exit_code == 1
    result = _diff(*pair, "--fail-on", "error")
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 3)


def test_one_difference_is_one(pair: tuple[Path, Path], tmp_path: Path) -> None:
    write_cassette(tmp_path / "c.sqlite", [*lives(show(old="y")), *lives(show(2))])
    assert str(_diff(pair[0], tmp_path / "c.sqlite").exception).endswith("1 exchange differs")
