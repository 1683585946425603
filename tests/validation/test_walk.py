"""The walk over a request: everything at once, in the order of the reference, whatever the client sends."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.contract import faults
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.constraints import constraints_of
from gateway.contract.model import JsonObject, JsonValue, Match
from gateway.contract.shapes import shape_of
from gateway.validation import Finding, Severity, VolumeTypes, validate
from tests.cases.case import ABSENT, UUID
from tests.cases.requests import DISK, Draft, plain
from tests.cases.test_cases import is_at

WARN, REJECT = Severity.WARN, Severity.REJECT
EXAMPLES = json.loads((Path(__file__).parents[1] / "cases" / "example_requests.json").read_text(encoding="utf-8"))
# What the notes say about the examples of the reference: those of 4.1 and 7.1.1 create SATA disks (reference-notes 1).
SATA = ("volume-type-tolerated", "/volume/volume_type")
EXAMPLE_QUERIES = [
    ("evs_list_volumes_detail", {"status": "available"}),
    ("evs_list_volumes", {"status": "available"}),
    ("cinder_list_volumes", {"status": "available"}),
    ("cinder_list_volumes_detail", {"status": "available", "limit": "50", "offset": "50"}),
    ("cinder_delete_volume", {"cascade": "true"}),
    ("cinder_show_quota_set", {"usage": "True"}),
    ("cinder_list_snapshots", {"status": "available", "limit": "10", "offset": "11"}),
    ("cinder_list_transfers", {"limit": "50"}),
    ("cinder_list_transfers_detail", {"limit": "50"}),
]


def draft(operation: str, **parts: Any) -> Draft:
    request = plain(operation)
    for name, value in parts.items():
        setattr(request, name, value)
    return request


def found(request: Draft) -> list[tuple[str, Severity, str]]:
    return [(each.where, each.severity, each.rule) for each in request.findings()]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["operation"])
def test_every_example_of_the_reference_is_accepted_with_the_warnings_of_the_notes(example: dict[str, Any]) -> None:
    findings = draft(example["operation"], body=example["body"]).findings()
    deprecated = [("deprecated-operation", "operation")] * CATALOGUE.by_id[example["operation"]].deprecated
    assert {each.severity for each in findings} <= {WARN}
    sata = [SATA] * ("SATA" in json.dumps(example["body"]))
    assert [(each.rule, each.where) for each in findings] == deprecated + sata


@pytest.mark.parametrize(("operation", "query"), EXAMPLE_QUERIES)
def test_every_query_of_the_reference_passes(operation: str, query: dict[str, str]) -> None:
    assert [each for each in draft(operation, query=query).findings() if each.rule != "deprecated-operation"] == []


@pytest.mark.parametrize("operation", CATALOGUE.operations, ids=lambda operation: operation.id)
def test_nothing_is_found_about_a_plain_request(operation: Any) -> None:
    expected = ["deprecated-operation"] if operation.deprecated else []
    assert [each.rule for each in plain(operation.id).findings()] == expected


def test_a_finding_tells_place_limit_value_fault_and_source() -> None:
    assert draft("evs_create_volumes", body={"volume": {**DISK, "size": 0}}).findings() == (
        Finding("size-range", REJECT, "/volume/size", "1 to 32768 GB", "0", faults.VOLUME_SIZE, "6.1.1"),
    )


def test_everything_is_told_at_once_in_the_order_of_the_reference() -> None:
    body = {"extra": 1, "volume": {"zeal": 1, "volume_type": "tape", "size": "big", "name": "x" * 256}}
    request = draft("cinder_create_volume", body=body, query={"a": "1"}, headers={"x-project-id": "p2"})
    assert found(request) == [
        ("header:x-project-id", WARN, "project-header"),
        ("header:content-type", WARN, "content-type-missing"),
        ("query:a", WARN, "parameter-unknown"),
        ("/volume/availability_zone", REJECT, "availability-zone-missing"),
        ("/volume/size", REJECT, "size-json-type"),
        ("/volume/name", REJECT, "name-length"),
        ("/volume/volume_type", REJECT, "volume-type-value"),
        ("/volume/zeal", WARN, "member-unknown"),
        ("/extra", WARN, "member-unknown"),
    ]


def test_both_spellings_of_an_action_are_one_member() -> None:
    assert found(draft("cinder_set_readonly", body={"os-update_READONLY_flag": {}})) == [
        ("/os-update_READONLY_flag/readonly", REJECT, "readonly-missing")
    ]


def test_each_value_of_a_repeated_parameter_is_judged() -> None:
    assert found(draft("cinder_list_volumes", query={"name": ["a", "x" * 256]})) == [
        ("query:name", WARN, "parameter-repeated"),
        ("query:name", REJECT, "name-length"),
    ]


def test_nothing_is_checked_where_nothing_is_documented() -> None:
    request = draft("evs_list_vendor_volumes_detail", query={"limit": ["x", "y"]}, body={"a": 1}, method="HEAD")
    assert found(request) == [("method", WARN, "head-method")]


def test_null_passes_where_it_is_documented_beside_what_is_wrong() -> None:
    body = {"volume": {**DISK, "imageRef": None, "size": 0}}
    assert found(draft("evs_create_volumes", body=body)) == [("/volume/size", REJECT, "size-range")]


def test_a_source_that_no_member_is_counts_too() -> None:
    body = {"volume": {**DISK, "backup_id": "b", "imageRef": "i"}}
    assert found(draft("cinder_create_volume", body=body)) == [
        ("/volume/backup_id", WARN, "member-unknown"),
        ("/volume/backup_id", REJECT, "one-source"),
    ]


def test_a_region_may_have_more_disk_types() -> None:
    match = draft("cinder_create_volume", body={"volume": {**DISK, "volume_type": "ESSD"}}).match()
    assert [each.rule for each in validate(match, True, ((b"content-type", b"application/json"),))] == [
        "volume-type-value"
    ]
    assert validate(match, True, ((b"content-type", b"application/json"),), VolumeTypes(added=("ESSD",))) == ()


def test_the_custom_api_converts_types_and_says_so() -> None:
    (finding,) = draft("evs_create_volumes", body={"volume": {**DISK, "multiattach": "maybe"}}).findings()
    assert finding.fault == faults.TYPE_CONVERSION


def test_places_spell_client_names_as_pointers() -> None:
    body = {"volume": {**DISK, "a/b~c": 1, "\ud800" + "x" * 200: 1}}
    first, second = draft("cinder_create_volume", body=body).findings()
    assert (first.where, second.where) == ("/volume/a~1b~0c", "/volume/?" + "x" * 78 + "…")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                ["volume", "size", "name", "metadata", "count", "meta", "key1", "os-extend", "auth", "imageRef"]
            )
            | st.text(max_size=3),
            inner,
        )
    ),
    max_leaves=8,
)
QUERIES = st.lists(
    st.tuples(st.sampled_from(["limit", "offset", "marker", "usage", "name", "metadata", "x"]), st.text(max_size=4))
)
HEADERS = st.lists(
    st.tuples(
        st.sampled_from([b"content-type", b"x-project-id", b"content-length", b"authorization"]), st.binary(max_size=9)
    )
)
OPERATIONS = st.sampled_from(CATALOGUE.operations)


def declared(finding: Finding, operation: Any) -> bool:
    return any(
        (each.rule, each.severity, each.fault, each.limit)
        == (finding.rule, finding.severity, finding.fault, finding.limit)
        and is_at(finding.where.replace("READONLY", "readonly"), each.where)
        for each in constraints_of(operation)
    )


# A busy machine is no failure.
@settings(deadline=None)
@given(OPERATIONS, JSON, QUERIES, HEADERS, st.booleans())
def test_any_request_gets_findings_that_are_declared(
    operation: Any, body: JsonValue, query: list[tuple[str, str]], headers: list[tuple[bytes, bytes]], has: bool
) -> None:
    path_values = {"volume_id": "x", "project_id": "p", "target_project_id": "p", "key": "key1"}
    named = {name: value for name, value in path_values.items() if f"{{{name}}}" in operation.path}
    findings = validate(Match(operation, named, tuple(query), body), has, tuple(headers))
    if not operation.action_keys or (isinstance(body, dict) and operation.action_keys[0] in body):
        assert [each for each in findings if not declared(each, operation)] == []


def shuffled(value: JsonValue, order: random.Random) -> JsonValue:
    if isinstance(value, dict):
        names = list(value)
        order.shuffle(names)
        return {name: shuffled(value[name], order) for name in names}
    return [shuffled(each, order) for each in value] if isinstance(value, list) else value


VOLUMES: st.SearchStrategy[JsonObject] = st.fixed_dictionaries(
    {},
    optional={
        "availability_zone": st.sampled_from(["az", "", None]),
        "volume_type": st.sampled_from(["SSD", "SATA", "tape", 7]),
        "size": st.sampled_from([1, 40, 40000, "40", 40.5, None]),
        "name": st.sampled_from(["a", "x" * 251, "x" * 256]),
        "count": st.sampled_from([1, 2, 200]),
        "imageRef": st.just("i"),
        "snapshot_id": st.just("s"),
        "backup_id": st.just("b"),
        "display_name": st.just("d"),
        "metadata": st.dictionaries(st.sampled_from(["a", "b", "hw:passthrough", "full_clone"]), JSON, max_size=4),
    },
)
CREATIONS = st.sampled_from(["evs_create_volumes", "cinder_create_volume", "evs_update_volume", "cinder_update_volume"])


@settings(deadline=None)
@given(CREATIONS, VOLUMES, st.randoms(use_true_random=False))
def test_findings_do_not_depend_on_the_order_of_keys(operation: str, volume: JsonObject, order: random.Random) -> None:
    body: JsonObject = {"volume": volume, "extra": 1, "more": 2}
    twin = shuffled(body, order)
    assert draft(operation, body=twin).findings() == draft(operation, body=body).findings()


@settings(deadline=None)
@given(CREATIONS, VOLUMES, st.sampled_from(["\n", "\t", " ", "\r\n  "]))
def test_findings_do_not_depend_on_white_space(operation: str, volume: JsonObject, space: str) -> None:
    tight = json.dumps({"volume": volume}, separators=(",", ":"))
    loose = space + json.dumps({"volume": volume}, separators=(space + "," + space, space + ":" + space)) + space
    findings = [draft(operation, body=json.loads(text)).findings() for text in (tight, loose)]
    assert findings[0] == findings[1]


@pytest.mark.parametrize(
    ("operation", "parts", "expected"),
    [
        ("cinder_create_volume", {"body": ABSENT}, ("body", "body-missing")),
        ("cinder_create_volume", {"body": None}, ("body", "body-json-type")),
        ("cinder_create_volume", {"body": {"volume": None}}, ("/volume", "volume-null")),
        ("cinder_create_volume", {"body": {"volume": []}}, ("/volume", "volume-json-type")),
        ("cinder_show_quota_set", {"query": {}}, ("query:usage", "usage-missing")),
        ("cinder_list_volumes", {"query": {"limit": ["1", "2"]}}, ("query:limit", "limit-repeated")),
        ("cinder_update_volume_metadata_item", {"body": {"meta": {"a": "b"}}}, ("/meta", "metadata-key")),
        (
            "cinder_show_quota_set",
            {"path": {"project_id": "p1", "target_project_id": "p2"}},
            ("path:target_project_id", "target-project"),
        ),
    ],
)
def test_each_part_of_a_request_is_judged(operation: str, parts: dict[str, Any], expected: tuple[str, str]) -> None:
    where, rule = expected
    assert found(draft(operation, **parts)) == [(where, REJECT, rule)]


def test_odd_forms_of_a_request_warn() -> None:
    assert found(draft("cinder_list_volumes", method="HEAD", path_end="/", body=None)) == [
        ("method", WARN, "head-method"),
        ("path", WARN, "trailing-slash"),
        ("body", WARN, "body-unexpected"),
    ]


def test_a_secret_in_a_token_request_is_not_shown() -> None:
    body = {"auth": {"identity": "hunter2", "nocatalog": {}, "password": "hunter2"}}
    findings = draft("iam_create_token", body=body).findings()
    assert [(each.where, each.found) for each in findings] == [
        ("/auth/identity", "hidden"),
        ("/auth/nocatalog", "an object"),
        ("/auth/password", "hidden"),
    ]


@pytest.mark.parametrize(
    ("operation", "body"),
    [("iam_create_token", {"auth": "hunter2"}), ("cinder_accept_transfer", {"accept": "hunter2"})],
)
def test_a_secret_one_level_too_high_is_not_shown(operation: str, body: JsonObject) -> None:
    assert [each.found for each in draft(operation, body=body).findings()] == ["hidden"]


def test_a_path_variable_is_named() -> None:
    assert found(draft("cinder_show_volume", path={"project_id": "p1", "volume_id": "7"})) == [
        ("path:volume_id", WARN, "volume-id-format")
    ]
    assert found(draft("cinder_show_volume", path={"project_id": "p1", "volume_id": UUID})) == []


@settings(deadline=None)
@given(CREATIONS, VOLUMES)
def test_a_body_that_needs_no_walk_is_one_in_which_a_walk_finds_nothing(operation: str, volume: JsonObject) -> None:
    """One more member makes every other be walked to."""
    alone = draft(operation, body={"volume": volume}).findings()
    walked = draft(operation, body={"volume": volume, "extra": 1}).findings()
    assert [each for each in walked if each.where != "/extra"] == list(alone)


@settings(deadline=None)
@given(
    st.sampled_from(["cinder_list_volumes", "evs_list_volumes_detail", "cinder_list_snapshots"]),
    st.dictionaries(
        st.sampled_from(["limit", "offset", "name", "marker", "status", "sort_key"]),
        st.sampled_from(["", "1", "0", "-1", "id", "available", "01", UUID]),
    ),
)
def test_a_query_that_needs_no_walk_is_one_in_which_a_walk_finds_nothing(operation: str, query: dict[str, str]) -> None:
    alone = draft(operation, query=query).findings()
    walked = draft(operation, query={**query, "extra": "1"}).findings()
    assert [each for each in walked if each.where != "query:extra"] == list(alone)


@pytest.mark.parametrize("operation", [each for each in CATALOGUE.operations if each.query], ids=lambda each: each.id)
def test_parameters_have_one_spelling(operation: Any) -> None:
    """So that it does not matter by which one a parameter that has to be there is missed."""
    assert all(len(member.names) == 1 for member in shape_of(operation.query).ordered)
