"""The list of constraints, and that it says for each rule what the reference says."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from gateway.contract import faults
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.constraints import Constraint, constraints_of, fault_of, place_of, rule_ids
from gateway.contract.model import Remark, Severity
from gateway.contract.shapes import PATH_MEMBERS

REJECT, WARN = Severity.REJECT, Severity.WARN
OPERATIONS = CATALOGUE.by_id


def test_a_constraint_says_everything_about_a_rule() -> None:
    (found,) = [each for each in constraints_of(OPERATIONS["evs_create_volumes"]) if each.rule == "size-range"]
    assert found == Constraint(
        "evs_create_volumes", "/volume/size", "size-range", REJECT, "1 to 32768 GB", faults.VOLUME_SIZE, "6.1.1"
    )


def test_constraints_stand_in_the_order_in_which_they_are_found() -> None:
    found = [(each.where, each.rule) for each in constraints_of(OPERATIONS["cinder_delete_volume"])]
    assert found == [
        ("path:volume_id", "volume-id-format"),
        ("path", "trailing-slash"),
        ("header:x-project-id", "project-header"),
        ("header:content-type", "content-type-missing"),
        ("header:content-type", "content-type-value"),
        ("header:content-length", "signed-body-size"),
        ("query:cascade", "cascade-value"),
        ("query:cascade", "cascade-case"),
        ("query:cascade", "cascade-repeated"),
        ("query:*", "parameter-unknown"),
        ("query:*", "parameter-repeated"),
        ("body", "body-unexpected"),
    ]


def test_an_action_without_its_key_is_another_request() -> None:
    rules = {each.rule for each in constraints_of(OPERATIONS["cinder_extend_volume"])}
    assert not rules & {"body-missing", "body-json-type", "os-extend-missing"}
    assert {"os-extend-null", "new-size-missing"} <= rules


def test_where_nothing_is_documented_only_the_form_is_judged() -> None:
    places = {each.where for each in constraints_of(OPERATIONS["evs_list_vendor_volumes_detail"])}
    assert not [where for where in places if where.startswith(("/", "query", "body"))]


def test_rule_ids_are_stable_words() -> None:
    assert [rule for rule in rule_ids() if not re.fullmatch(r"[a-z]+(-[a-z]+)*", rule)] == []
    assert {"size-range", "volume-type-tolerated", "one-source", "deprecated-operation"} <= rule_ids()


@pytest.mark.parametrize("operation", CATALOGUE.operations, ids=lambda operation: operation.id)
def test_a_rule_at_a_place_has_one_severity(operation: Any) -> None:
    counted = Counter((each.where, each.rule) for each in constraints_of(operation))
    assert [key for key, times in counted.items() if times > 1] == []


@pytest.mark.parametrize(
    ("operation", "remark", "where", "expected"),
    [
        ("cinder_show_volume", Remark("x", WARN, "", faults.ONE_SOURCE), "/a", faults.ONE_SOURCE),
        ("cinder_show_volume", Remark("x", WARN, ""), "query:a", faults.MALFORMED_URL),
        ("cinder_show_volume", Remark("json-type", REJECT, ""), "/a", faults.MALFORMED_BODY),
        ("evs_show_volume", Remark("json-type", REJECT, ""), "/a", faults.TYPE_CONVERSION),
        ("evs_show_volume", Remark("length", REJECT, ""), "/a", faults.MALFORMED_BODY),
    ],
)
def test_a_rule_without_a_fault_has_that_of_its_place(
    operation: str, remark: Remark, where: str, expected: faults.Fault
) -> None:
    assert fault_of(OPERATIONS[operation], None, remark, where) == expected


def test_the_fault_of_a_member_stands_before_that_of_the_place() -> None:
    member = PATH_MEMBERS["volume_id"]
    operation = OPERATIONS["cinder_show_volume"]
    assert fault_of(operation, member, Remark("format", WARN, ""), "path:volume_id") == faults.VOLUME_ID


def test_rules_about_parts_name_their_place() -> None:
    assert place_of(Remark("x", WARN, "", None, ("body", "meta"))) == "/meta"
    assert place_of(Remark("x", WARN, "", None, ("path", "key"))) == "path:key"
