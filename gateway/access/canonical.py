"""What a signature covers: the canonical form of a request, exactly as the vendor's SDK makes it.

The form forgets things. A slash and its escape become one, so do a path with and without its last slash, the order of
equal parameters is lost, a broken escape looks like a whole one. `ambiguity` names what was sent in a form that stands
for several requests; nobody should trust a signature of such a one.

Source: the official SDK (signer of huaweicloudsdkcore 3.1); reference 3.2.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from hashlib import sha256
from urllib.parse import quote, unquote, unquote_plus, unquote_to_bytes

from gateway.http.messages import Request, first_header

_BROKEN_ESCAPE = re.compile(rb"%(?![0-9A-Fa-f]{2})")
_DOT_SEGMENTS = frozenset({".", ".."})


def canonical_request(request: Request, signed: Sequence[bytes], body_hash: bytes) -> bytes:
    """Return what is hashed and signed. `signed` names the headers that are covered, in lower case and sorted; a
    header that is not there counts as empty."""
    lines = [name + b":" + (first_header(request.headers, name) or b"").strip() for name in signed]
    return b"\n".join(
        (
            request.method.encode(),
            canonical_path(request.path),
            canonical_query(request.query),
            *lines,
            b"",
            b";".join(signed),
            body_hash,
        )
    )


def canonical_path(path: bytes) -> bytes:
    """Return the path decoded and encoded again, with a slash at its end."""
    segments = unquote(path.decode("latin-1")).split("/")
    encoded = "/".join(_encoded(segment) for segment in segments)
    return (encoded if encoded.endswith("/") else encoded + "/").encode()


def canonical_query(query: bytes) -> bytes:
    """Return the parameters decoded, sorted by name and value, and encoded again."""
    return "&".join(f"{_encoded(name)}={_encoded(value)}" for name, value in sorted(_pairs(query))).encode()


def body_hash(body: bytes) -> bytes:
    """Return the hash of a body in hexadecimal digits; no body is an empty one."""
    return sha256(body).hexdigest().encode()


def ambiguity(request: Request) -> str | None:
    """Return what makes a signature of this target stand for other targets too, or None."""
    return _path_ambiguity(request.path) or _query_ambiguity(request.query)


def _path_ambiguity(path: bytes) -> str | None:
    fault = _escape_fault(path)
    if fault is not None:
        return f"the path holds {fault}"
    if b"%2f" in path.lower():
        return "the path holds an encoded slash"
    if path != b"/" and path.endswith(b"/"):
        return "the path ends in a slash"
    if not _DOT_SEGMENTS.isdisjoint(unquote(path.decode()).split("/")):
        return "the path holds a dot segment"
    return None


def _query_ambiguity(query: bytes) -> str | None:
    fault = _escape_fault(query)
    if fault is not None:
        return f"the query holds {fault}"
    if b"+" in query:
        return "the query holds a plus sign, which is a blank to some"
    names = [name for name, _ in _pairs(query)]
    return "the query names a parameter twice" if len(set(names)) < len(names) else None


def _escape_fault(text: bytes) -> str | None:
    if _BROKEN_ESCAPE.search(text):
        return "a broken percent-encoding"
    try:
        text.decode("ascii")
        unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        return "bytes that are not UTF-8"
    return None


def _pairs(query: bytes) -> list[tuple[str, str]]:
    parts = [part.partition("=") for part in query.decode("latin-1").split("&") if part]
    return [(unquote_plus(name), unquote_plus(value)) for name, _, value in parts]


def _encoded(text: str) -> str:
    return quote(text, safe="~")
