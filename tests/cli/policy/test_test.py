"""`policy test`: cases, coverage, JUnit."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from gateway.errors import PolicyError
from tests.cli.policy.running import folder, printed, run

CASES = """\
version: 1
principal: {domain_id: d1, project_id: p1}
cases:
  - {name: a list, request: {method: GET, path: /v2/p1/volumes}, expect: allow}
  - {name: a deletion, request: {method: DELETE, path: /v2/p1/volumes/v1}, expect: EXPECTED}
"""


def cases(where: Path, expected: str = "explicit") -> Path:
    (where / "tests").mkdir(exist_ok=True)
    file = where / "tests" / "cases.yaml"
    file.write_text(CASES.replace("EXPECTED", expected))
    return file


def test_all_as_expected(tmp_path: Path) -> None:
    where = folder(tmp_path / "p")
    cases(where)
    result = run("test", "--policies", where, "--threshold", "100")
    assert (result.exit_code, result.stdout) == (0, "2 cases, 0 failed, coverage 100.0 %\n")


def test_a_case_that_comes_out_otherwise_fails(tmp_path: Path) -> None:
    where = folder(tmp_path / "p")
    file, report = cases(where, "allow"), tmp_path / "junit.xml"
    result = run("test", file, "--policies", where, "--junit", report)
    assert result.exit_code == 5
    assert result.stdout.splitlines() == [
        f"FAILED {file}: a deletion: decision: expected 'allow', got 'deny'",
        "2 cases, 1 failed, coverage 100.0 %",
    ]
    (suite,) = ElementTree.parse(report).getroot()
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    assert [failure.get("message") for failure in suite.iter("failure")] == ["decision: expected 'allow', got 'deny'"]


def test_too_little_coverage_fails(tmp_path: Path) -> None:
    result = run("test", "--policies", folder(tmp_path / "p"), "--threshold", "1")
    assert result.exit_code == 5
    assert result.stdout.splitlines() == [
        "never seen: allow#0 applies",
        "never seen: deny#Keep applies",
        "0 cases, 0 failed, coverage 0.0 %",
    ]


def test_results_as_json(tmp_path: Path) -> None:
    where = folder(tmp_path / "p")
    file = cases(where, "allow")
    assert printed(run("test", "--policies", where, "--json")) == [
        {
            "cases": 2,
            "failed": [{"file": str(file), "name": "a deletion", "why": ["decision: expected 'allow', got 'deny'"]}],
            "coverage": 100.0,
            "unseen": [],
        }
    ]


def test_cases_that_do_not_load_end_it(tmp_path: Path) -> None:
    where = folder(tmp_path / "p")
    cases(where, "perhaps")
    with pytest.raises(PolicyError, match="'expect' must be one of"):
        run("test", "--policies", where)
