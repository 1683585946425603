"""`policy explain`: one request in words and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.policy.running import ALLOW, WHO, folder, printed, run

PRINCIPAL = json.dumps(WHO)
CONDITIONED = {
    **ALLOW,
    "Statement": [
        {
            "Effect": "Allow",
            "Action": ["evs:volumes:*"],
            "Resource": "evs:*:*:volume:v1",
            "Condition": {"StringEquals": {"gw:TargetStatus": ["available"]}, "Bool": {"gw:BreakGlass": "false"}},
        }
    ],
}


def test_a_denial_is_told_to_the_condition(tmp_path: Path) -> None:
    where = folder(tmp_path / "p", "report", CONDITIONED)
    result = run("explain", "DELETE", "/v2/p1/volumes/v1", "--policies", where, "--principal", PRINCIPAL)
    assert result.exit_code == 5
    assert result.stdout.splitlines() == [
        "DENY (implicit): alice is not authorized to perform evs:volumes:delete on resource evs:ae-ad-1:d1:volume:v1"
        " because no policy allows the evs:volumes:delete action.",
        "With report-level policies: deny: alice is not authorized to perform evs:volumes:delete on resource"
        " evs:ae-ad-1:d1:volume:v1 with an explicit deny in deny#Keep.",
        "Policies that hold: allow, deny (report only)",
        "evs:volumes:delete on evs:ae-ad-1:d1:volume:v1",
        "  Deny deny#Keep (line 1): applies",
        "  Allow allow#0 (line 1): does not apply",
        "    unknown: gw:TargetStatus StringEquals available; found unresolved",
        "    holds: gw:BreakGlass Bool false; found false",
        "evs:volumes:get on evs:ae-ad-1:d1:volume:v1",
        "  Allow allow#0 (line 1): does not apply",
        "    unknown: gw:TargetStatus StringEquals available; found unresolved",
        "    holds: gw:BreakGlass Bool false; found false",
    ]


def test_a_request_is_described_by_options(tmp_path: Path) -> None:
    body = tmp_path / "body.json"
    body.write_text('{"os-extend": {"new_size": 5}}')
    options = ["--body", f"@{body}", "--principal", PRINCIPAL, "--at", "2026-03-03T10:00:00Z"]
    options += ["--source-ip", "10.0.0.1", "--target", '{"status": "available"}', "--context", "{}", "--json"]
    where = folder(tmp_path / "p", allow=CONDITIONED)
    result = run("explain", "POST", "/v2/p1/volumes/v1/action", "--policies", where, *options)
    (found,) = printed(result)
    assert (result.exit_code, found["decision"], len(found["steps"])) == (0, "allow", 2)


def test_what_nothing_covers_is_said(tmp_path: Path) -> None:
    result = run("explain", "GET", "/v2/p1/extensions", "--policies", folder(tmp_path / "p"), "--principal", PRINCIPAL)
    assert result.stdout.splitlines()[-2:] == ["no action on no resource", "  no statement covers it"]


def test_a_statement_about_another_resource_is_said(tmp_path: Path) -> None:
    where = folder(tmp_path / "p", allow=CONDITIONED)
    result = run("explain", "GET", "/v2/p1/volumes/v2", "--policies", where, "--principal", PRINCIPAL)
    assert "  Allow allow#0 (line 1): does not apply: its resources mean another" in result.stdout


def test_nobody_has_no_policies(tmp_path: Path) -> None:
    where = folder(tmp_path / "p")
    result = run("explain", "GET", "/v2/p2/volumes", "--policies", where, "--principal", PRINCIPAL)
    assert result.stdout.splitlines() == [
        "DENY (project): the project in the path is not that of alice.",
        "Policies that hold: none",
    ]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--target", "{"], "--target is no JSON"),
        (["--body", "@none.json"], "--body: No such file"),
        (["--principal", "[]"], "'principal' must be an object"),
    ],
)
def test_options_that_cannot_be_read_are_wrong_usage(tmp_path: Path, options: list[str], says: str) -> None:
    result = run("explain", "GET", "/", "--policies", folder(tmp_path / "p"), *options)
    assert (result.exit_code, says in result.stderr) == (2, True)
