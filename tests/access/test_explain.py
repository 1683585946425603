"""Explanations: every statement tried, and each condition with both values."""

from __future__ import annotations

from typing import Any

from gateway.access.explain import Explanation, explain
from gateway.access.policy_set import PolicySet
from gateway.access.records import read_record
from tests.access.worked import NOON, allowing, denying, record, set_of


def explained(policies: PolicySet, asked: dict[str, Any]) -> Explanation:
    found = read_record(asked, NOON)
    return explain(policies, found.principal, found.match, found.facts)


BIG = denying("evs:volumes:create", Condition={"NumberGreaterThan": {"evs:VolumeSize": "50"}})
ELSEWHERE = denying("evs:volumes:create", Resource="evs:*:*:volume:V1")
ON = denying(
    "evs:volumes:create",
    Condition={"Bool": {"gw:BreakGlass": "true"}, "ForAnyValue:StringEquals": {"gw:MetadataKeys": ["a"]}},
)
NEW = record("POST", "/v2/P/cloudvolumes", {"volume": {"size": 100, "metadata": {"a": "1", "b": "2"}}})


def test_all_that_was_tried_is_told() -> None:
    documents = {"full": allowing("evs:*:*"), "big": BIG, "elsewhere": ELSEWHERE, "on": ON}
    found = explained(set_of(documents, ["big"], on={"level": "report"}), NEW).as_json()
    assert (found["policies"], found["reporting"]) == (["full", "big", "elsewhere", "on"], ["on"])
    assert found["steps"] == [
        {
            "action": "evs:volumes:create",
            "resource": "evs:ae-ad-1:D:volume:*",
            "tried": [
                {
                    "statement": "big#0",
                    "effect": "Deny",
                    "applied": True,
                    "resource": "matches",
                    "conditions": [
                        {
                            "operator": "NumberGreaterThan",
                            "key": "evs:VolumeSize",
                            "operands": ["50"],
                            "found": "100",
                            "outcome": "holds",
                        }
                    ],
                },
                {
                    "statement": "elsewhere#0",
                    "effect": "Deny",
                    "applied": False,
                    "resource": "does not match",
                    "conditions": [],
                },
                {
                    "statement": "on#0",
                    "effect": "Deny",
                    "applied": False,
                    "resource": "matches",
                    "conditions": [
                        {
                            "operator": "Bool",
                            "key": "gw:BreakGlass",
                            "operands": ["true"],
                            "found": "false",
                            "outcome": "fails",
                        },
                        {
                            "operator": "ForAnyValue:StringEquals",
                            "key": "gw:MetadataKeys",
                            "operands": ["a"],
                            "found": "a, b",
                            "outcome": "holds",
                        },
                    ],
                },
                {
                    "statement": "full#0",
                    "effect": "Allow",
                    "applied": True,
                    "resource": "matches",
                    "conditions": [],
                },
            ],
        }
    ]


def test_an_unknown_condition_says_what_is_missing() -> None:
    deny = denying("evs:volumes:delete", Condition={"StringEquals": {"gw:TargetStatus": "available"}})
    found = explained(set_of({"deny": deny}), record("DELETE", "/v2/P/volumes/V1"))
    (checked,) = found.tried[0].checked
    assert (checked.found, checked.as_json()["outcome"], found.tried[0].applied) == ("unresolved", "unknown", True)


def test_an_allow_that_cannot_grant_what_is_asked_does_not_apply() -> None:
    found = explained(set_of({"full": allowing("evs:*:*")}), record("GET", "/v2/P/os-quota-sets/Q"))
    assert [tried.applied for tried in found.tried] == [False]


def test_what_is_refused_before_any_policy_has_no_steps() -> None:
    policies = set_of({"full": allowing("evs:*:*")})
    for path in ("/v2/Q/volumes", "/v2/P/nothing"):
        found = explained(policies, record("GET", path))
        assert (found.steps, found.policies) == ((), ())
