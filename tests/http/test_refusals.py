"""The gateway's own answers: envelope, code, marks, and that three unmodified client libraries can read them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import openstack.exceptions
import pytest
import requests
from cinderclient import exceptions as cinder_exceptions
from huaweicloudsdkcore.exceptions.exception_handler import DefaultExceptionHandler
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.contract import faults
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.faults import Fault
from gateway.contract.model import Family, JsonValue, Mismatch, Severity, Unmatched
from gateway.http import refusals
from gateway.http.messages import Response


@dataclass(frozen=True)
class Found:
    rule: str = "size-range"
    severity: Severity = Severity.REJECT
    where: str = "/volume/size"
    limit: str = "1 to 32768 GB"
    found: str = "0"
    fault: Fault = faults.VOLUME_SIZE
    source: str = "7.1.1"


WARNING = Found("member-unknown", Severity.WARN, "/x", "a documented member", "1", faults.MALFORMED_BODY, "7.1.1")
REPORT: dict[str, JsonValue] = {"message": "No recorded exchange answers this request.", "kind": "no-match"}
DETAIL = {
    "rule": "size-range",
    "severity": "reject",
    "where": "/volume/size",
    "limit": "1 to 32768 GB",
    "found": "0",
    "code": "EVS.1010",
    "message": "invalid volume size!",
    "source": "7.1.1",
}
UNKNOWN = Unmatched(Mismatch.UNKNOWN_PATH, ("v2", "p1", "cloudsnapshots"))
ALL = [
    answer
    for family in Family
    for answer in (
        refusals.invalid(family, [WARNING, Found()]),
        refusals.inadmissible(413, "The body is larger than 12 MB.", family),
        refusals.miss(family, REPORT),
        refusals.upstream_failed(family, "connection_refused", "nobody listens"),
        refusals.store_failed(family, "the disk is full"),
    )
] + [
    refusals.unmatched(UNKNOWN),
    refusals.unmatched(Unmatched(Mismatch.WRONG_METHOD, ("v2", "p1", "volumes"), allow=("GET", "POST"))),
    refusals.unmatched(Unmatched(Mismatch.SEVERAL_ACTIONS, ("v2", "p1", "volumes", "x", "action"), body={"a": 1})),
]


def body(answer: Response) -> Any:
    return json.loads(answer.body)


def mark(answer: Response) -> str:
    return (answer.header(b"proxy-status") or b"").decode()


def error(answer: Response) -> dict[str, Any]:
    (content,) = body(answer).values()
    assert isinstance(content, dict)
    return content


def test_an_invalid_request_is_told_the_first_fault_that_rejects_and_all_findings() -> None:
    answer = refusals.invalid(Family.CINDER, [WARNING, Found()])
    assert (answer.status, mark(answer)) == (
        400,
        'evs-gateway; error=http_request_error; details="/volume/size: 1 to 32768 GB (found 0)"',
    )
    content = body(answer)["badRequest"]
    assert (content["message"], content["code"]) == ("invalid volume size!", "EVS.1010")
    assert [detail["rule"] for detail in content["details"]] == ["member-unknown", "size-range"]
    assert content["details"][1] == DETAIL


def test_a_flood_of_findings_is_told_short() -> None:
    details = error(refusals.invalid(Family.CINDER, [*([WARNING] * 150), Found()]))["details"]
    assert [detail["rule"] for detail in details] == ["member-unknown"] * 100 + ["more"]
    assert details[-1] == {"rule": "more", "found": "51 further findings"}


def test_a_request_that_only_warns_is_not_refused() -> None:
    with pytest.raises(ValueError, match="rejecting"):
        refusals.invalid(Family.CINDER, [WARNING])


@pytest.mark.parametrize(
    ("family", "envelope"),
    [
        (Family.CINDER, "badRequest"),
        (Family.VERSIONS, "badRequest"),
        (Family.CUSTOM, "error"),
        (Family.JOBS, "error"),
        (Family.IAM, "error"),
    ],
)
def test_each_family_has_its_envelope(family: Family, envelope: str) -> None:
    assert list(body(refusals.invalid(family, [Found()]))) == [envelope]


def test_identity_errors_have_numbers_for_codes_and_a_title() -> None:
    content = error(refusals.upstream_failed(Family.IAM, "connection_timeout", "no answer in 5 s"))
    assert content == {
        "message": "The upstream gave no whole answer: no answer in 5 s",
        "code": 504,
        "title": "Gateway Timeout",
    }


@pytest.mark.parametrize(
    ("status", "code", "envelope"),
    [(400, "EVS.5400", "badRequest"), (413, "EVSGateway.0413", "overLimit"), (415, "EVSGateway.0415", "badMediaType")],
)
def test_what_is_not_admissible_is_refused(status: int, code: str, envelope: str) -> None:
    answer = refusals.inadmissible(status, "why not", Family.CINDER)
    assert (answer.status, body(answer)) == (status, {envelope: {"message": "why not", "code": code}})
    assert mark(answer) == 'evs-gateway; error=http_request_error; details="why not"'


def test_an_unnamed_status_and_an_unknown_family_have_the_plain_envelope() -> None:
    assert list(body(refusals.inadmissible(431, "too long", Family.CINDER))) == ["error"]
    assert list(body(refusals.inadmissible(400, "bad"))) == ["error"]


def test_a_wrong_method_is_told_which_are_allowed() -> None:
    answer = refusals.unmatched(Unmatched(Mismatch.WRONG_METHOD, ("v2", "p1", "volumes"), allow=("GET", "POST")))
    assert (answer.status, answer.header(b"allow")) == (405, b"GET, POST")
    assert body(answer)["badMethod"]["code"] == "EVSGateway.0405"


def test_an_operation_that_nobody_can_judge_is_forbidden() -> None:
    answer = refusals.unmatched(UNKNOWN)
    assert (answer.status, body(answer)["error"]["code"]) == (403, "EVSGateway.0403")
    assert mark(answer).startswith("evs-gateway; error=http_request_denied; ")


@pytest.mark.parametrize("segments", [("favicon.ico",), ("v2", "p1", "", "volumes"), ("app", "index.html")])
def test_what_can_be_no_operation_is_not_found(segments: tuple[str, ...]) -> None:
    answer = refusals.unmatched(Unmatched(Mismatch.UNKNOWN_PATH, segments))
    assert (answer.status, error(answer)["code"]) == (404, "EVS.5404")


@pytest.mark.parametrize(
    ("reason", "sent", "message", "found"),
    [
        (Mismatch.NO_ACTION, None, "Malformed request body.", ""),
        (Mismatch.UNKNOWN_ACTION, {"os-retype": {}}, "Request body and URI mismatch.", "os-retype"),
        (Mismatch.SEVERAL_ACTIONS, {"a": 1, "b": 2}, "Request body and URI mismatch.", "a, b"),
        (Mismatch.UNKNOWN_ACTION, {"k" * 1000: {}}, "Request body and URI mismatch.", "k" * 197 + "..."),
    ],
)
def test_an_action_fault_names_what_was_found(reason: Mismatch, sent: JsonValue, message: str, found: str) -> None:
    answer = refusals.unmatched(Unmatched(reason, ("v2", "p1", "volumes", "x", "action"), body=sent))
    content = body(answer)["badRequest"]
    assert (answer.status, content["code"], content["message"]) == (400, "EVS.5400", message)
    assert [detail["found"] for detail in content["details"]] == [found]


def test_a_miss_tells_its_report_under_a_status_that_clients_neither_repeat_nor_take_for_deleted() -> None:
    answer = refusals.miss(Family.CINDER, REPORT)
    assert (answer.status, body(answer)) == (
        424,
        {"failedDependency": {"message": REPORT["message"], "code": "EVSGateway.0424", "miss": REPORT}},
    )
    assert mark(answer).startswith("evs-gateway; error=proxy_internal_response; ")


def test_a_miss_without_words_gets_some() -> None:
    assert error(refusals.miss(Family.JOBS, {}))["message"] == "The cassette holds no answer to this request."


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("connection_refused", 502),
        ("dns_error", 502),
        ("http_response_incomplete", 502),
        ("connection_timeout", 504),
        ("http_response_timeout", 504),
    ],
)
def test_a_failed_upstream_is_told_by_kind(kind: str, status: int) -> None:
    answer = refusals.upstream_failed(Family.CUSTOM, kind, "what happened")
    assert (answer.status, mark(answer)) == (status, f'evs-gateway; error={kind}; details="what happened"')
    assert error(answer)["code"] == f"EVSGateway.0{status}"


def test_what_cannot_be_recorded_is_unavailable() -> None:
    answer = refusals.store_failed(Family.CINDER, "the disk is full")
    content = body(answer)["serviceUnavailable"]
    assert (answer.status, content["code"], content["message"]) == (503, "EVS.5503", "Service unavailable.")
    assert content["details"] == [{"rule": "record", "found": "the disk is full"}]


@pytest.mark.parametrize(
    ("path", "family"),
    [
        ("", Family.VERSIONS),
        ("v2", Family.VERSIONS),
        ("v3/auth/catalog", Family.IAM),
        ("v3/projects/p1", Family.IAM),
        ("v1/p1/jobs/j1", Family.JOBS),
        ("v1/p1/volumes", Family.CUSTOM),
        ("v2.1/p1/cloudvolumes", Family.CUSTOM),
        ("v2/p1/os-vendor-snapshots", Family.CUSTOM),
        ("v2/p1/volumes", Family.CINDER),
        ("v3/p1", Family.CINDER),
    ],
)
def test_undocumented_paths_have_a_family(path: str, family: Family) -> None:
    assert refusals.family_of(path.split("/")) is family


@pytest.mark.parametrize("operation", CATALOGUE.operations, ids=lambda operation: operation.id)
def test_the_family_of_a_documented_path_is_that_of_its_row(operation: Any) -> None:
    assert refusals.family_of(operation.segments) is operation.family


@pytest.mark.parametrize("answer", ALL, ids=lambda answer: str(answer.status))
def test_every_answer_is_whole_json_and_marked(answer: Response) -> None:
    assert answer.is_json
    assert answer.header(b"content-length") == str(len(answer.body)).encode()
    assert mark(answer).startswith("evs-gateway; error=")


# A busy machine is no failure.
@settings(deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_fit_for_a_header(text: str) -> None:
    said = refusals.quoted(text)
    assert said.isascii()
    assert said.isprintable()
    assert '"' not in said.replace("\\\\", "").replace('\\"', "")


def received(answer: Response) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status
    response._content = answer.body
    response.headers.update({key.decode(): value.decode() for key, value in answer.headers})
    return response


@pytest.mark.parametrize("answer", ALL, ids=lambda answer: str(answer.status))
def test_the_huawei_sdk_reads_code_and_message(answer: Response) -> None:
    with pytest.raises(ServiceResponseException) as caught:
        DefaultExceptionHandler().handle_exception(None, received(answer))
    content = error(answer)
    assert (caught.value.status_code, caught.value.error_code, caught.value.error_msg) == (
        answer.status,
        content["code"],
        content["message"],
    )


@pytest.mark.parametrize("answer", ALL, ids=lambda answer: str(answer.status))
def test_cinderclient_reads_message_and_details(answer: Response) -> None:
    raised = cinder_exceptions.from_response(received(answer), body(answer))
    content = error(answer)
    assert (raised.code, raised.message, raised.details) == (
        answer.status,
        content["message"],
        content.get("details", "n/a"),
    )


@pytest.mark.parametrize("answer", ALL, ids=lambda answer: str(answer.status))
def test_openstacksdk_reads_the_message(answer: Response) -> None:
    with pytest.raises(openstack.exceptions.HttpException) as caught:
        openstack.exceptions.raise_from_response(received(answer))
    assert (caught.value.status_code, caught.value.details) == (answer.status, error(answer)["message"])


def test_a_sender_who_is_not_known_is_told_what_would_be_a_credential() -> None:
    answer = refusals.refused_identity(Family.CUSTOM, faults.UNAUTHENTICATED, "the token has expired", None)
    assert (answer.status, json.loads(answer.body)) == (
        401,
        {
            "error": {
                "message": "Authentication required.",
                "code": "EVS.5401",
                "details": [{"rule": "identity", "found": "the token has expired"}],
            }
        },
    )
    assert answer.header(b"www-authenticate") == b"Keystone, SDK-HMAC-SHA256"
    assert answer.header(b"proxy-status") == (
        b'evs-gateway; error=http_request_denied; details="the token has expired"'
    )


def test_another_project_is_no_question_of_credentials() -> None:
    answer = refusals.refused_identity(Family.JOBS, faults.JOB_PROJECT, "another project", None)
    assert (answer.status, answer.header(b"www-authenticate"), answer.header(b"retry-after")) == (400, None, None)


def test_who_cannot_be_told_now_may_be_told_later() -> None:
    answer = refusals.refused_identity(Family.CINDER, faults.UNAVAILABLE, "the IAM answered 500", 5)
    assert (answer.status, answer.header(b"retry-after")) == (503, b"5")
    assert answer.header(b"proxy-status") == (
        b'evs-gateway; error=destination_unavailable; details="the IAM answered 500"'
    )
