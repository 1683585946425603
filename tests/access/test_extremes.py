"""Values at the ends of what can be written down: they are refused in words, and cost nobody else's decision."""

from __future__ import annotations

import json

import pytest

from gateway.access.documents import read_document
from gateway.access.policy_set import Policy, PolicySet
from gateway.access.reading import Surroundings
from gateway.access.records import NotARecord, read_record
from gateway.access.set_file import Layer
from gateway.contract.model import JsonObject
from gateway.errors import PolicyError

ASKED: JsonObject = {"principal": {"project_id": "p1"}, "request": {"method": "DELETE", "path": "/v2/p1/volumes/v1"}}


def denying(condition: dict[str, object]) -> bytes:
    statement = {"Effect": "Deny", "Action": ["evs:volumes:*"], "Condition": condition}
    return json.dumps({"Version": "5.0", "Statement": [statement]}).encode()


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+14:00", "0001-01-02T00:00:00Z", "9999-12-31T23:59:59Z"])
def test_a_time_that_some_zone_cannot_show_is_no_time(at: str) -> None:
    with pytest.raises(NotARecord, match="'at' must be a time"):
        read_record({**ASKED, "at": at}, 0.0)


def test_a_number_too_long_to_be_read_is_refused_in_a_policy() -> None:
    with pytest.raises(PolicyError, match=r"^long\.json:1:\d+: '9{5000}' cannot be compared with evs:VolumeSize"):
        read_document(denying({"NumberLessThan": {"evs:VolumeSize": "9" * 5000}}), "long.json", "long")


def test_a_number_too_long_to_be_read_leaves_a_key_open() -> None:
    document = read_document(denying({"NumberLessThan": {"gw:QuotaUsedRatio": "1"}}), "low.json", "low")
    policies = PolicySet(Surroundings("ae-ad-1"), [Policy(document, Layer.GUARDRAIL)])
    asked = read_record({**ASKED, "context": {"gw:QuotaUsedRatio": "9" * 5000}}, 0.0)
    decision = policies.decide(asked.principal, asked.match, asked.facts)
    assert (decision.kind, decision.missing) == ("explicit", ("gw:QuotaUsedRatio",))
