"""Lint rules about a folder, its bindings, and how statements stand to each other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import yaml

from gateway.access.coverage import Coverage
from gateway.access.folder import Folder, read_policy_set
from gateway.access.lint import lint
from tests.access.worked import NOON, allowing, denying, folder_of

LOOK = allowing("evs:volumes:get")


def found(folder: Folder, tested: Coverage | None = None) -> list[tuple[str, str]]:
    return [(each.rule, each.file) for each in lint(folder, read_policy_set(folder), NOON, tested)]


def bound(folder: Folder, *bindings: dict[str, Any]) -> Folder:
    return replace(
        folder, set_text=yaml.safe_dump({**yaml.safe_load(folder.set_text), "bindings": list(bindings)}).encode()
    )


def test_a_quiet_folder() -> None:
    assert found(folder_of({"look": LOOK})) == []


def test_names_are_found_where_they_bind() -> None:
    match = {"user_name": "alice", "domain_name": "acme", "user_id": "u1"}
    folder = bound(folder_of({"look": LOOK}), {"match": match, "policies": ["look"]})
    assert found(folder) == [("P-NAME", "policy-set.yaml")] * 2


def test_a_binding_of_denies_alone_and_a_policy_of_nobody() -> None:
    folder = folder_of({"deny": denying("evs:volumes:get"), "look": LOOK})
    folder = bound(folder, {"match": {"user_id": "u1"}, "policies": ["deny"]})
    assert found(folder) == [("P-UNBOUND", "look.json"), ("P-NOALLOW", "policy-set.yaml")]


def test_a_guardrail_that_is_bound() -> None:
    folder = folder_of({"guard": denying("evs:types:get"), "look": LOOK}, ["guard"])
    folder = bound(folder, {"match": {"user_id": "u1"}, "policies": ["guard", "look"]})
    assert found(folder) == [("P-GUARDBOUND", "policy-set.yaml")]


def test_an_allow_that_a_deny_covers_whole() -> None:
    folder = folder_of({"guard": denying("evs:volumes:*"), "look": LOOK}, ["guard"])
    assert ("P-SHADOW", "look.json") in found(folder)
    reporting = folder_of({"guard": denying("evs:volumes:*"), "look": LOOK}, ["guard"], guard={"level": "report"})
    assert ("P-SHADOW", "look.json") not in found(reporting)


def test_files_that_the_set_does_not_list() -> None:
    good = folder_of({"look": LOOK}).documents["look.json"]
    folder = replace(folder_of({"look": LOOK}), unlisted={"more.json": good, "odd.json": b"{"}, label="p/")
    messages = [each.message for each in lint(folder, read_policy_set(folder), NOON)]
    assert messages[0] == "more.json: the set does not list the file"
    assert messages[1].startswith("odd.json could not be read either (p/odd.json:1:2")


def test_what_no_test_shows() -> None:
    folder = folder_of({"list": allowing("evs:volumes:list"), "look": LOOK})
    assert found(folder, Coverage(0, 1, ("look#0 applies",))) == [("P-UNTESTED", "look.json")]
    assert found(folder, Coverage(1, 1, ())) == []


def test_a_finding_as_json() -> None:
    folder = folder_of({"full": allowing("evs:*:*", "ims:images:get")})
    assert [each.as_json() for each in lint(folder, read_policy_set(folder), NOON)] == [
        {
            "rule": "P-WILD",
            "file": "full.json",
            "line": 1,
            "column": 34,
            "message": "full#0: Allow: everything is allowed, without a condition",
        }
    ]
