"""What holds for any policies and any requests."""

from __future__ import annotations

import contextlib
import json
import random
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.access.decisions import Decision, Kind
from gateway.access.evaluation import decide_by
from gateway.access.folder import read_policy_set
from gateway.access.json_nodes import read_json
from gateway.access.keys import KEYS
from gateway.access.nodes import Scalar
from gateway.access.operators import OPERATORS, Operator
from gateway.access.policy_set import PolicySet
from gateway.access.reading import Context
from gateway.access.records import read_record
from gateway.access.requirements import actions_of, needs_of
from gateway.access.yaml_nodes import read_yaml
from gateway.contract.model import Match
from gateway.errors import PolicyError
from tests.access.worked import NOON, decided, folder_of, record, set_of

ACTIONS = ["evs:*:*", "*", "evs:volumes:*", "evs:volumes:create", "evs:volumes:delete", "evs:*:get", "evs:*:list"]
RESOURCES = [None, "*", "evs:*:*:volume:*", "evs:*:*:volume:V1", "evs:*:*:snapshot:*"]
CONDITIONS: list[Any] = [
    None,
    {"NumberGreaterThan": {"evs:VolumeSize": "100"}},
    {"BoolIfExists": {"evs:Encrypted": "false"}},
    {"StringEquals": {"gw:TargetMetadata/env": "prod"}},
    {"StringNotEquals": {"evs:VolumeType": ["SSD"]}},
    {"Null": {"evs:SnapshotId": "false"}},
]
REQUESTS = [
    record("GET", "/v2/P/volumes"),
    record("GET", "/v2/P/volumes/V1"),
    record("DELETE", "/v2/P/volumes/V1", target={"metadata": {"env": "prod"}}),
    record("DELETE", "/v2/P/volumes/V2", target={"metadata": {}}),
    record("DELETE", "/v2/P/snapshots/S1"),
    record("POST", "/v2/P/cloudvolumes", {"volume": {"volume_type": "SSD", "size": 50}}),
    record("POST", "/v2/P/volumes", {"volume": {"volume_type": "SAS", "size": 500}}),
    record("POST", "/v2/P/volumes", {"volume": {"snapshot_id": "S1"}}),
    record("POST", "/v2/P/os-vendor-snapshots/S1/rollback", {"rollback": {"volume_id": "V1"}}),
    record("GET", "/v2/P/extensions"),
]


def statement(effect: str, action: str, resource: str | None, condition: Any) -> dict[str, Any]:
    parts = {"Effect": effect, "Action": action, "Resource": resource, "Condition": condition}
    return {key: value for key, value in parts.items() if value is not None}


def statements(effects: list[str]) -> st.SearchStrategy[dict[str, Any]]:
    choices = [st.sampled_from(each) for each in (effects, ACTIONS, RESOURCES, CONDITIONS)]
    return st.builds(statement, *choices)


def document(*of: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "5.0", "Statement": list(of)}


MIXED = st.lists(statements(["Allow", "Deny"]), min_size=1, max_size=6)


def core(decision: Decision) -> tuple[Any, ...]:
    return decision.kind, decision.action, decision.resource, decision.required, decision.missing


def decisions(policies: PolicySet) -> list[tuple[Any, ...]]:
    return [core(decided(policies, request)) for request in REQUESTS]


@settings(max_examples=80, deadline=None)
@given(MIXED, statements(["Deny"]), st.sampled_from([[], ["more"]]))
def test_one_more_deny_never_turns_a_deny_into_an_allow(
    own: list[dict[str, Any]], deny: dict[str, Any], guardrails: list[str]
) -> None:
    before = set_of({"own": document(*own)})
    after = set_of({"own": document(*own), "more": document(deny)}, guardrails)
    for request in REQUESTS:
        assert decided(before, request).allowed or not decided(after, request).allowed


@settings(max_examples=80, deadline=None)
@given(MIXED, st.randoms(use_true_random=False))
def test_the_order_of_statements_and_files_does_not_matter(own: list[dict[str, Any]], chance: random.Random) -> None:
    turned = own[:]
    chance.shuffle(turned)
    one = set_of({"a": document(*own)})
    split = {f"f{at}": document(each) for at, each in enumerate(turned)}
    assert decisions(one) == decisions(set_of({"a": document(*turned)})) == decisions(set_of(split))


def generated(count: int) -> list[dict[str, Any]]:
    chance = random.Random(20260303)
    made = []
    for _ in range(count):
        size = chance.choice([1, 50, 100, 101, 500, None, "500", 99.9])
        disk = {"volume_type": chance.choice(["SSD", "SAS"]), "size": size, "count": chance.choice([None, 1, 30])}
        disk |= chance.choice(
            [{}, {"snapshot_id": "S1"}, {"imageRef": "I1"}, {"metadata": {"__system__encrypted": "1"}}]
        )
        base = dict(chance.choice(REQUESTS))
        if base["request"]["method"] == "POST" and "volume" in base["request"]["body"]:
            base["request"] = {**base["request"], "body": {"volume": disk}}
        made.append(base | chance.choice([{}, {"target": None}, {"target": {"metadata": {"env": "prod"}}}]))
    return made


