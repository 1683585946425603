"""What may come in at all: the grammar of target, header fields and body, before anyone asks what the request means.

Exactly what was judged is forwarded and nothing is repaired, so whatever two readers could understand differently is
refused here. Knows no operations and no modes.
"""

from __future__ import annotations

import re

from gateway.contract.fleeting import fleeting
from gateway.contract.model import JsonValue
from gateway.http.fields import judge_fields
from gateway.http.messages import Headers, Request, first_header
from gateway.http.strict_json import Json, NotJson, parse
from gateway.http.target import Inadmissible, judge_target

__all__ = [
    "MAX_BODY_BYTES",
    "METHODS",
    "Admitted",
    "Content",
    "Inadmissible",
    "admit",
    "content_of",
    "judge_line",
    "read_body",
]

# Source: 3.2 Authentication, the bound on the bodies of signed requests (12 MB).
MAX_BODY_BYTES = 12 * 1024 * 1024

# The methods of table 3-2, and OPTIONS, which asks before them. TRACE would send tokens back, CONNECT is no request.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"})

_JSON = b"application/json"
_JSON_START = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*[{\[]")
_WORD = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]++"
_MEDIA_TYPE = re.compile(
    rb"(" + _WORD + rb"/" + _WORD + rb")((?:[ \t]*+;[ \t]*+(?:" + _WORD + rb"=(?:" + _WORD + rb'|"[^"\\]*+"))?)*)'
)
_CHARSET = re.compile(rb";[ \t]*charset=\"?([^\";, \t]*)", re.IGNORECASE)
_UTF8 = frozenset({b"utf-8", b"utf8", b"us-ascii"})


@fleeting
class Admitted:
    """A request that may be looked at: `request` as it came, less the fields that a client may not send. `body` is its
    JSON value, None without a body or with an opaque one."""

    body: JsonValue
    has_body: bool
    request: Request


@fleeting
class Content:
    """What header fields say about a body: how many bytes it has by them, why one cannot be read, whether it is JSON,
    and why JSON cannot be read."""

    declared_bytes: int
    fault: Inadmissible | None
    is_json: bool
    json_fault: Inadmissible | None


def admit(request: Request) -> Admitted | Inadmissible:
    """Decide whether a request may be looked at.

    Errors: 400 for target, fields and JSON, 404, 414, 417, 431 for single parts of them, 413 for a body over the
    bound, 415 for a coded one, 501 for a method that no API has.
    Source: reference-notes 39, 85, 86, 91; the bound of 12 MB stands in 3.2 Authentication.
    """
    fault = judge_line(request.method, request.target)
    if fault is not None:
        return fault
    headers = judge_fields(request.headers)
    if isinstance(headers, Inadmissible):
        return headers
    read = read_body(request.body, content_of(headers))
    if isinstance(read, Inadmissible):
        return read
    return Admitted(
        read.value if isinstance(read, Json) else None,
        has_body=bool(request.body),
        request=request if headers is request.headers else request.with_headers(headers),
    )


def judge_line(method: str, target: bytes) -> Inadmissible | None:
    """Return why a request line is refused, or None."""
    if method not in METHODS:
        return Inadmissible(501, "The request method is unknown here.")
    return judge_target(target)


def content_of(headers: Headers) -> Content:
    """Return what header fields say about a body."""
    declared = first_header(headers, b"content-length") or b""
    length = int(declared[:20]) if declared.isdigit() else 0
    content_type = first_header(headers, b"content-type") or _JSON
    if content_type == _JSON:
        return Content(length, _coding_fault(headers), is_json=True, json_fault=None)
    media = _MEDIA_TYPE.fullmatch(content_type)
    if media is None:
        fault = _coding_fault(headers) or Inadmissible(415, "The Content-Type is malformed.")
        return Content(length, fault, is_json=False, json_fault=None)
    return Content(length, _coding_fault(headers), _is_json(media[1].lower()), _charset_fault(media[2]))


def read_body(body: bytes, content: Content) -> Json | Inadmissible | None:
    """Return the value of a body, None without one. One that says it is something else and does not look like JSON
    stays opaque, and is None too; that it is not JSON is for validation to say (reference-notes 39)."""
    if len(body) > MAX_BODY_BYTES or content.declared_bytes > MAX_BODY_BYTES:
        return Inadmissible(413, f"The request body is larger than {MAX_BODY_BYTES} bytes.")
    if not body:
        return None
    if content.fault is not None:
        return content.fault
    if not (content.is_json or _JSON_START.match(body)):
        return None
    if content.json_fault is not None:
        return content.json_fault
    parsed = parse(body)
    if isinstance(parsed, NotJson):
        return Inadmissible(400, f"The request body is not valid JSON: {parsed.reason}.")
    return parsed


def _coding_fault(headers: Headers) -> Inadmissible | None:
    coding = first_header(headers, b"content-encoding")
    if coding is None or coding.strip().lower() == b"identity":
        return None
    return Inadmissible(415, "A request body must not be compressed.")


def _charset_fault(parameters: bytes) -> Inadmissible | None:
    if _UTF8.issuperset(charset.lower() for charset in _CHARSET.findall(parameters)):
        return None
    return Inadmissible(415, "JSON is UTF-8; the Content-Type names another charset.")


def _is_json(media_type: bytes) -> bool:
    return media_type == _JSON or media_type.endswith(b"+json")
