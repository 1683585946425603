"""Requests held against their declarations: every finding, with its place, limit and documented fault."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.contract import faults
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.faults import Fault
from gateway.contract.model import JsonValue, Match
from gateway.validation import Finding, Severity, validate

WARN, REJECT = Severity.WARN, Severity.REJECT
UUID = "5aa119a8-d25b-45a7-8d1b-88e127885635"
EXAMPLES = json.loads((Path(__file__).parent / "cases" / "example_requests.json").read_text(encoding="utf-8"))
VALUES = {"project_id": "p1", "target_project_id": "p1", "key": "key1", "api_version": "v2"}
IDS = ("volume_id", "snapshot_id", "transfer_id", "job_id", "type_id")
EMPTY_DISK = {"availability_zone": "az-dc-1", "volume_type": "SSD", "size": 40}


def request(operation: str, body: JsonValue = None, query: str = "", **values: str) -> Match:
    row = CATALOGUE.by_id[operation]
    path = row.path.format_map(VALUES | dict.fromkeys(IDS, UUID) | values)
    match = CATALOGUE.identify(row.method, path.encode(), query.encode(), body)
    assert isinstance(match, Match), match
    assert match.operation is row
    return match


def verdicts(operation: str, body: JsonValue = None, query: str = "", **values: str) -> set[tuple[str, Severity, str]]:
    findings = validate(request(operation, body, query, **values), body is not None)
    return {(finding.where, finding.severity, finding.rule) for finding in findings if finding.rule != "deprecated"}


def faulted(operation: str, body: JsonValue, query: str) -> list[Fault]:
    findings = validate(request(operation, body, query), body is not None)
    return [finding.fault for finding in findings if finding.severity is REJECT]


def custom(**members: Any) -> JsonValue:
    return {"volume": {**EMPTY_DISK, **members}}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["operation"])
def test_every_example_of_the_reference_is_accepted(example: dict[str, Any]) -> None:
    findings = validate(request(example["operation"], example["body"]), True)
    assert [finding for finding in findings if finding.severity is REJECT] == []


def test_a_finding_tells_place_limit_value_fault_and_source() -> None:
    assert validate(request("evs_create_volumes", custom(size=0)), True) == (
        Finding("range", REJECT, "body.volume.size", "1 to 32768 GB", "0", faults.VOLUME_SIZE, "6.1.1"),
    )


def test_all_findings_are_told() -> None:
    body: JsonValue = {"volume": {"size": "big", "volume_type": "tape", "name": "x" * 256, "extra": 1}}
    assert verdicts("cinder_create_volume", body) == {
        ("body.volume.availability_zone", REJECT, "missing"),
        ("body.volume.size", REJECT, "type"),
        ("body.volume.volume_type", REJECT, "value"),
        ("body.volume.name", REJECT, "length"),
        ("body.volume.extra", WARN, "unknown"),
    }


@pytest.mark.parametrize(
    ("operation", "body", "expected"),
    [
        ("evs_create_volumes", custom(size=None, backup_id=UUID), {("body.volume.size", WARN, "null")}),
        ("evs_create_volumes", custom(backup_id=None, imageRef=None, snapshot_id=None), set()),
        ("evs_create_volumes", custom(name=None), {("body.volume.name", WARN, "null")}),
        ("evs_create_volumes", custom(volume_type=None), {("body.volume.volume_type", REJECT, "null")}),
        (
            "evs_create_volumes",
            custom(volume_type=""),
            {("body.volume.volume_type", REJECT, "empty"), ("body.volume.volume_type", REJECT, "value")},
        ),
        ("evs_create_volumes", custom(volume_type="sas"), {("body.volume.volume_type", WARN, "value")}),
        ("evs_create_volumes", custom(size=32768.9, count=1.9), set()),
        ("evs_create_volumes", custom(count=101), {("body.volume.count", REJECT, "range")}),
        ("evs_create_volumes", custom(backup_id=UUID, count=2), {("body.volume.count", REJECT, "batch")}),
        ("evs_create_volumes", custom(snapshot_id=UUID, imageRef=UUID), {("body.volume.imageRef", REJECT, "one-of")}),
        ("evs_create_volumes", custom(name="x" * 251, count=2), {("body.volume.name", REJECT, "length")}),
        ("evs_create_volumes", custom(metadata={"owner": "me"}), {("body.volume.metadata.owner", REJECT, "unlisted")}),
        (
            "evs_create_volumes",
            custom(shareable=True, multiattach="true"),
            {("body.volume.shareable", WARN, "value"), ("body.volume.multiattach", WARN, "type")},
        ),
        ("cinder_create_volume", custom(metadata={"owner": "me"}), set()),
        ("cinder_create_volume", custom(size="40"), {("body.volume.size", WARN, "type")}),
        ("cinder_create_volume", custom(size=True), {("body.volume.size", REJECT, "type")}),
        ("cinder_create_volume", custom(size=40.5), {("body.volume.size", WARN, "type")}),
        ("cinder_create_volume", custom(source_volid=None), set()),
        ("cinder_create_volume", custom(source_volid=UUID), {("body.volume.source_volid", WARN, "unsupported")}),
        ("cinder_create_volume", custom(count=2), {("body.volume.count", WARN, "unknown")}),
        ("cinder_create_volume", custom(metadata={"a": None}), {("body.volume.metadata.a", REJECT, "null")}),
        (
            "cinder_create_volume",
            {"volume": EMPTY_DISK, "OS-SCH-HNT:scheduler_hints": {}},
            {("body.OS-SCH-HNT:scheduler_hints", WARN, "unknown")},
        ),
        ("cinder_create_volume", {"volume": []}, {("body.volume", REJECT, "type")}),
        ("cinder_create_volume", {"volume": None}, {("body.volume", REJECT, "null")}),
        ("cinder_create_volume", {}, {("body.volume", REJECT, "missing")}),
        ("cinder_create_volume", [], {("body", REJECT, "type")}),
        ("cinder_create_volume", None, {("body", REJECT, "missing")}),
        (
            "evs_update_volume",
            {"volume": {"name": None}},
            {("body.volume.name", WARN, "null"), ("body.volume", REJECT, "missing")},
        ),
        ("cinder_update_volume", {"volume": {}}, {("body.volume", WARN, "empty")}),
        (
            "cinder_update_volume",
            {"volume": {"name": "", "display_name": "b"}},
            {("body.volume.display_name", WARN, "unused")},
        ),
        ("cinder_create_snapshot", {"snapshot": {"volume_id": UUID, "description": None}}, set()),
        (
            "cinder_create_snapshot",
            {"snapshot": {"volume_id": "7", "name": "autobk_snapshot_1"}},
            {("body.snapshot.volume_id", WARN, "format"), ("body.snapshot.name", WARN, "prefix")},
        ),
        ("cinder_create_snapshot_metadata", {"metadata": {"a": "x" * 256}}, {("body.metadata.a", WARN, "length")}),
        ("cinder_create_volume_metadata", {"metadata": {"a": "x" * 256}}, {("body.metadata.a", REJECT, "length")}),
        ("cinder_update_volume_metadata_item", {"meta": {"other": "x"}}, {("body.meta", REJECT, "mismatch")}),
        ("cinder_update_volume_metadata_item", {"meta": {}}, {("body.meta", WARN, "empty")}),
        ("cinder_extend_volume", {"os-extend": {"new_size": 32769}}, {("body.os-extend.new_size", REJECT, "range")}),
        ("cinder_extend_volume", {"os-extend": {"new_size": 50}, "bssParam": {}}, {("body.bssParam", WARN, "unknown")}),
        (
            "cinder_set_readonly",
            {"os-update_READONLY_flag": {}},
            {("body.os-update_READONLY_flag.readonly", REJECT, "missing")},
        ),
        ("cinder_reserve_volume", {"os-reserve": None}, {("body.os-reserve", WARN, "null")}),
        ("cinder_reserve_volume", {"os-reserve": {"a": 1}}, {("body.os-reserve", WARN, "type")}),
        ("cinder_unreserve_volume", {"os-unreserve": []}, {("body.os-unreserve", REJECT, "type")}),
        ("cinder_detach_volume", {"os-detach": None}, {("body.os-detach", WARN, "null")}),
        (
            "cinder_upload_image",
            {"os-volume_upload_image": {"image_name": "a", "disk_format": "QCOW2"}},
            {("body.os-volume_upload_image.disk_format", WARN, "value")},
        ),
        ("cinder_accept_transfer", {"accept": {"auth_key": ""}}, {("body.accept.auth_key", WARN, "empty")}),
        ("iam_create_token", {"auth": {}, "other": 1}, {("body.other", WARN, "unknown")}),
        ("cinder_show_volume", {"a": 1}, {("body", WARN, "body")}),
    ],
)
def test_a_body_passes_warns_or_is_refused(
    operation: str, body: JsonValue, expected: set[tuple[str, Severity, str]]
) -> None:
    assert verdicts(operation, body) == expected


@pytest.mark.parametrize(
    ("operation", "query", "expected"),
    [
        ("cinder_list_volumes", "limit=50&offset=50&sort_key=size&sort_dir=asc&status=available", set()),
        ("cinder_list_volumes", "limit=1001", {("query.limit", REJECT, "range")}),
        ("cinder_list_volumes", "limit=1&limit=2", {("query.limit", REJECT, "duplicate")}),
        ("cinder_list_volumes", "limit=1&limit=1", set()),
        ("cinder_list_volumes", "name=a&name=b", {("query.name", WARN, "duplicate")}),
        ("cinder_list_volumes", "a=1&a=2", {("query.a", WARN, "duplicate"), ("query.a", WARN, "unknown")}),
        ("cinder_list_volumes", "all_tenants=1", {("query.all_tenants", WARN, "unknown")}),
        ("cinder_list_volumes", "marker=7", {("query.marker", REJECT, "format")}),
        (
            "cinder_list_volumes",
            "sort_key=SIZE&sort_dir=up",
            {("query.sort_key", WARN, "value"), ("query.sort_dir", REJECT, "value")},
        ),
        ("cinder_list_snapshots", "marker=7&offset=0", {("query.marker", WARN, "format")}),
        ("cinder_list_transfers", "offset=0", {("query.offset", WARN, "range")}),
        ("evs_list_volumes_detail", "offset=1", {("query.offset", WARN, "unknown")}),
        ("evs_list_vendor_volumes_detail", "anything=1", set()),
        ("cinder_list_volume_types", "is_public=None", {("query.is_public", WARN, "unknown")}),
        ("cinder_delete_volume", "cascade=True", {("query.cascade", WARN, "value")}),
        ("cinder_delete_volume", "cascade=true", set()),
        ("cinder_show_quota_set", "usage=True", set()),
        ("cinder_show_quota_set", "usage=TRUE", {("query.usage", WARN, "value")}),
        ("cinder_show_quota_set", "usage=False", {("query.usage", REJECT, "value")}),
        ("cinder_show_quota_set", "", {("query.usage", REJECT, "missing")}),
    ],
)
def test_a_query_passes_warns_or_is_refused(
    operation: str, query: str, expected: set[tuple[str, Severity, str]]
) -> None:
    assert verdicts(operation, None, query) == expected


def test_path_variables_are_held_against_their_form() -> None:
    assert verdicts("cinder_show_volume", volume_id="7") == {("path.volume_id", WARN, "format")}
    assert verdicts("v1_show_job", job_id="ff808081692a62c70169b4dcf9514264") == set()
    assert verdicts("show_api_version", api_version="v3") == {("path.api_version", WARN, "value")}
    assert verdicts("show_api_version", api_version="v4") == {("path.api_version", REJECT, "value")}
    assert verdicts("cinder_show_quota_set", None, "usage=true", target_project_id="p2") == {
        ("path.target_project_id", REJECT, "mismatch")
    }


@pytest.mark.parametrize(
    ("operation", "body", "query", "expected"),
    [
        ("evs_create_volumes", None, "", faults.CREATE_BODY),
        ("evs_create_volumes", custom(backup_id=UUID, count=2), "", faults.BACKUP_BATCH),
        ("evs_create_volumes", custom(multiattach="maybe"), "", faults.TYPE_CONVERSION),
        ("evs_create_volumes", custom(metadata={"full_clone": "7"}, snapshot_id=UUID), "", faults.FULL_CLONE),
        ("cinder_create_volume", custom(multiattach="maybe"), "", faults.MALFORMED_BODY),
        (
            "cinder_create_volume",
            custom(metadata={"hw:passthrough": "true"}, imageRef=UUID),
            "",
            faults.SOURCE_METADATA,
        ),
        ("evs_update_volume", {"volume": {}}, "", faults.NAME_AND_DESCRIPTION),
        ("evs_list_volumes", None, "limit=x", faults.FILTER_LIMIT),
        ("cinder_list_volumes", None, "limit=x", faults.LIMIT_INTEGER),
        ("cinder_list_volumes", None, "limit=0", faults.LIMIT_POSITIVE),
        ("cinder_list_volumes", None, "limit=1001", faults.LIMIT_TOO_GREAT),
        ("cinder_list_volumes", None, "offset=x", faults.OFFSET_INTEGER),
        ("cinder_show_quota_set", None, "", faults.MALFORMED_URL),
    ],
)
def test_a_refusal_has_the_documented_code_and_message(
    operation: str, body: JsonValue, query: str, expected: Fault
) -> None:
    assert faulted(operation, body, query) == [expected]


def test_deprecated_operations_warn_and_the_task_query_does_not() -> None:
    (finding,) = validate(request("v1_show_volume"), False)
    assert (finding.rule, finding.severity, finding.where) == ("deprecated", WARN, "operation")
    assert validate(request("v1_show_job"), False) == ()


def test_odd_forms_of_a_request_warn() -> None:
    match = CATALOGUE.identify("HEAD", b"/v2/p1/volumes/", b"", None)
    assert isinstance(match, Match)
    assert [(each.rule, each.severity, each.where) for each in validate(match, False)] == [
        ("head", WARN, "method"),
        ("trailing-slash", WARN, "path"),
    ]


def test_null_is_a_body_and_no_object() -> None:
    assert [each.where for each in validate(request("cinder_create_volume"), True)] == ["body"]


@pytest.mark.parametrize(
    ("value", "shown"),
    [(12, "12"), ("ä", '"ä"'), ({"a": 1}, "an object"), ([1], "an array"), ("x" * 300, '"' + "x" * 78 + "…")],
)
def test_found_is_shown_short(value: JsonValue, shown: str) -> None:
    (finding,) = validate(request("cinder_create_volume", custom(other=value)), True)
    assert finding.found == shown


def test_secrets_are_never_shown() -> None:
    (finding,) = validate(request("cinder_accept_transfer", {"accept": {"auth_key": 9266}}), True)
    assert (finding.rule, finding.found) == ("type", "hidden")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["volume", "size", "name", "metadata", "count", "meta", "key1", "os-extend", "auth"]), inner
        )
    ),
    max_leaves=8,
)
QUERIES = st.lists(st.tuples(st.sampled_from(["limit", "offset", "marker", "usage", "x"]), st.text(max_size=4)))


# A busy machine is no failure.
@settings(deadline=None)
@given(st.sampled_from(CATALOGUE.operations), JSON, QUERIES, st.booleans())
def test_any_request_gets_findings(operation: Any, body: JsonValue, query: list[tuple[str, str]], has: bool) -> None:
    match = Match(operation, {"volume_id": "x", "project_id": "p", "key": "key1"}, tuple(query), body)
    assert all(isinstance(finding, Finding) for finding in validate(match, has))
