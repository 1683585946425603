"""`policy lint`: findings, and what they do to the exit code."""

from __future__ import annotations

from pathlib import Path

from tests.cli.policy.running import folder, printed, run

CASES = """\
version: 1
cases:
  - name: a list
    principal: {domain_id: d1, project_id: p1}
    request: {method: GET, path: /v2/p1/volumes}
    expect: allow
"""


def test_findings_are_told_where_they_stand(tmp_path: Path) -> None:
    where = folder(tmp_path / "p")
    result = run("lint", "--policies", where)
    assert result.exit_code == 5
    assert [line.split(": ")[:2] for line in result.stdout.splitlines()] == [
        [f"{where}/allow.json:1:34", "P-ASYM"],
        [f"{where}/deny.json:1:34", "P-METADEL"],
    ]


def test_rules_can_be_left_out(tmp_path: Path) -> None:
    result = run("lint", "--policies", folder(tmp_path / "p"), "--ignore", "P-ASYM", "--ignore", "P-METADEL")
    assert (result.exit_code, result.stdout) == (0, "")
    assert run("lint", "--policies", tmp_path / "p", "--ignore", "P-NONE").exit_code == 2


def test_what_the_test_cases_do_not_show_is_found(tmp_path: Path) -> None:
    where = folder(tmp_path / "p")
    (where / "tests").mkdir()
    (where / "tests" / "cases.yaml").write_text(CASES)
    found = printed(run("lint", "--policies", where, "--json"))
    assert [(each["rule"], each["message"]) for each in found if each["rule"] == "P-UNTESTED"] == [
        ("P-UNTESTED", "deny#Keep applies: no test case shows this")
    ]
