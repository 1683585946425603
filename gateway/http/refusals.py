"""The gateway's own answers: each in the error envelope of the API that was called, each marked by `Proxy-Status`.

No `Proxy-Status` of ours on an answer means that the cloud said it. A documented code stands only where the reference
assigns it; everything else carries the prefix of our own codes. Takes plain values; knows no findings, modes or stores.

Source: reference-notes 50 to 59 and 87; RFC 9209 for Proxy-Status; keystone's error format for the identity calls.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from http import HTTPStatus
from http.client import responses
from typing import Protocol

from gateway.contract import faults
from gateway.contract.faults import Fault
from gateway.contract.model import Family, JsonObject, JsonValue, Mismatch, Severity, Unmatched
from gateway.http.messages import Headers, Response

OWN_PREFIX = "EVSGateway."

# The names of error objects in the OpenStack APIs, in the case of letters that reference-notes 51 settles on.
_CINDER_NAMES = {
    400: "badRequest",
    401: "unauthorized",
    403: "forbidden",
    404: "itemNotFound",
    405: "badMethod",
    409: "conflictingRequest",
    413: "overLimit",
    415: "badMediaType",
    424: "failedDependency",
    429: "overLimit",
    501: "notImplemented",
    502: "badGateway",
    503: "serviceUnavailable",
    504: "gatewayTimeout",
}
_ENVELOPED_AS_CINDER = frozenset({Family.CINDER, Family.VERSIONS})
# What the service says when it says no more than the status does.
_USUAL = {
    fault.status: fault
    for fault in (
        faults.MALFORMED_BODY,
        faults.UNAUTHENTICATED,
        faults.POLICY_FAILED,
        faults.NOT_FOUND,
        faults.VOLUME_QUOTA,
        faults.INTERNAL_ERROR,
        faults.UNAVAILABLE,
    )
}
_LATE = frozenset({"connection_timeout", "connection_read_timeout", "dns_timeout", "http_response_timeout"})
_CUSTOM_COLLECTIONS = ("cloud", "os-vendor-")
_VERSION = re.compile(r"v[0-9]+(\.[0-9]+)*")
_MOST_DETAILS = 200
# The two kinds of credentials of the API, as OpenStack and the vendor call them.
_CHALLENGE = b"Keystone, SDK-HMAC-SHA256"
# A body of 12 MB can hold a million unknown members; nobody reads more than this.
_MOST_FINDINGS = 100


class FindingLike(Protocol):
    """What a refusal tells of a finding; `gateway.validation.Finding` is one."""

    @property
    def rule(self) -> str: ...
    @property
    def severity(self) -> Severity: ...
    @property
    def where(self) -> str: ...
    @property
    def limit(self) -> str: ...
    @property
    def found(self) -> str: ...
    @property
    def fault(self) -> Fault: ...
    @property
    def source(self) -> str: ...


def family_of(segments: Sequence[str]) -> Family:
    """Return the family whose envelope the callers of a path expect, for paths that are no documented operation."""
    match [segment for segment in segments if segment]:
        case [] | [_]:
            return Family.VERSIONS
        case ["v3", "auth" | "projects", *_]:
            return Family.IAM
        case ["v1", _, "jobs", *_]:
            return Family.JOBS
        case ["v1", *_]:
            return Family.CUSTOM
        case [_, _, collection, *_] if collection.startswith(_CUSTOM_COLLECTIONS):
            return Family.CUSTOM
    return Family.CINDER


def invalid(family: Family, findings: Sequence[FindingLike]) -> Response:
    """Refuse a request for its findings: code and message of the first that rejects, all of them as details
    (the first hundred of them, and how many more there are).

    Errors: ValueError when no finding rejects, which is a mistake of the caller.
    """
    first = next((finding for finding in findings if finding.severity is Severity.REJECT), None)
    if first is None:
        raise ValueError("a request without a rejecting finding is not refused")
    details = [_told(finding) for finding in findings[:_MOST_FINDINGS]]
    if len(findings) > _MOST_FINDINGS:
        details.append({"rule": "more", "found": f"{len(findings) - _MOST_FINDINGS} further findings"})
    why = f"{first.where}: {first.limit} (found {first.found})"
    return _answer(family, first.fault, "http_request_error", why, details)


def inadmissible(status: int, message: str, family: Family | None = None) -> Response:
    """Refuse a request whose target, framing or JSON cannot be read one way only."""
    code = faults.MALFORMED_BODY.code if status == 400 else own_code(status)
    return _answer(family or Family.CUSTOM, Fault(code, message, status), "http_request_error", message)


def unmatched(request: Unmatched) -> Response:
    """Refuse a request that is no documented operation.

    Errors: 405 with `Allow` for another method of a known path; 400 for an action that is none or several; 403 for
    what may be an operation that nobody here can judge; 404 for what can be no operation at all.
    """
    family = family_of(request.segments)
    match request.reason:
        case Mismatch.WRONG_METHOD:
            why = "The path has no such method; it has " + ", ".join(request.allow) + "."
            answer = _answer(family, _own(405, why), "http_request_error", why)
            return answer.with_header(b"allow", ", ".join(request.allow).encode())
        case Mismatch.UNKNOWN_PATH if _may_be_operation(request.segments):
            why = "This operation is not in the API reference, and the gateway is set to refuse such operations."
            return _answer(family, _own(403, why), "http_request_denied", why)
        case Mismatch.UNKNOWN_PATH:
            return _answer(family, faults.NOT_FOUND, "http_request_error", "no operation has this path")
        case _:
            return _action_fault(family, request)


def refused_identity(family: Family, fault: Fault, reason: str, retry_after_s: int | None) -> Response:
    """Refuse a request whose sender is not known, or may not act where it asks to.

    Errors: 401 with what would be a credential; 400 for another project; 503 with `Retry-After` when nobody can tell.
    Source: reference-notes 54 and 55; RFC 9110, section 15.5.2.
    """
    details: list[JsonValue] = [{"rule": "identity", "found": reason}]
    error = "http_request_denied" if retry_after_s is None else "destination_unavailable"
    answer = _answer(family, fault, error, reason, details)
    if retry_after_s is not None:
        return answer.with_header(b"retry-after", b"%d" % retry_after_s)
    return answer.with_header(b"www-authenticate", _CHALLENGE) if fault.status == 401 else answer


def denied(family: Family, message: str, details: Sequence[JsonValue]) -> Response:
    """Refuse what the policies do not allow. `message` says what is lacking, as far as the client may know.

    Errors: 403, EVS.5403 as for all of A.2's forbidden calls.
    """
    fault = faults.POLICY_FAILED
    told = Fault(fault.code, f"{fault.message} {message}".strip(), fault.status)
    return _answer(family, told, "http_request_denied", told.message, details)


def miss(family: Family, report: JsonObject) -> Response:
    """Answer a replay that holds nothing for this request. `report` is told whole, under the word `miss`.

    Errors: 424. Never 404, which clients take for "deleted", and never 5xx, which they repeat.
    """
    said = report.get("message")
    why = said if isinstance(said, str) else "The cassette holds no answer to this request."
    return _answer(family, _own(424, why), "proxy_internal_response", why, miss=report)


def upstream_failed(family: Family, kind: str, detail: str) -> Response:
    """Answer for an upstream that gave no whole answer. `kind` is an error type of RFC 9209, section 2.3.

    Errors: 504 when it was too late, 502 otherwise.
    """
    status = 504 if kind in _LATE else 502
    return _answer(family, _own(status, f"The upstream gave no whole answer: {detail}"), kind, detail)


def store_failed(family: Family, detail: str) -> Response:
    """Refuse what could not be recorded. Errors: 503."""
    details: list[JsonValue] = [{"rule": "record", "found": detail}]
    return _answer(family, faults.UNAVAILABLE, "proxy_internal_error", f"not recorded: {detail}", details)


def at_the_proxy(status: int, why: str) -> Response:
    """Refuse what is not for this proxy: before any operation is known.

    Errors: 403 for a host that is not listed, 407 without the credentials of a user, 421 for a request that names
    several hosts.
    """
    answer = _answer(Family.CUSTOM, _own(status, why), "http_request_denied", why)
    return answer if status != 407 else answer.with_header(b"proxy-authenticate", b'Basic realm="evs-gateway"')


def spared(family: Family) -> Response:
    """Refuse a write where the cloud is only looked at. Errors: 403."""
    why = "Mode verify compares the service with the cassette and sends no writes; --sandbox lets them through."
    return _answer(family, _own(403, why), "http_request_denied", why)


def on_purpose(
    family: Family, status: int, code: str | None, message: str | None, retry_after_s: int | None
) -> Response:
    """Answer with a fault that the operator declared. What is not given is what the reference says for the status.

    Errors: the status, whatever it is, with `Retry-After` where one is given.
    """
    usual = _USUAL.get(status, _own(status, _phrase(status)))
    fault = Fault(code or usual.code, message or usual.message, status)
    answer = _answer(family, fault, "proxy_internal_response", "a fault on purpose")
    return answer if retry_after_s is None else answer.with_header(b"retry-after", b"%d" % retry_after_s)


def own_code(status: int) -> str:
    """Return the gateway's own code for a status, in the form of the documented ones."""
    return f"{OWN_PREFIX}{status:04d}"


