"""`cassette prune`: a green run says what can go."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.errors import CassetteError
from gateway.stores.cassettes import open_cassette
from gateway.stores.copying import write_cassette
from tests.cassette.test_pruning import report
from tests.cli.test_cassette_integrity import _integrity, _run, _verdicts, data
from tests.stores.sample_exchanges import exchange, numbers

__all__ = ["data"]


@pytest.fixture(params=["one.sqlite", "one.cassette"])
def cassette(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    path = tmp_path / str(request.param)
    write_cassette(path, [exchange(number) for number in (1, 2, 3, 4, 5)])
    return path


@pytest.fixture
def used(tmp_path: Path) -> Path:
    path = tmp_path / "report.json"
    path.write_bytes(report())
    return path


def _numbers(path: Path) -> list[int]:
    cassette = open_cassette(path)
    found = numbers(cassette.read())
    cassette.close()
    return found


def test_what_was_not_used_goes(cassette: Path, used: Path, data: Path) -> None:
    result = _run("prune", "--unused", cassette, "--report", used, "--data", data)
    assert (result.exit_code, result.stderr) == (0, f"{cassette}: 4 exchanges of 5 used, 1 taken out\n")
    assert len(_numbers(cassette)) == 4
    assert _verdicts(_integrity(cassette, "--data", data))[0] in ("good", "unknown")


def test_a_dry_run_changes_nothing(cassette: Path, used: Path) -> None:
    result = _run("prune", "--unused", cassette, "--report", used, "--dry-run")
    assert result.stderr == f"{cassette}: 4 exchanges of 5 used, 1 to take out\n"
    assert len(_numbers(cassette)) == 5


def test_the_rest_is_redacted_once_more(tmp_path: Path, used: Path) -> None:
    path = tmp_path / "two.sqlite"
    from dataclasses import replace

    spilt = [
        replace(each, request=replace(each.request, headers=((b"x-auth-token", b"secret-token-of-somebody"),)))
        for each in (exchange(number) for number in range(5))
    ]
    write_cassette(path, spilt)
    _run("prune", "--unused", path, "--report", used)
    assert b"secret-token-of-somebody" not in path.read_bytes()


def test_a_run_that_missed_prunes_nothing(cassette: Path, used: Path) -> None:
    used.write_bytes(report(miss_count=3))
    result = _run("prune", "--unused", cassette, "--report", used)
    assert isinstance(result.exception, CassetteError)
    assert str(result.exception) == f"{used}: the run missed 3 times; expected a green run"
    assert len(_numbers(cassette)) == 5


def test_a_report_that_is_not_there_is_named(cassette: Path, tmp_path: Path) -> None:
    result = _run("prune", "--unused", cassette, "--report", tmp_path / "none.json")
    assert str(result.exception) == f"{tmp_path / 'none.json'}: cannot be read: No such file or directory"
    assert _run("prune", cassette, "--report", tmp_path / "none.json").exit_code == 2
