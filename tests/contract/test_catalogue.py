"""Which operation a request is, and the rows as a whole."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.contract.catalogue import CATALOGUE, Catalogue, parse_query, split_path
from gateway.contract.model import Family, JsonValue, Match, Mismatch, Oddity, Operation, Unmatched

VOLUMES = b"/v2/p1/volumes"
ACTION = VOLUMES + b"/v1/action"
EXAMPLES = json.loads((Path(__file__).parents[1] / "cases" / "example_requests.json").read_text(encoding="utf-8"))


def found(method: str, path: bytes, query: bytes = b"", body: JsonValue = None) -> Match:
    match = CATALOGUE.identify(method, path, query, body)
    assert isinstance(match, Match), match
    return match


def missed(method: str, path: bytes, body: JsonValue = None) -> Unmatched:
    unmatched = CATALOGUE.identify(method, path, b"", body)
    assert isinstance(unmatched, Unmatched), unmatched
    return unmatched


def reason(method: str, path: bytes, body: JsonValue = None) -> Mismatch:
    return missed(method, path, body).reason


def test_there_are_58_operations_each_with_a_source() -> None:
    assert len(CATALOGUE.operations) == len(CATALOGUE.by_id) == 58
    sections = [operation.section for operation in CATALOGUE.operations]
    assert all(sections)
    assert len(set(sections)) == 58


@pytest.mark.parametrize("operation", CATALOGUE.operations, ids=lambda operation: operation.id)
def test_each_operation_is_found_by_its_own_row(operation: Operation) -> None:
    values = {
        name[1:-1]: "v2" if name == "{api_version}" else f"a {name}" for name in operation.segments if name[0] == "{"
    }
    path = "/" + "/".join(values.get(each[1:-1], each).replace(" ", "%20") for each in operation.segments)
    for key in operation.action_keys or ("any",):
        match = found(operation.method, path.encode(), b"", {key: {}})
        assert (match.operation.id, match.path_values) == (operation.id, values)


@pytest.mark.parametrize("operation", CATALOGUE.operations, ids=lambda operation: operation.id)
def test_rows_agree_with_their_models(operation: Operation) -> None:
    assert (operation.body_key is None) == (operation.request is None)
    assert (operation.method in ("POST", "PUT")) == (operation.request is not None)
    assert not operation.action_keys or operation.body_key == operation.action_keys[0]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example["operation"])
def test_models_read_every_example(example: dict[str, JsonValue]) -> None:
    request = CATALOGUE.by_id[str(example["operation"])].request
    assert request is not None
    assert request.model_validate(example["body"]).__pydantic_extra__ == {}


def test_deprecated_are_the_nine_that_say_so() -> None:
    assert {each.id for each in CATALOGUE.operations if each.deprecated} == {
        "evs_delete_volume",
        "evs_update_volume",
        "evs_list_volumes",
        "evs_extend_volume",
        "cinder_attach_volume",
        "cinder_detach_volume",
        "cinder_reserve_volume",
        "cinder_unreserve_volume",
        "v1_show_volume",
    }


def test_three_operations_need_no_credentials() -> None:
    assert {each.id for each in CATALOGUE.operations if not each.authenticated} == {
        "list_api_versions",
        "show_api_version",
        "iam_create_token",
    }


def test_success_statuses_are_those_of_the_sections() -> None:
    by_status: dict[int, set[str]] = {}
    for operation in CATALOGUE.operations:
        by_status.setdefault(operation.status, set()).add(operation.id)
    assert {300: by_status[300], 201: by_status[201], 202: by_status[202]} == {
        300: {"list_api_versions"},
        201: {"iam_create_token"},
        202: {
            "evs_rollback_snapshot",
            "cinder_create_volume",
            "cinder_delete_volume",
            "cinder_extend_volume",
            "cinder_set_readonly",
            "cinder_upload_image",
            "cinder_attach_volume",
            "cinder_detach_volume",
            "cinder_reserve_volume",
            "cinder_unreserve_volume",
            "cinder_create_snapshot",
            "cinder_delete_snapshot",
            "cinder_create_transfer",
            "cinder_accept_transfer",
            "cinder_delete_transfer",
        },
    }
    assert len(by_status[200]) == 58 - 1 - 1 - 15


def test_literals_beat_variables_and_are_never_their_value() -> None:
    assert found("GET", VOLUMES + b"/detail").operation.id == "cinder_list_volumes_detail"
    assert found("GET", b"/v2/p1/os-vendor-volumes/detail").operation.id == "evs_list_vendor_volumes_detail"
    assert missed("DELETE", VOLUMES + b"/detail").allow == ("GET", "HEAD")
    assert reason("GET", VOLUMES + b"/detail/metadata") is Mismatch.UNKNOWN_PATH


def test_segments_are_decoded_once_after_splitting() -> None:
    assert found("GET", VOLUMES + b"/%64etail").operation.id == "cinder_list_volumes_detail"
    assert found("GET", VOLUMES + b"/a%2Fb").path_values["volume_id"] == "a/b"
    assert found("GET", VOLUMES + b"/%2564etail").path_values["volume_id"] == "%64etail"
    assert found("GET", VOLUMES + b"/%C3%A4%FF").path_values["volume_id"] == "ä\\xff"


def test_a_trailing_slash_matches_and_is_told() -> None:
    assert found("GET", VOLUMES + b"/").oddities == (Oddity.TRAILING_SLASH,)
    assert found("GET", b"/v2/").oddities == (Oddity.TRAILING_SLASH,)
    assert found("GET", b"/").oddities == ()


@pytest.mark.parametrize("path", [b"/v2/p1//volumes", b"//v2/p1/volumes", VOLUMES + b"//", b"//", b"/v2//volumes"])
def test_an_empty_segment_matches_nothing(path: bytes) -> None:
    assert reason("GET", path) is Mismatch.UNKNOWN_PATH


def test_head_is_read_as_get_and_is_told() -> None:
    match = found("HEAD", VOLUMES)
    assert (match.operation.id, match.oddities) == ("cinder_list_volumes", (Oddity.HEAD,))


@pytest.mark.parametrize("version", [b"v1", b"v2", b"v3", b"v2.1", b"v4"])
def test_a_version_document_is_asked_for_by_a_version(version: bytes) -> None:
    match = found("GET", b"/" + version)
    assert (match.operation.id, match.path_values) == ("show_api_version", {"api_version": version.decode()})


@pytest.mark.parametrize("path", [b"/favicon.ico", b"/v", b"/v2x", b"/V2", b"/healthz"])
def test_other_words_are_no_version(path: bytes) -> None:
    assert missed("GET", path).project is None


def test_one_version_is_never_read_as_another() -> None:
    unmatched = missed("GET", b"/v2.1/p1/volumes")
    assert (unmatched.reason, unmatched.project) == (Mismatch.UNKNOWN_PATH, "p1")
    assert missed("GET", b"/v3/p1/volumes").project == "p1"
    assert missed("GET", b"/v3/auth/catalog").project is None


def test_another_method_of_a_known_path_is_told_what_is_allowed() -> None:
    assert missed("PATCH", VOLUMES + b"/x") == Unmatched(
        Mismatch.WRONG_METHOD,
        ("v2", "p1", "volumes", "x"),
        allow=("DELETE", "GET", "HEAD", "PUT"),
        project="p1",
    )
    assert missed("GET", b"/v3/auth/tokens").allow == ("POST",)


@pytest.mark.parametrize("key", ["os-update_readonly_flag", "os-update_READONLY_flag"])
def test_both_spellings_of_the_readonly_flag_are_one_operation(key: str) -> None:
    assert found("POST", ACTION, b"", {key: {"readonly": True}}).operation.id == "cinder_set_readonly"


def test_an_action_may_have_null_for_its_value() -> None:
    assert found("POST", ACTION, b"", {"os-reserve": None}).operation.id == "cinder_reserve_volume"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (None, Mismatch.NO_ACTION),
        ({}, Mismatch.NO_ACTION),
        ([], Mismatch.NO_ACTION),
        ("os-extend", Mismatch.NO_ACTION),
        ({"os-retype": {}}, Mismatch.UNKNOWN_ACTION),
        ({"os-Extend": {}}, Mismatch.UNKNOWN_ACTION),
        ({"os-update_Readonly_flag": {}}, Mismatch.UNKNOWN_ACTION),
        ({"os-extend": {}, "os-reserve": {}}, Mismatch.SEVERAL_ACTIONS),
        ({"os-extend": {}, "os-force_delete": {}}, Mismatch.SEVERAL_ACTIONS),
        ({"os-extend": {}, "OS-retype": {}}, Mismatch.SEVERAL_ACTIONS),
        ({"os-update_readonly_flag": {}, "os-update_READONLY_flag": {}}, Mismatch.SEVERAL_ACTIONS),
    ],
)
def test_an_action_is_named_by_exactly_one_key(body: JsonValue, expected: Mismatch) -> None:
    assert reason("POST", ACTION, body) is expected


def test_a_second_object_may_be_a_second_action() -> None:
    body: JsonValue = {"os-reserve": {}, "revert": {"snapshot_id": "s1"}}
    refused = CATALOGUE.identify("POST", b"/v2/p1/volumes/v1/action", b"", body)
    assert isinstance(refused, Unmatched)
    assert refused.reason is Mismatch.SEVERAL_ACTIONS
    assert found("POST", b"/v2/p1/cloudvolumes/v1/action", body={"os-extend": {}, "other": {}})
    assert found("POST", b"/v2/p1/volumes/v1/action", body={"os-extend": {}, "x:hints": {}})


def test_a_member_that_looks_like_no_action_is_only_unknown() -> None:
    assert found("POST", ACTION, b"", {"os-extend": {}, "bssParam": {}}).operation.id == "cinder_extend_volume"


def test_the_custom_api_has_one_action_only() -> None:
    path = b"/v2/p1/cloudvolumes/v1/action"
    assert found("POST", path, b"", {"os-extend": {}}).operation.id == "evs_extend_volume"
    assert reason("POST", path, {"os-reserve": {}}) is Mismatch.UNKNOWN_ACTION


def test_queries_keep_order_repetition_and_empty_values() -> None:
    assert parse_query(b"b=1&a=&b=2&&c&d=%26+x=y") == (
        ("b", "1"),
        ("a", ""),
        ("b", "2"),
        ("c", ""),
        ("d", "& x=y"),
    )
    assert found("GET", VOLUMES, b"limit=3").query == (("limit", "3"),)


def test_a_path_is_split_with_or_without_its_first_slash() -> None:
    assert split_path(b"v2/p1") == split_path(b"/v2/p1") == ("v2", "p1")
    assert split_path(b"") == split_path(b"/") == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["os-extend", "os-x", "volume", ""]) | st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
PATHS = st.binary(max_size=40) | st.lists(
    st.sampled_from([b"", b"v2", b"p", b"volumes", b"detail", b"action", b"%2F", b"%", b"%zz", b"\xff", b".."]),
    max_size=7,
).map(lambda parts: b"/" + b"/".join(parts))


# A busy machine is no failure.
@settings(deadline=None)
@given(st.text(max_size=8) | st.sampled_from(["GET", "POST", "HEAD"]), PATHS, st.binary(max_size=30), JSON)
def test_any_request_is_a_match_or_unmatched(method: str, path: bytes, query: bytes, body: JsonValue) -> None:
    assert isinstance(CATALOGUE.identify(method, path, query, body), Match | Unmatched)


SHOW = CATALOGUE.by_id["cinder_show_volume"]
EXTEND = CATALOGUE.by_id["cinder_extend_volume"]


@pytest.mark.parametrize(
    ("second", "complaint"),
    [
        (SHOW, "one id"),
        (replace(SHOW, id="other"), "method, path and key"),
        (replace(SHOW, id="other", path="/v2/{tenant}/volumes/{volume_id}"), "names the variables"),
    ],
)
def test_rows_that_cannot_be_told_apart_are_a_mistake(second: Operation, complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        Catalogue((SHOW, second))


@pytest.mark.parametrize("second", [replace(EXTEND, id="other"), replace(EXTEND, id="other", action_keys=())])
def test_actions_that_cannot_be_told_apart_are_a_mistake(second: Operation) -> None:
    with pytest.raises(ValueError, match="method, path and key"):
        Catalogue((EXTEND, second))


def test_a_toy_catalogue_identifies_by_its_own_rows() -> None:
    toy = Catalogue((replace(SHOW, id="toy", path="/{api_version}", family=Family.VERSIONS),))
    assert isinstance(toy.identify("GET", b"/v9", b"", None), Match)
    assert isinstance(toy.identify("GET", b"/v2/p1/volumes/x", b"", None), Unmatched)


def test_a_literal_that_begins_longer_paths_is_a_version_only_if_it_looks_like_one() -> None:
    version = replace(SHOW, id="version", path="/{api_version}")
    toy = Catalogue((version, replace(SHOW, path="/v2/{volume_id}"), replace(SHOW, id="thing", path="/things/{key}")))
    assert isinstance(toy.identify("GET", b"/v2", b"", None), Match)
    assert isinstance(toy.identify("GET", b"/things", b"", None), Unmatched)
