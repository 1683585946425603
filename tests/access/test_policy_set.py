"""Sets of policies: levels, layers, look-ups, and what is remembered of principals."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.access import policy_set
from gateway.access.decisions import Decision, Kind
from gateway.access.facts import Facts
from gateway.access.principals import Principal
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import JsonValue, Match
from tests.access.worked import NOON, allowing, decided, denying, record, set_of

ALICE = Principal(user_name="alice", domain_id="D", project_id="P")
FULL = allowing("evs:*:*")
DELETE = record("DELETE", "/v2/P/volumes/V1")


def match_of(method: str, path: str, body: JsonValue = None) -> Match:
    found = CATALOGUE.identify(method, path.encode(), b"", body)
    assert isinstance(found, Match)
    return found


@pytest.mark.parametrize(
    ("level", "expected"),
    [("enforce", (Kind.EXPLICIT, None)), ("report", (Kind.ALLOW, Kind.EXPLICIT)), ("off", (Kind.ALLOW, None))],
)
def test_a_level_decides_what_a_policy_does(level: str, expected: tuple[Kind, Kind | None]) -> None:
    documents = {"full": FULL, "deny": denying("evs:volumes:delete")}
    found = decided(set_of(documents, ["deny"], deny={"level": level}), DELETE)
    assert (found.kind, found.would and found.would.kind) == expected


def test_an_allow_at_report_level_shows_what_it_would_allow() -> None:
    found = decided(set_of({"full": FULL}, full={"level": "report"}), DELETE)
    assert (found.kind, found.would and found.would.kind) == (Kind.IMPLICIT, Kind.ALLOW)


def test_who_is_not_bound_is_denied() -> None:
    policies = set_of({"full": FULL})
    match = match_of("GET", "/v2/P/volumes")
    assert policies.decide(Principal(project_id="P"), match, Facts(NOON)).kind is Kind.IMPLICIT


TARGETING = {"StringEquals": {"gw:TargetMetadata/env": "prod"}}


@pytest.mark.parametrize(
    ("method", "path", "body", "expected"),
    [
        ("DELETE", "/v2/P/volumes/V1", None, True),
        ("GET", "/v2/P/volumes/V1", None, False),
        ("GET", "/v2/P/volumes", None, False),
        ("POST", "/v2/P/volumes", {"volume": {"snapshot_id": "S1"}}, True),
        ("POST", "/v2/P/volumes", {"volume": {"snapshot_id": "S1", "size": 1}}, False),
        ("POST", "/v2/P/volumes", {"volume": {"size": 1}}, False),
        ("POST", "/v2/P/os-volume-transfer/T1/accept", {"accept": {"auth_key": "k"}}, False),
    ],
)
@pytest.mark.parametrize("principal", [None, ALICE])
def test_a_target_is_looked_up_only_if_a_statement_asks(
    method: str, path: str, body: Any, expected: bool, principal: Principal | None
) -> None:
    documents = {
        "full": FULL,
        "deny": denying("evs:volumes:delete", Condition=TARGETING),
        "size": denying("evs:volumes:create", Condition={"NumberGreaterThan": {"evs:VolumeSize": "5"}}),
    }
    policies = set_of(documents)
    assert [policies.needs_target(match_of(method, path, body), principal) for _ in range(2)] == [expected] * 2


def test_a_policy_that_is_off_or_not_bound_asks_for_nothing() -> None:
    deny = denying("evs:volumes:delete", Condition=TARGETING)
    match = match_of("DELETE", "/v2/P/volumes/V1")
    assert not set_of({"full": FULL, "deny": deny}, deny={"level": "off"}).needs_target(match)
    assert set_of({"deny": deny}).needs_target(match)
    assert not set_of({"deny": deny}).needs_target(match, Principal())


def test_a_set_that_only_reports_asks_too() -> None:
    deny = denying("evs:volumes:delete", Condition=TARGETING)
    policies = set_of({"full": FULL, "deny": deny}, ["deny"], deny={"level": "report"})
    assert policies.needs_target(match_of("DELETE", "/v2/P/volumes/V1"), ALICE)


def test_the_policies_that_hold_for_somebody() -> None:
    documents = {"full": FULL, "deny": denying("evs:volumes:delete"), "off": denying("*")}
    policies = set_of(documents, ["deny"], off={"level": "off"})
    assert [policy.name for policy in policies.holding_for(ALICE)] == ["full", "deny"]
    assert [policy.name for policy in policies.holding_for(Principal())] == ["deny"]


def test_principals_are_remembered_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy_set, "_REMEMBERED", 2)
    policies = set_of({"full": FULL})
    match = match_of("GET", "/v2/P/volumes")
    for at in range(5):
        who = Principal(user_id=f"u{at}", domain_id="D" if at % 2 else None, project_id="P")
        assert policies.decide(who, match, Facts(NOON)).allowed is bool(at % 2)


def test_different_sets_of_policies_are_remembered_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy_set, "_REMEMBERED", 1)
    policies = set_of({"full": FULL})
    match = match_of("GET", "/v2/P/volumes")
    decisions = [policies.decide(who, match, Facts(NOON)).kind for who in (ALICE, Principal(project_id="P"), ALICE)]
    assert decisions == [Kind.ALLOW, Kind.IMPLICIT, Kind.ALLOW]


def test_what_no_policy_can_allow() -> None:
    policies = set_of({"full": FULL})
    unknown = CATALOGUE.identify("GET", b"/v2/P/nothing", b"", None)
    assert policies.decide(ALICE, unknown, Facts(NOON)) == Decision(Kind.UNMAPPED)
    foreign = policies.decide(ALICE, match_of("GET", "/v2/Q/volumes"), Facts(NOON))
    assert foreign == Decision(Kind.PROJECT, required=("evs:volumes:list",))


def test_principals_with_the_same_policies_share_what_was_made_of_them() -> None:
    policies = set_of({"full": FULL})
    assert policies.bound(Principal(domain_id="D")) is policies.bound(Principal(domain_id="E"))
