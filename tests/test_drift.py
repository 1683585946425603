"""Answers held against the documented ones: what weighs, what is only told, and what never gets into a report."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import Match, Oddity
from gateway.drift import MOST_DRIFTS, Drift, Weight, compare
from gateway.http.messages import Response

WARN, INFO = Weight.WARN, Weight.INFO
JSON = ((b"content-type", b"application/json"),)
LINKS = [{"href": "https://evs.example.com/v2/p/volumes/v", "rel": "self"}]
BRIEF = {"id": "v", "links": LINKS, "name": None}


def drifts(operation: str, status: int, body: Any, *oddities: Oddity) -> list[tuple[str, Weight, str, str, str]]:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    match = Match(CATALOGUE.by_id[operation], {}, oddities=oddities)
    return [
        (each.rule, each.severity, each.where, each.expected, each.found)
        for each in compare(match, Response(status, JSON, content))
    ]


def test_the_documented_answer_has_no_drift() -> None:
    assert drifts("cinder_list_volumes", 200, {"volumes": [BRIEF]}) == []
    assert drifts("cinder_delete_volume", 202, b"") == []
    assert drifts("list_api_versions", 300, {"versions": []}) == []


def test_a_drift_tells_the_section() -> None:
    match = Match(CATALOGUE.by_id["cinder_list_volumes"], {})
    assert compare(match, Response(200, JSON, b"{}")) == (
        Drift("missing", WARN, "/volumes", "given", "absent", "7.1.4"),
    )


def test_another_status_is_told_and_the_body_is_compared_all_the_same() -> None:
    assert drifts("cinder_list_volumes", 203, {}) == [
        ("status", WARN, "status", "200", "203"),
        ("missing", WARN, "/volumes", "given", "absent"),
    ]
    assert drifts("cinder_list_volumes", 429, {"error": {"message": "m", "code": "EVS.5500"}}) == [
        ("status", WARN, "status", "a status of appendix A.2", "429"),
    ]


def test_types_are_told_by_kind_never_by_value() -> None:
    shown = {"volumes": [{"id": 7, "links": {}, "name": ["secret"]}, "x"]}
    assert drifts("cinder_list_volumes", 200, shown) == [
        ("type", WARN, "/volumes/0/id", "a string", "a number"),
        ("type", WARN, "/volumes/0/links", "an array", "an object"),
        ("type", WARN, "/volumes/0/name", "a string", "an array"),
        ("type", WARN, "/volumes/1", "an object", "a string"),
    ]
    assert drifts("cinder_list_volumes", 200, []) == [("type", WARN, "body", "an object", "an array")]
    updated = {"shareable": 1}
    assert ("type", WARN, "/shareable", "a string or a boolean", "a number") in drifts(
        "evs_update_volume", 200, updated
    )
    zones = {"availabilityZoneInfo": [{"zoneName": "z", "zoneState": {"available": "true"}}]}
    expected = [("type", WARN, "/availabilityZoneInfo/0/zoneState/available", "a boolean", "a string")]
    assert drifts("cinder_list_availability_zones", 200, zones) == expected


def test_equal_differences_of_a_list_are_told_once() -> None:
    assert drifts("cinder_list_volumes", 200, {"volumes": [{"id": "v", "links": []}] * 1000}) == [
        ("missing", WARN, "/volumes/0/name", "given", "absent"),
    ]


def test_undocumented_members_are_information_at_any_depth() -> None:
    volume = {**BRIEF, "links": [{**LINKS[0], "x/y~": 1}], "more": True}
    assert drifts("cinder_list_volumes", 200, {"volumes": [volume], "count": 1.5}) == [
        ("unknown", INFO, "/volumes/0/links/0/x~1y~0", "a documented member", "a number"),
        ("unknown", INFO, "/volumes/0/more", "a documented member", "a boolean"),
        ("unknown", INFO, "/count", "a documented member", "a number"),
    ]


def test_a_report_is_bounded() -> None:
    found = drifts("cinder_list_volumes", 200, {"volumes": [], **{f"{n}" * 200: None for n in range(100)}})
    assert len(found) == MOST_DRIFTS
    assert found[0] == ("unknown", INFO, "/" + "0" * 79 + "…", "a documented member", "null")


@pytest.mark.parametrize(
    ("operation", "body", "expected"),
    [
        ("cinder_delete_volume", b"gone", [("body", INFO, "body", "no body", "a body")]),
        ("cinder_list_volumes", b"", [("body", WARN, "body", "a JSON object", "no body")]),
        ("cinder_list_volumes", b"\xff", [("body", WARN, "body", "a JSON object", "byte 0 is not UTF-8")]),
        ("evs_list_vendor_volumes_detail", {"anything": {"at": "all"}}, []),
    ],
)
def test_a_body_is_where_the_reference_has_one(operation: str, body: Any, expected: list[Any]) -> None:
    assert drifts(operation, CATALOGUE.by_id[operation].status, body) == expected


def test_the_answer_to_head_has_no_body() -> None:
    assert drifts("cinder_list_volumes", 200, b"", Oddity.HEAD) == []


def test_json_under_another_type_is_told() -> None:
    match = Match(CATALOGUE.by_id["cinder_list_volumes"], {})
    (drift,) = compare(match, Response(200, ((b"content-type", b"text/plain"),), b'{"volumes": []}'))
    assert (drift.rule, drift.severity, drift.where) == ("content-type", WARN, "content-type")


@pytest.mark.parametrize(
    "body",
    [
        {"badRequest": {"message": "m", "code": "EVS.5400"}},
        {"badrequest": {"message": "m", "code": "EVS.5400"}},
        {"itemNotFound": {"message": "m", "code": "EVS.5404"}},
        {"error": {"message": "m", "code": "EVS.1010"}},
        {"error_code": "EVS.1010", "error_msg": "m"},
    ],
)
def test_every_documented_envelope_of_an_error_is_known(body: Any) -> None:
    assert drifts("cinder_show_volume", 400, body) == []


def test_an_identity_error_has_a_number_for_a_code() -> None:
    body = {"error": {"message": "m", "code": 401, "title": "Unauthorized"}}
    assert drifts("iam_create_token", 401, body) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [("envelope", WARN, "body", "an error envelope", "an object")]),
        ({"a": 1}, [("envelope", WARN, "body", "an error envelope", "an object")]),
        ([], [("envelope", WARN, "body", "an error envelope", "an array")]),
        ({"error": None}, [("type", WARN, "/error", "an object", "null")]),
        (
            {"computeFault": {"message": "m", "code": "EVS.9999"}},
            [
                ("envelope", INFO, "/computeFault", "a documented envelope", "another name"),
                ("code", INFO, "/computeFault/code", "a code of appendix A.1", "EVS.9999"),
            ],
        ),
        (
            {"error": {"code": "see the secret s3cret", "details": []}},
            [
                ("missing", WARN, "/error/message", "given", "absent"),
                ("unknown", INFO, "/error/details", "a documented member", "an array"),
                ("code", INFO, "/error/code", "a code of appendix A.1", "another text"),
            ],
        ),
    ],
)
def test_other_error_answers_are_told(body: Any, expected: list[Any]) -> None:
    assert drifts("cinder_show_volume", 404, body) == expected


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["volume", "volumes", "id", "links", "error", "code"]), inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(deadline=None)
@given(
    operation=st.sampled_from(sorted(CATALOGUE.by_id)),
    status=st.integers(100, 599),
    body=st.binary(max_size=40) | JSON_VALUES.map(lambda value: json.dumps(value).encode()),
    headers=st.sampled_from([(), JSON, ((b"content-type", b"\xff"),)]),
)
def test_any_answer_can_be_compared(operation: str, status: int, body: bytes, headers: Any) -> None:
    found = compare(Match(CATALOGUE.by_id[operation], {}), Response(status, headers, body))
    assert all(isinstance(each, Drift) for each in found)
