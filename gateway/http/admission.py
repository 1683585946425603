"""What may come in at all: the grammar of target, framing and body, before anyone asks what the request means.

Exactly what was judged is forwarded and nothing is repaired, so whatever two readers could understand differently is
refused here. Knows no operations and no modes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from gateway.contract.model import JsonValue
from gateway.http.messages import Request
from gateway.http.strict_json import NotJson, parse

# Source: 3.2 Authentication, the bound on the bodies of signed requests (12 MB).
MAX_BODY_BYTES = 12 * 1024 * 1024
# Twice what nginx and Apache take; the longest documented query is a few hundred bytes.
MAX_TARGET_BYTES = 16 * 1024

_PLAIN_TARGET = re.compile(rb"/[A-Za-z0-9/?&=_,:@~+-]*")
_VISIBLE_ASCII = re.compile(rb"[!-~]*")
_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_SEPARATOR = rb"(?:[/\\]|%2[fF]|%5[cC])"
_DOT_SEGMENT = re.compile(_SEPARATOR + rb"(?:\.|%2[eE]){1,2}(?:" + _SEPARATOR + rb"|$)")
_JSON_START = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*[{\[]")


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that may be looked at. `body` is its JSON value, None without a body or with an opaque one."""

    body: JsonValue
    has_body: bool


@dataclass(frozen=True, slots=True)
class Inadmissible:
    """A request that goes no further: the status it is answered with, and why, for the client to read."""

    status: int
    message: str


_BODILESS = Admitted(None, has_body=False)
_OPAQUE = Admitted(None, has_body=True)


def admit(request: Request) -> Admitted | Inadmissible:
    """Decide whether a request may be looked at.

    Errors: 400 for target and JSON, 413 for a body over the bound, 415 for a coded body.
    Source: reference-notes 59, 85, 86, 91; the bound of 12 MB stands in 3.2 Authentication.
    """
    if not _PLAIN_TARGET.fullmatch(request.target) or len(request.target) > MAX_TARGET_BYTES:
        fault = _target_fault(request.target)
        if fault is not None:
            return Inadmissible(400, fault)
    coding = request.header(b"content-encoding")
    if coding is not None and coding.strip().lower() != b"identity":
        return Inadmissible(415, "A request body must not be compressed.")
    if max(len(request.body), _declared_length(request)) > MAX_BODY_BYTES:
        return Inadmissible(413, f"The request body is larger than {MAX_BODY_BYTES} bytes.")
    return _admit_body(request) if request.body else _BODILESS


def _target_fault(target: bytes) -> str | None:
    if not target.startswith(b"/"):
        return "The request target must be a path that begins with a slash."
    if len(target) > MAX_TARGET_BYTES:
        return f"The request target is longer than {MAX_TARGET_BYTES} bytes."
    if not _VISIBLE_ASCII.fullmatch(target) or b"#" in target:
        return "The request target holds a character that must be percent-encoded."
    if _BROKEN_ESCAPE.search(target):
        return "The request target holds a broken percent-encoding."
    if b"%00" in target:
        return "The request target holds an encoded NUL."
    if _DOT_SEGMENT.search(target.partition(b"?")[0]):
        return "The request path holds a dot segment."
    return None


def _declared_length(request: Request) -> int:
    declared = request.header(b"content-length") or b""
    return int(declared[:20]) if declared.isdigit() else 0


def _admit_body(request: Request) -> Admitted | Inadmissible:
    if not (_says_json(request) or _JSON_START.match(request.body)):
        return _OPAQUE
    parsed = parse(request.body)
    if isinstance(parsed, NotJson):
        return Inadmissible(400, f"The request body is not valid JSON: {parsed.reason}.")
    return Admitted(parsed.value, has_body=True)


def _says_json(request: Request) -> bool:
    """Return whether the body claims to be JSON; the API's default is JSON when nothing is said (3.1, table 3-3)."""
    media_type = (request.header(b"content-type") or b"").partition(b";")[0].strip().lower()
    return media_type in (b"", b"application/json") or media_type.endswith(b"+json")
