"""The verb `report`."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gateway.cli.report import command
from gateway.errors import RunError
from tests.audit.records import denied, ended, trail_of


def run(*arguments: object) -> Result:
    result = CliRunner().invoke(command, [str(each) for each in arguments])
    if isinstance(result.exception, RunError):
        raise result.exception
    return result


@pytest.fixture
def trail(tmp_path: Path) -> Path:
    return trail_of(tmp_path / "audit", [ended(1), denied(2)])


def test_a_report_is_written_to_a_file(tmp_path: Path, trail: Path) -> None:
    file = tmp_path / "report.html"
    result = run("--audit", trail, "-o", file, "--from", "2025-11-24", "--to", "2025-11-25", "--principal", "alice")
    assert (result.exit_code, result.stdout) == (0, "")
    page = file.read_text("utf-8")
    assert ("2025-11-24T00:00:00.000Z" in page, "<dt>principal</dt><dd>alice</dd>" in page) == (True, True)


def test_a_report_is_printed_and_says_the_same(tmp_path: Path, trail: Path) -> None:
    run("--data", tmp_path, "-o", tmp_path / "report.html")
    assert run("--audit", trail, "-o", "-").stdout == (tmp_path / "report.html").read_text("utf-8")


def test_a_time_that_is_none_is_wrong_usage(trail: Path) -> None:
    result = run("--audit", trail, "-o", "-", "--from", "yesterday")
    assert (result.exit_code, "is no time" in result.stderr) == (2, True)


def test_a_folder_without_a_trail_ends_it(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="holds no audit trail"):
        run("--audit", tmp_path, "-o", "-")


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path, trail: Path) -> None:
    with pytest.raises(RunError, match=r"report\.html: cannot be written \(No such file"):
        run("--audit", trail, "-o", tmp_path / "none" / "report.html")
