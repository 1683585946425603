"""What may come in at all: the grammar of target, header fields and body, before anyone asks what the request means.

Exactly what was judged is forwarded and nothing is repaired, so whatever two readers could understand differently is
refused here. Knows no operations and no modes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.contract.model import JsonValue
from gateway.http.fields import judge_fields
from gateway.http.messages import Request
from gateway.http.strict_json import NotJson, parse
from gateway.http.target import Inadmissible, judge_target

__all__ = ["MAX_BODY_BYTES", "METHODS", "Admitted", "Inadmissible", "admit"]

# Source: 3.2 Authentication, the bound on the bodies of signed requests (12 MB).
MAX_BODY_BYTES = 12 * 1024 * 1024

# The methods of table 3-2, and OPTIONS, which asks before them. TRACE would send tokens back, CONNECT is no request.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})

_JSON_START = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*[{\[]")
_WORD = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]++"
_MEDIA_TYPE = re.compile(
    rb"(" + _WORD + rb"/" + _WORD + rb")((?:[ \t]*+;[ \t]*+(?:" + _WORD + rb"=(?:" + _WORD + rb'|"[^"\\]*+"))?)*)'
)
_CHARSET = re.compile(rb";[ \t]*charset=\"?([^\";, \t]*)", re.IGNORECASE)
_UTF8 = frozenset({b"utf-8", b"utf8", b"us-ascii"})


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that may be looked at: `request` as it came, less the fields that a client may not send. `body` is its
    JSON value, None without a body or with an opaque one."""

    body: JsonValue
    has_body: bool
    request: Request


def admit(request: Request) -> Admitted | Inadmissible:
    """Decide whether a request may be looked at.

    Errors: 400 for target, fields and JSON, 404, 414, 417, 431 for single parts of them, 413 for a body over the
    bound, 415 for a coded one, 501 for a method that no API has.
    Source: reference-notes 39, 85, 86, 91; the bound of 12 MB stands in 3.2 Authentication.
    """
    if request.method not in METHODS:
        return Inadmissible(501, "The request method is unknown here.")
    fault = judge_target(request.target)
    if fault is not None:
        return fault
    headers = judge_fields(request.headers)
    if isinstance(headers, Inadmissible):
        return headers
    if headers is not request.headers:
        request = request.with_headers(headers)
    return _admit_body(request)


def _admit_body(request: Request) -> Admitted | Inadmissible:
    if max(len(request.body), _declared_length(request)) > MAX_BODY_BYTES:
        return Inadmissible(413, f"The request body is larger than {MAX_BODY_BYTES} bytes.")
    if not request.body:
        return Admitted(None, has_body=False, request=request)
    return _coding_fault(request) or _admit_content(request)


def _declared_length(request: Request) -> int:
    declared = request.header(b"content-length") or b""
    return int(declared[:20]) if declared.isdigit() else 0


def _coding_fault(request: Request) -> Inadmissible | None:
    coding = request.header(b"content-encoding")
    if coding is None or coding.strip().lower() == b"identity":
        return None
    return Inadmissible(415, "A request body must not be compressed.")


def _admit_content(request: Request) -> Admitted | Inadmissible:
    """Read the body. One that says it is something else and does not look like JSON stays opaque; that it is not JSON
    is for validation to say (reference-notes 39)."""
    content_type = request.header(b"content-type") or b"application/json"
    media = _MEDIA_TYPE.fullmatch(content_type)
    if media is None:
        return Inadmissible(415, "The Content-Type is malformed.")
    if not (_is_json(media[1].lower()) or _JSON_START.match(request.body)):
        return Admitted(None, has_body=True, request=request)
    if not _UTF8.issuperset(charset.lower() for charset in _CHARSET.findall(media[2])):
        return Inadmissible(415, "JSON is UTF-8; the Content-Type names another charset.")
    parsed = parse(request.body)
    if isinstance(parsed, NotJson):
        return Inadmissible(400, f"The request body is not valid JSON: {parsed.reason}.")
    return Admitted(parsed.value, has_body=True, request=request)


def _is_json(media_type: bytes) -> bool:
    return media_type == b"application/json" or media_type.endswith(b"+json")
