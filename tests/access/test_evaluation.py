"""Rules of evaluation that the worked examples do not show."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.access.decisions import Kind
from gateway.access.evaluation import applies, owns
from gateway.access.principals import Principal
from gateway.access.requirements import Need
from gateway.access.resources import Thing
from tests.access.asking import context
from tests.access.worked import allowing, decided, denying, record, set_of

FULL = allowing("evs:*:*", "ims:images:get")
PLAIN = record("GET", "/v2/P/extensions")


def kind(documents: dict[str, Any], asked: dict[str, Any], guardrails: list[str] = []) -> Kind:  # noqa: B006
    return decided(set_of(documents, guardrails), asked).kind


@pytest.mark.parametrize(
    ("deny", "expected"),
    [
        ({"Action": "*"}, Kind.EXPLICIT),
        ({"NotAction": ["evs:*:get"]}, Kind.EXPLICIT),
        ({"Action": "*:*:*"}, Kind.ALLOW),
        ({"Action": "*", "Resource": "evs:*:*:volume:*"}, Kind.ALLOW),
    ],
)
def test_an_operation_without_an_action_is_open_until_a_guardrail_closes_it(deny: Any, expected: Kind) -> None:
    document = {"Version": "5.0", "Statement": [{"Effect": "Deny", **deny}]}
    assert kind({"full": FULL, "guard": document}, PLAIN, ["guard"]) is expected


def test_it_needs_no_binding() -> None:
    assert kind({"guard": denying("evs:volumes:delete")}, PLAIN, ["guard"]) is Kind.ALLOW


def test_all_denies_that_apply_are_named_guardrails_first() -> None:
    documents = {"own": denying("evs:volumes:get"), "guard": denying("evs:volumes:delete")}
    found = decided(set_of(documents, ["guard"]), record("DELETE", "/v2/P/volumes/V1"))
    assert (found.action, found.statements) == ("evs:volumes:delete", ("guard#0", "own#0"))


def test_all_allows_that_apply_are_named() -> None:
    documents = {"a": allowing("evs:volumes:delete"), "b": allowing("evs:volumes:*")}
    assert decided(set_of(documents), record("DELETE", "/v2/P/volumes/V1")).statements == ("a#0", "b#0")


def test_a_deny_on_any_disk_stops_deleting_a_snapshot_whose_disk_is_not_known() -> None:
    deny = denying("evs:volumes:get", Resource="evs:*:*:volume:V1")
    asked = record("DELETE", "/v2/P/snapshots/S1")
    assert kind({"full": FULL, "deny": deny}, asked) is Kind.EXPLICIT
    assert kind({"some": allowing("evs:snapshots:*")}, asked) is Kind.IMPLICIT


def test_a_transfer_is_about_the_disk_and_the_transfer() -> None:
    asked = record("POST", "/v2/P/os-volume-transfer", {"transfer": {"volume_id": "V1"}})
    for resource in ("evs:*:*:volume:V1", "evs:*:*:transfer:*"):
        assert kind({"full": FULL, "deny": denying("evs:transfers:*", Resource=resource)}, asked) is Kind.EXPLICIT
    only = {"Version": "5.0", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": ["evs:*:*:transfer:*"]}]}
    found = decided(set_of({"only": only}), asked)
    assert (found.kind, found.resource) == (Kind.IMPLICIT, "evs:ae-ad-1:D:volume:V1")
    assert found.required == ("evs:transfers:create",)


def test_the_quota_of_another_project_needs_an_allow_that_names_it() -> None:
    asked = record("GET", "/v2/P/os-quota-sets/Q")
    named = allowing("evs:quotas:get")
    named["Statement"][0]["Condition"] = {"StringEquals": {"gw:TargetProjectId": ["P", "Q"]}}
    assert kind({"full": FULL}, asked) is Kind.IMPLICIT
    assert kind({"named": named}, asked) is Kind.ALLOW
    assert kind({"full": FULL}, record("GET", "/v2/P/os-quota-sets/P")) is Kind.ALLOW


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/v2/P/volumes", Kind.ALLOW), ("/v2/Q/volumes", Kind.PROJECT), ("/v2/P/nothing", Kind.UNMAPPED)],
)
def test_the_project_in_the_path_is_the_principals(path: str, expected: Kind) -> None:
    assert kind({"full": FULL}, record("GET", path)) is expected


def test_who_has_no_project_reaches_none() -> None:
    asked = record("GET", "/v2/P/volumes")
    asked["principal"]["project_id"] = None
    found = decided(set_of({"full": FULL}), asked)
    assert (found.kind, found.required) == (Kind.PROJECT, ("evs:volumes:list",))


def test_the_service_name_is_that_of_each_action() -> None:
    deny = denying("*", Condition={"StringEquals": {"g:ServiceName": "ims"}})
    asked = record("POST", "/v2/P/volumes", {"volume": {"size": 1, "imageRef": "I1"}})
    found = decided(set_of({"full": FULL, "deny": deny}), asked)
    assert (found.kind, found.action) == (Kind.EXPLICIT, "ims:images:get")


def test_an_unknown_condition_lets_a_deny_apply_only_if_no_other_fails() -> None:
    both = {"StringEquals": {"gw:TargetStatus": "available"}, "NumberGreaterThan": {"gw:ApprovalCount": "5"}}
    documents = {"full": FULL, "deny": denying("evs:volumes:delete", Condition=both)}
    found = decided(set_of(documents), record("DELETE", "/v2/P/volumes/V1"))
    assert (found.kind, found.missing) == (Kind.ALLOW, ("gw:TargetStatus",))


def test_asking_for_absence_is_no_lack() -> None:
    deny = denying("evs:volumes:create", Condition={"Null": {"g:RequestTag/owner": "true"}})
    found = decided(set_of({"full": FULL, "deny": deny}), record("POST", "/v2/P/cloudvolumes", {"volume": {"size": 1}}))
    assert (found.kind, found.missing) == (Kind.EXPLICIT, ())


def test_an_index_names_denies_before_allows() -> None:
    policies = set_of({"full": FULL, "deny": denying("evs:volumes:get")})
    index = policies.bound(Principal(domain_id="D")).enforced
    assert [each.name for each in index.of("evs:volumes:get")] == ["deny#0", "full#0"]
    assert [each.name for each in index.of("evs:volumes:list")] == ["full#0"]


def test_a_statement_applies_where_it_reaches_and_its_conditions_let_it() -> None:
    policies = set_of({"deny": denying("evs:volumes:get", Resource="evs:*:*:volume:V1")})
    (statement,) = policies.policies[0].document.statements
    thing = Thing("evs", "R", "D", "volume", "V1")
    asked = context("GET /v2/P/volumes/V1")
    assert applies(statement, Need("evs:volumes:get", thing), asked)
    assert not applies(statement, Need("evs:volumes:get", thing._replace(id="V2")), asked)


def test_an_unknown_project_is_nobodys() -> None:
    match = context("GET /v2/P/volumes").match
    assert [owns(Principal(project_id=project), match) for project in ("P", "Q", None)] == [True, False, False]
    assert owns(Principal(), context("GET /v3").match)
