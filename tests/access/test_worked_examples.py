"""The fifteen worked examples with their 43 decisions, and what does not load: the specification, run."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.access.documents import read_document
from gateway.errors import PolicyError
from tests.access.worked import DATA, decided, record, set_of


def named(cases: list[dict[str, Any]]) -> Any:
    return [pytest.param(case, id=case["id"]) for case in cases]


@pytest.mark.parametrize("case", named(DATA["cases"]))
def test_a_worked_example(case: dict[str, Any]) -> None:
    documents = {name: DATA["documents"][name] for name in case["policies"]}
    policies = set_of(documents, [name for name in documents if name in DATA["guardrails"]])
    more = {key: case[key] for key in ("at", "source_ip", "target", "context", "user") if key in case}
    found = decided(policies, record(*DATA["requests"][case["request"]], **more))
    assert found.kind == case["expect"]
    for key in ("action", "statements", "missing"):
        if key in case:
            expected = case[key] if key == "action" else tuple(case[key])
            assert getattr(found, key) == expected


def test_the_examples_make_43_decisions() -> None:
    assert len(DATA["cases"]) == 43


def text_of(case: dict[str, Any]) -> str:
    if "text" in case:
        return str(case["text"])
    statement = {"Effect": "Deny", "Action": "evs:*:*", "Condition": case.get("condition")}
    return json.dumps(case.get("document", {"Version": "5.0", "Statement": [statement]}))


@pytest.mark.parametrize("case", named(DATA["refused"]))
def test_what_does_not_load(case: dict[str, Any]) -> None:
    with pytest.raises(PolicyError) as caught:
        read_document(text_of(case).encode(), "x.json", "x")
    assert str(caught.value).startswith(f"x.json:{case.get('at', '1:')}")
    assert case["says"] in str(caught.value)


@pytest.mark.parametrize("name", ["creator", "no-delete"])
def test_the_samples_of_the_user_guide_load_unmodified(name: str) -> None:
    document = read_document(json.dumps(DATA["documents"][name]).encode(), "x.json", "x")
    assert [statement.name for statement in document.statements] == ["x#0"]
