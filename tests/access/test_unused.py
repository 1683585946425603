"""What nothing needed."""

from __future__ import annotations

from gateway.access.unused import Unused, unused
from tests.access.test_explain import BIG, explained
from tests.access.worked import allowing, record, set_of


def test_allows_that_never_applied_and_actions_that_nothing_needed() -> None:
    documents = {
        "idle": allowing("evs:types:get"),
        "half": allowing("evs:volumes:list", "evs:volumes:get"),
        "used": allowing("evs:volumes:list"),
        "big": BIG,
    }
    policies = set_of(documents, ["big"])
    found = unused(policies, [explained(policies, record("GET", "/v2/P/volumes"))])
    assert found == [Unused("idle#0", True, ("evs:types:get",)), Unused("half#0", False, ("evs:volumes:get",))]
    assert found[0].as_json() == {"statement": "idle#0", "whole": True, "actions": ["evs:types:get"]}


def test_an_allow_that_was_tried_and_did_not_apply_is_unused() -> None:
    tied = allowing("evs:volumes:list")
    tied["Statement"][0]["Condition"] = {"StringEquals": {"g:UserName": "bob"}}
    policies = set_of({"tied": tied})
    found = unused(policies, [explained(policies, record("GET", "/v2/P/volumes"))])
    assert found == [Unused("tied#0", True, ("evs:volumes:list",))]


def test_an_allow_of_other_services_alone_is_unused() -> None:
    assert unused(set_of({"other": allowing("ecs:servers:list")}), []) == [Unused("other#0", True, ())]