def test_the_report_level_would_deny_exactly_what_enforcing_denies() -> None:
    allow, deny = (
        document(statement("Allow", "*", None, None)),
        [
            statement("Deny", "evs:volumes:create", None, CONDITIONS[1]),
            statement("Deny", "evs:*:delete", None, CONDITIONS[3]),
            statement("Deny", "evs:volumes:create", None, CONDITIONS[4]),
        ],
    )
    documents = {"allow": allow, "deny": document(*deny)}
    reporting, enforcing = set_of(documents, ["deny"], deny={"level": "report"}), set_of(documents, ["deny"])
    requests = generated(1000)
    reported = [decided(reporting, each) for each in requests]
    enforced = [decided(enforcing, each) for each in requests]
    assert all(each.allowed for each in reported)
    would = [each.would for each in reported]
    assert would == [None if each.allowed else each for each in enforced]
    assert 200 < sum(not each.allowed for each in enforced) < 800


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_document_or_an_error_of_the_operator(text: bytes) -> None:
    for read in (read_json, read_yaml):
        with contextlib.suppress(PolicyError):
            read(text, "x")


FLAT = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
JSON = st.recursive(FLAT, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=8)


@settings(deadline=None)
@given(JSON)
def test_all_json_is_read(value: Any) -> None:
    node = read_json(json.dumps(value).encode(), "x")
    assert node.place.line == 1
    if isinstance(value, str):
        assert isinstance(node, Scalar)
        assert node.text == value


def probing() -> PolicySet:
    """Return a set whose statements ask for every key with every operator that fits it."""
    asked = []
    for key in KEYS:
        name = f"{key.name}x" if key.is_family else key.name
        for use in (each for each in OPERATORS if isinstance(each, Operator) and each.type is key.type):
            operands = {"number": "5", "boolean": "true", "date": "2026-01-01T00:00:00Z", "address": "10.0.0.0/8"}
            condition = {f"ForAnyValue:{use.name}" if key.several else use.name: {name: operands.get(key.type, "a*")}}
            asked.append(statement("Deny", "*", None, condition))
    documents = {f"d{at}": document(*asked[at : at + 100]) for at in range(0, len(asked), 100)}
    return set_of({"allow": document(statement("Allow", "*", None, None)), **documents})


PROBING = probing()
BODIES = st.dictionaries(
    st.sampled_from(["volume", "snapshot", "metadata", "os-extend", "rollback", "transfer"]),
    JSON
    | st.dictionaries(
        st.sampled_from(["size", "count", "metadata", "tags", "imageRef", "shareable", "volume_id", "new_size"]), JSON
    ),
)
PATHS = ["volumes", "cloudvolumes", "volumes/V1/action", "volumes/V1/metadata", "snapshots", "os-volume-transfer"]
CONTEXTS = st.dictionaries(
    st.sampled_from([f"{key.name}x" if key.is_family else key.name for key in KEYS]), JSON, max_size=4
)
TARGETS = st.dictionaries(st.sampled_from(["size", "metadata", "tags", "status", "created_at", "attached"]), JSON)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(PATHS), BODIES, CONTEXTS, TARGETS | st.none(), st.text())
def test_any_request_gets_a_decision(path: str, body: Any, context: Any, target: Any, source_ip: str) -> None:
    asked = record("POST", f"/v2/P/{path}", body, context=context, target=target, source_ip=source_ip)
    assert decided(PROBING, asked).verdict in ("allow", "deny")


def test_a_set_that_cannot_be_read_gives_no_set() -> None:
    folder = folder_of({"a": document(statement("Allow", "*", None, None)), "b": {"Version": "5.0"}})
    with pytest.raises(PolicyError, match=re.escape("b.json:1:1: Statement is missing")):
        read_policy_set(folder)


def test_kinds_are_the_words_of_the_format() -> None:
    assert [kind.value for kind in Kind] == ["allow", "explicit", "implicit", "unmapped", "project"]


def plainly(policies: PolicySet, asked: dict[str, Any]) -> Decision:
    """Return the decision by what each statement says, none of them remembered."""
    found = read_record(asked, NOON)
    assert isinstance(found.match, Match)
    required = actions_of(found.match)
    needs = needs_of(found.match, required, found.principal, policies.around.region)
    context = Context(policies.around, found.principal, found.match, found.facts)
    bound = policies.bound(found.principal)
    decision = decide_by(bound.enforced, required, needs, context)
    return (
        decision
        if bound.reported is None
        else decision.with_report(decide_by(bound.reported, required, needs, context))
    )


@settings(max_examples=80, deadline=None)
@given(MIXED, MIXED, st.sampled_from(["enforce", "report", "off"]))
def test_a_decision_that_is_remembered_is_the_one_that_statements_make(
    own: list[dict[str, Any]], more: list[dict[str, Any]], level: str
) -> None:
    policies = set_of({"own": document(*own), "more": document(*more)}, more={"level": level})
    asked = [
        *REQUESTS,
        record("GET", "/v2/P/os-quota-sets/Q"),
        record("POST", "/v2/P/os-volume-transfer", {"transfer": {}}),
    ]
    for _ in range(2):
        assert [decided(policies, each) for each in asked] == [plainly(policies, each) for each in asked]
