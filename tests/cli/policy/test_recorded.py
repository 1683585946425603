"""Recordings as requests: `policy replay`, `generate` and `unused` on a cassette."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.errors import CassetteError, RunError
from tests.audit.records import DISK, PROJECT, denied, ended, trail_of
from tests.cli.policy.running import SESSION, cassette, exchange, folder, printed, run

ALICE = ["--principal", '{"user_name": "alice", "domain_id": "d1"}']


@pytest.fixture
def tape(tmp_path: Path) -> Path:
    return cassette(tmp_path / "one.sqlite", *SESSION)


def test_a_recording_is_decided_again_and_flips_are_printed(tmp_path: Path, tape: Path) -> None:
    result = run("replay", tape, "--policies", folder(tmp_path / "p"), *ALICE)
    assert result.exit_code == 5
    assert result.stdout == (
        "4: DELETE /v2/p1/volumes/v1: allow -> deny: alice is not authorized to perform evs:volumes:delete on resource"
        " evs:ae-ad-1:d1:volume:v1 with an explicit deny in deny#Keep\n"
    )
    assert result.stderr == "5 requests, 1 flips\n"


def test_two_sets_are_compared(tmp_path: Path, tape: Path) -> None:
    base, candidate = folder(tmp_path / "a"), folder(tmp_path / "b", deny="off")
    (flip,) = printed(run("replay", tape, "--policies", candidate, "--against", base, *ALICE, "--json"))
    assert (flip["seq"], flip["before"], flip["after"], flip["kind"]) == (4, "deny", "allow", "allow")
    assert run("replay", tape, "--policies", base, "--against", base, *ALICE).exit_code == 0


def test_what_was_answered_forbidden_counts_as_denied(tmp_path: Path) -> None:
    tape = cassette(tmp_path / "one.sqlite", exchange("DELETE", "/v2/p1/volumes/v1", None, 403))
    assert run("replay", tape, "--policies", folder(tmp_path / "p"), *ALICE).exit_code == 0


@pytest.mark.parametrize(("status", "code"), [(404, 0), (200, 5)])
def test_an_undocumented_request_that_failed_loses_nothing(tmp_path: Path, status: int, code: int) -> None:
    tape = cassette(tmp_path / "one.sqlite", exchange("GET", "/v2/p1/nothing", None, status))
    assert run("replay", tape, "--policies", folder(tmp_path / "p"), *ALICE).exit_code == code


def test_a_principal_in_another_project_stays_there(tmp_path: Path, tape: Path) -> None:
    who = '{"domain_id": "d1", "project_id": "p2"}'
    flips = printed(run("replay", tape, "--policies", folder(tmp_path / "p"), "--principal", who, "--json"))
    assert {flip["kind"] for flip in flips} == {"project"}


@pytest.mark.parametrize(
    ("given", "says"),
    [("[]", "--principal must be a JSON object"), ('{"roles": 1}', "--principal: 'roles' must be")],
)
def test_a_principal_that_is_none_is_wrong_usage(tmp_path: Path, tape: Path, given: str, says: str) -> None:
    result = run("replay", tape, "--policies", folder(tmp_path / "p"), "--principal", given)
    assert (result.exit_code, says in result.stderr) == (2, True)


def test_a_cassette_that_is_not_there_ends_it(tmp_path: Path) -> None:
    with pytest.raises(CassetteError):
        run("generate", tmp_path / "none.sqlite")


def test_the_least_privilege_of_a_recording(tape: Path) -> None:
    result = run("generate", tape, "--region", "ae-ad-1", "--domain-id", "d1")
    assert json.loads(result.stdout) == {
        "Version": "5.0",
        "Statement": [
            {"Effect": "Allow", "Action": ["evs:volumes:list"]},
            {
                "Effect": "Allow",
                "Action": ["evs:volumes:create", "evs:volumes:get"],
                "Resource": ["evs:ae-ad-1:d1:volume:*"],
            },
            {"Effect": "Allow", "Action": ["evs:volumes:delete"], "Resource": ["evs:ae-ad-1:d1:volume:v1"]},
        ],
    }
    assert result.stderr == ""


def test_what_no_policy_can_allow_is_left_out(tmp_path: Path) -> None:
    left_out = exchange("GET", "/v2/p1/nothing"), exchange("GET", "/v2/p1/volumes", None, 403)
    result = run("generate", cassette(tmp_path / "one.sqlite", *left_out, exchange("GET", "/v2/p1/extensions")))
    assert json.loads(result.stdout)["Statement"] == []
    assert result.stderr.splitlines() == [
        "left out: 2 requests that are undocumented, were forbidden, or cannot be told",
        "no request needs an action: the document has no statement and would not load",
    ]


def test_the_least_privilege_of_somebody_in_a_trail(tmp_path: Path) -> None:
    by_bob = ended(2, who={"user_name": "bob"}, what={"target": f"/v2/{PROJECT}/volumes", "resources": []})
    trail_of(tmp_path / "audit", [ended(1), by_bob, denied(3), ended(4, what={"target": "/nothing"})])
    result = run("generate", "--trail", tmp_path / "audit", "--principal", "alice")
    assert json.loads(result.stdout)["Statement"] == [
        {"Effect": "Allow", "Action": ["evs:volumes:get"], "Resource": [f"evs:*:*:volume:{DISK}"]}
    ]
    assert result.stderr == "left out: 2 requests that are undocumented, were forbidden, or cannot be told\n"
    everybody = run("generate", "--trail", tmp_path / "audit", "--until", "2025-11-24T16:00:03")
    assert [each["Action"] for each in json.loads(everybody.stdout)["Statement"]] == [
        ["evs:volumes:list"],
        ["evs:volumes:get"],
    ]


def test_without_anything_to_read_it_says_what_to_give() -> None:
    result = run("generate")
    assert (result.exit_code, "Missing a CASSETTE, or --trail." in result.stderr) == (2, True)


def test_a_folder_without_a_trail_ends_it(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="holds no audit trail"):
        run("generate", "--trail", tmp_path)


def test_what_nothing_needed(tmp_path: Path, tape: Path) -> None:
    where = folder(tmp_path / "p", deny="off")
    result = run("unused", tape, "--policies", where, *ALICE)
    assert (result.exit_code, result.stdout) == (
        5,
        "allow#0: not needed: evs:volumes:attach, evs:volumes:detach, evs:volumes:extend, evs:volumes:update,"
        " evs:volumes:uploadImage\n",
    )
    assert run("unused", tape, "--policies", where).stdout == "allow#0: never applied\n"
    assert printed(run("unused", tape, "--policies", where, "--json"))[0]["whole"] is True


def test_what_is_all_used(tmp_path: Path, tape: Path) -> None:
    least = json.loads(run("generate", tape).stdout)
    where = folder(tmp_path / "p", deny="off", allow=least)
    assert run("unused", tape, "--policies", where, *ALICE).exit_code == 0
    assert run("replay", tape, "--policies", where, *ALICE).exit_code == 0
