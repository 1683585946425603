"""Every lint rule about a statement: one that is found, and one that is not."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.access.documents import read_document
from gateway.access.lint import document_findings
from tests.access.worked import NOON

ALLOW, DENY = {"Effect": "Allow"}, {"Effect": "Deny"}


def found(statement: dict[str, Any], version: str = "5.0") -> list[str]:
    text = json.dumps({"Version": version, "Statement": [statement]}).encode()
    return [each.rule for each in document_findings(read_document(text, "x", "x"), NOON)]


CREATE, GET = "evs:volumes:create", ["evs:volumes:get", "ims:images:get", "evs:snapshots:get"]


@pytest.mark.parametrize(
    ("rule", "statement", "quiet"),
    [
        ("P-ASYM", {**ALLOW, "Action": CREATE}, {**ALLOW, "Action": [CREATE, *GET]}),
        ("P-ASYM", {**DENY, "Action": "ims:images:get"}, {**DENY, "Action": ["ims:images:get", CREATE]}),
        ("P-DEADACT", {**ALLOW, "Action": "evs:volumes:manage"}, {**ALLOW, "Action": "ecs:servers:get"}),
        ("P-DEADACT", {**DENY, "NotAction": "evs:volumes:use"}, {**DENY, "NotAction": "evs:volumes:get"}),
        (
            "P-DEADRES",
            {**ALLOW, "Action": "evs:volumes:get", "Resource": "evs:*:*:volumes:*"},
            {**ALLOW, "Action": "evs:volumes:get", "Resource": "evs:*:*:volume:*"},
        ),
        (
            "P-EXPIRED",
            {**ALLOW, "Action": "*", "Condition": {"DateLessThan": {"g:CurrentTime": "2026-01-01T00:00:00Z"}}},
            {**ALLOW, "Action": "*", "Condition": {"DateLessThan": {"g:CurrentTime": "2027-01-01T00:00:00Z"}}},
        ),
        (
            "P-FORALL",
            {**ALLOW, "Action": "*", "Condition": {"ForAllValues:StringEquals": {"g:TagKeys": "a"}}},
            {
                **ALLOW,
                "Action": "*",
                "Condition": {"ForAllValues:StringEquals": {"g:TagKeys": "a"}, "Null": {"g:TagKeys": "false"}},
            },
        ),
        (
            "P-LISTRES",
            {**DENY, "Action": "evs:volumes:list", "Resource": "evs:*:*:volume:V1"},
            {**DENY, "Action": "evs:volumes:get", "Resource": "evs:*:*:volume:V1"},
        ),
        ("P-METADEL", {**DENY, "Action": "evs:volumes:delete"}, {**ALLOW, "Action": "evs:volumes:delete"}),
        (
            "P-SENS",
            {**DENY, "Action": "evs:types:get", "Condition": {"StringMatch": {"evs:VolumeId": "a*"}}},
            {**DENY, "Action": "evs:types:get", "Condition": {"StringMatch": {"g:UserName": "a*"}}},
        ),
        ("P-WILD", {**ALLOW, "Action": "evs:*:*"}, {**ALLOW, "Action": "evs:*:get"}),
    ],
)
def test_a_rule_finds_and_keeps_quiet(rule: str, statement: dict[str, Any], quiet: dict[str, Any]) -> None:
    assert rule in found(statement)
    assert rule not in found(quiet)


def test_the_rules_of_1_1() -> None:
    statement = {**ALLOW, "Action": ["EVS:volumes:get"], "Resource": ["evs:*:*:volume:V1"]}
    assert found(statement, "1.1") == ["P-CASE", "P-RES11"]
    assert found({**ALLOW, "Action": ["evs:volumes:get"], "Resource": ["evs:*:*:volume:*"]}, "1.1") == []
    assert found({**ALLOW, "Action": "EVS:volumes:get", "Resource": "evs:*:*:volume:V1"}) == []