def _own(status: int, message: str) -> Fault:
    return Fault(own_code(status), message, status)


def _phrase(status: int) -> str:
    return f"{responses.get(status, 'An error')}."


def _may_be_operation(segments: tuple[str, ...]) -> bool:
    return all(segments) and len(segments) > 1 and _VERSION.fullmatch(segments[0]) is not None


def _action_fault(family: Family, request: Unmatched) -> Response:
    """Refuse a body that names no known action, or more than one. Source: reference-notes 16 and 87."""
    fault = faults.MALFORMED_BODY if request.reason is Mismatch.NO_ACTION else faults.BODY_MISMATCH
    keys = _short(", ".join(request.body)) if isinstance(request.body, dict) else ""
    details: list[JsonValue] = [
        {
            "rule": request.reason.value,
            "severity": "reject",
            "where": "body",
            "limit": "one known action",
            "found": keys,
        }
    ]
    return _answer(family, fault, "http_request_error", f"one known action expected, found: {keys or 'none'}", details)


def _told(finding: FindingLike) -> JsonValue:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "where": finding.where,
        "limit": finding.limit,
        "found": finding.found,
        "code": finding.fault.code,
        "message": finding.fault.message,
        "source": finding.source,
    }


def _answer(
    family: Family,
    fault: Fault,
    error: str,
    why: str,
    details: Sequence[JsonValue] = (),
    miss: JsonObject | None = None,
) -> Response:
    content: JsonObject = {"message": fault.message, "code": fault.code}
    if details:
        content["details"] = list(details)
    if miss is not None:
        content["miss"] = miss
    body = json.dumps(_enveloped(family, fault.status, content)).encode("ascii")
    return Response(fault.status, _headers(body, error, why), body)


def _enveloped(family: Family, status: int, content: JsonObject) -> JsonObject:
    """Return the error in the shape its callers read. Identity calls know numbers for codes and a title."""
    if family is Family.IAM:
        return {"error": {**content, "code": status, "title": HTTPStatus(status).phrase}}
    return {_CINDER_NAMES.get(status, "error") if family in _ENVELOPED_AS_CINDER else "error": content}


def _headers(body: bytes, error: str, why: str) -> Headers:
    return (
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"proxy-status", f'evs-gateway; error={error}; details="{quoted(why)}"'.encode("ascii")),
    )


def quoted(text: str) -> str:
    """Return a text fit for a string in a structured field (RFC 8941, section 3.3.3): short, printable ASCII."""
    printable = "".join(each if " " <= each <= "~" else "?" for each in _short(text))
    return printable.replace("\\", "\\\\").replace('"', '\\"')


def _short(text: str) -> str:
    return text if len(text) <= _MOST_DETAILS else text[: _MOST_DETAILS - 3] + "..."
