"""Every operation in every variant: exactly what it needs is enough, and nothing less is."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.access.decisions import Kind
from gateway.access.facts import Facts
from gateway.access.principals import Principal
from gateway.access.requirements import actions_of
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import Match, Operation
from tests.access.worked import allowing, set_of

ALICE = Principal(user_name="alice", domain_id="D", project_id="P")
SOURCES: dict[str, dict[str, Any]] = {
    "empty": {"size": 10},
    "image": {"size": 10, "imageRef": "I1"},
    "snapshot": {"size": 10, "snapshot_id": "S1"},
    "backup": {"backup_id": "B1"},
    "volume": {"size": 10, "source_volid": "V1"},
    "image and snapshot": {"size": 10, "imageRef": "I1", "snapshot_id": "S1"},
}
WITHOUT_ACTION = {
    "list_api_versions",
    "show_api_version",
    "cinder_list_extensions",
    "cinder_list_availability_zones",
    "v1_show_job",
    "iam_create_token",
    "iam_list_projects",
}


def body_of(operation: Operation, source: str) -> Any:
    key = (operation.action_keys or (operation.body_key,))[0]
    inner = SOURCES[source] if operation.effect == "create" else {"volume_id": "V1"}
    return {key: inner | ({"volume_id": "V1"} if operation.resource != "volume" else {})} if key else None


def match_of(operation: Operation, source: str) -> Match:
    path = (
        operation.path.replace("{project_id}", "P").replace("{target_project_id}", "P").replace("{api_version}", "v2")
    )
    for name in ("volume_id", "snapshot_id", "transfer_id", "type_id", "job_id", "key"):
        path = path.replace(f"{{{name}}}", "X1")
    found = CATALOGUE.identify(operation.method, path.encode(), b"", body_of(operation, source))
    assert isinstance(found, Match)
    assert found.operation is operation
    return found


def variants() -> list[tuple[str, Match]]:
    return [
        (f"{operation.id} {source}", match_of(operation, source))
        for operation in CATALOGUE.operations
        for source in (SOURCES if operation.resource == "volume" and operation.effect == "create" else ["empty"])
    ]


def removals() -> list[Any]:
    return [
        pytest.param(match, action, id=f"{name} without {action}")
        for name, match in variants()
        for action in actions_of(match)
    ]


def kind_and_action(match: Match, actions: list[str]) -> tuple[Kind, str | None]:
    policies = set_of({"granted": allowing(*actions)} if actions else {"granted": allowing("ecs:servers:list")})
    found = policies.decide(ALICE, match, Facts(0.0))
    return found.kind, found.action


@pytest.mark.parametrize(("name", "match"), variants(), ids=lambda value: value if isinstance(value, str) else "")
def test_exactly_the_required_actions_are_enough(name: str, match: Match) -> None:
    assert kind_and_action(match, list(actions_of(match))) == (Kind.ALLOW, None)


@pytest.mark.parametrize(("match", "action"), removals())
def test_without_one_of_them_it_is_refused_and_the_action_named(match: Match, action: str) -> None:
    granted = [each for each in actions_of(match) if each != action]
    assert kind_and_action(match, granted) == (Kind.IMPLICIT, action)


def test_more_than_a_hundred_cases_are_made() -> None:
    assert len(variants()) + len(removals()) > 100


def test_nothing_is_reachable_without_an_action_but_what_a5_says_needs_none() -> None:
    assert {match.operation.id for _, match in variants() if not actions_of(match)} == WITHOUT_ACTION
