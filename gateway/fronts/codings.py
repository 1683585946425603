"""Content codings undone: the core sees whole, plain bodies, also when an upstream compresses unasked."""

from __future__ import annotations

import zlib

from gateway.http.messages import Response
from gateway.seams import FailureKind, UpstreamFailure

_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_RAW_WINDOW = -zlib.MAX_WBITS


def decoded(response: Response, bound: int) -> Response | UpstreamFailure:
    """Return the response with its content coding undone and not named any more.

    Errors: a failure for an unknown coding, for damaged data, and for a body that unfolds beyond the bound.
    """
    coding = (response.header(b"content-encoding") or b"identity").strip().lower()
    if coding == b"identity" or not response.body:
        return response
    window = _window(coding, response.body)
    if window is None:
        return UpstreamFailure(FailureKind.MALFORMED, "the upstream's answer has a content coding nobody asked for")
    return _unfolded(response, zlib.decompressobj(window), bound)


def _window(coding: bytes, body: bytes) -> int | None:
    """Return zlib's window for a coding; `deflate` comes with or without the header of RFC 1950."""
    if coding in (b"gzip", b"x-gzip"):
        return _GZIP_WINDOW
    if coding != b"deflate":
        return None
    has_header = len(body) > 1 and body[0] & 0x0F == zlib.DEFLATED and int.from_bytes(body[:2], "big") % 31 == 0
    return zlib.MAX_WBITS if has_header else _RAW_WINDOW


def _unfolded(response: Response, unfolding: zlib._Decompress, bound: int) -> Response | UpstreamFailure:
    try:
        body = unfolding.decompress(response.body, bound + 1)
    except zlib.error:
        return UpstreamFailure(FailureKind.MALFORMED, "the upstream's compressed answer is damaged")
    if len(body) > bound:
        return UpstreamFailure(FailureKind.TOO_LARGE, f"the upstream's answer is larger than {bound} bytes")
    if not unfolding.eof:
        return UpstreamFailure(FailureKind.CUT_OFF, "the upstream's compressed answer ended before it was whole")
    headers = tuple(header for header in response.headers if header[0] != b"content-encoding")
    return Response(response.status, headers, response.body).with_body(body)
