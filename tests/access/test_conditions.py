"""Conditions: every operator on values that are there, absent and unresolved."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from gateway.access.conditions import Condition, read_conditions
from gateway.access.json_nodes import read_json
from gateway.access.values import ABSENT, UNRESOLVED, Value
from gateway.access.values import address as ip
from gateway.errors import PolicyError
from tests.access.asking import LIST, context
from tests.access.worked import DATA

UUID = "5AA119A8-D25B-45A7-8D1B-88E127885635"
NAME, SIZE, ON, AT, FROM = "g:UserName", "evs:VolumeSize", "evs:Encrypted", "g:CurrentTime", "g:SourceIp"
ID = "g:UserId"


def condition(operator: str, key: str, operands: Any) -> Condition:
    (found,) = read_conditions(read_json(json.dumps({operator: {key: operands}}).encode(), "x"))
    return found


@pytest.mark.parametrize(
    ("operator", "key", "operands", "holding", "failing"),
    [
        ("StringEquals", NAME, ["a", "b"], "b", "A"),
        ("StringNotEquals", NAME, ["a", "b"], "c", "b"),
        ("StringEqualsIgnoreCase", NAME, ["Straße"], "STRASSE", "x"),
        ("StringNotEqualsIgnoreCase", NAME, ["A"], "b", "a"),
        ("StringMatch", NAME, ["a*", "?"], "ab", "bc"),
        ("StringNotMatch", NAME, ["a*"], "b", "ab"),
        ("StringStartWith", NAME, ["ext-"], "ext-bob", "Ext-bob"),
        ("StringEndWith", NAME, "-x", "a-x", "a-X"),
        ("NumberEquals", SIZE, ["10", "20.0"], 20, 30),
        ("NumberNotEquals", SIZE, ["10", "20"], 30, 20),
        ("NumberLessThan", SIZE, ["10", "20"], 15, 20),
        ("NumberLessThanEquals", SIZE, 20, 20, 21),
        ("NumberGreaterThan", SIZE, "20", 21, 20),
        ("NumberGreaterThanEquals", SIZE, "20", 20, 19),
        ("DateLessThan", AT, "1970-01-01T00:01:00Z", 59.9, 60.0),
        ("DateLessThanEquals", AT, "1970-01-01T00:01:00Z", 60.0, 60.1),
        ("DateGreaterThan", AT, "1970-01-01T00:01:00Z", 60.1, 60.0),
        ("DateGreaterThanEquals", AT, "1970-01-01T00:01:00Z", 60.0, 59.9),
        ("Bool", ON, True, True, False),
        ("IpAddress", FROM, ["10.0.0.0/8", "::1"], ip("::ffff:10.1.1.1"), ip("11.0.0.1")),
        ("NotIpAddress", FROM, "10.0.0.0/8", ip("::1"), ip("10.0.0.1")),
        ("StringEquals", ID, UUID, UUID.lower(), "other"),
        ("StringEquals", ID, "Prod", "Prod", "prod"),
        ("StringNotMatch", ID, "5AA*", "x", UUID.lower()),
        ("ForAnyValue:StringEquals", "gw:MetadataKeys", ["a", "b"], ("x", "a"), ("x", "y")),
        ("ForAnyValue:StringNotEquals", "gw:MetadataKeys", ["a", "b"], ("x", "a"), ("a", "b")),
        ("ForAllValues:StringEquals", "gw:MetadataKeys", ["a", "b"], ("a", "b"), ("a", "x")),
        ("ForAllValues:StringNotEquals", "gw:MetadataKeys", ["a", "b"], ("x",), ("x", "a")),
        ("ForAnyValue:StringEquals", NAME, "a", "a", "b"),
        ("Null", NAME, "true", ABSENT, "a"),
        ("Null", NAME, "false", "a", ABSENT),
    ],
)
def test_an_operator_holds_and_fails(operator: str, key: str, operands: Any, holding: Value, failing: Value) -> None:
    test = condition(operator, key, operands).test
    assert (test(holding), test(failing), test(UNRESOLVED)) == (True, False, None)


@pytest.mark.parametrize(
    ("operator", "when_absent"),
    [
        ("StringEquals", False),
        ("StringNotEquals", True),
        ("StringEqualsIfExists", True),
        ("StringNotEqualsIfExists", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
        ("ForAnyValue:StringEqualsIfExists", True),
        ("ForAllValues:StringEquals", True),
        ("ForAllValues:StringNotEquals", True),
    ],
)
def test_what_an_absent_key_does(operator: str, when_absent: bool) -> None:
    assert condition(operator, NAME, "a").test(ABSENT) is when_absent


def test_a_condition_knows_how_it_was_written() -> None:
    found = condition("foranyvalue:stringequalsifexists", "G:username", ["a"])
    assert (found.use.name, found.key.name, found.operands) == (
        "ForAnyValue:StringEqualsIfExists",
        "g:UserName",
        ("a",),
    )
    assert not found.asks_presence
    assert condition("Null", NAME, "true").asks_presence


@pytest.mark.parametrize(
    "case", [each for each in DATA["refused"] if "condition" in each], ids=lambda case: str(case["id"])
)
def test_a_condition_that_could_never_mean_what_it_says_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(PolicyError, match=re.escape(case["says"])):
        read_conditions(read_json(json.dumps(case["condition"]).encode(), "x"))


def test_a_condition_is_asked_of_a_request() -> None:
    assert condition("StringEquals", NAME, "alice").outcome(context(LIST)) is True
