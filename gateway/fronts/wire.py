"""A request as it goes over the wire to one origin: byte for byte what was judged, but for what lies between.

Composed by us: client libraries invent headers, re-encode header bytes and drop an empty query.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from yarl import URL

from gateway.fronts.origin import credentials_of
from gateway.http.messages import Header, Headers, Request, end_to_end, first_header
from gateway.http.remembered import Remembered

# Settled between client and gateway: the body is here, whole.
_FRAMING = frozenset({b"content-length", b"expect"})
# What may be repeated when nobody knows whether it was heard.
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_METHODS_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class Host(StrEnum):
    """Whose Host header the upstream sees. A signature made by the client covers its own (SDK-HMAC-SHA256)."""

    UPSTREAM = "upstream"
    CLIENT = "client"


class _Lines(NamedTuple):
    """The header lines of a request but for its length, and whether its client said one."""

    lines: bytes
    has_length: bool


class Wire:
    """Writes messages to one origin, directly or through a proxy."""

    def __init__(self, origin: URL, host: Host, proxy: URL | None) -> None:
        self._host = host
        self._host_header: Header = (b"host", origin.raw_authority.encode())
        self._before_target = origin.raw_path.rstrip("/").encode()
        self._proxy_headers: Headers = ()
        if proxy is not None and origin.scheme == "http":
            # A proxy that is spoken to in plain HTTP wants the origin in the target, and its credentials each time.
            self._before_target = b"http://" + self._host_header[1] + self._before_target
            if proxy.user is not None:
                self._proxy_headers = ((b"proxy-authorization", credentials_of(proxy)),)
        self._lines = Remembered(self._headers).of

    def written(self, request: Request) -> bytes:
        """Return the bytes of a request."""
        method, body = request.method, request.body
        lines, has_length = self._lines(request.headers)
        start = b"%b %b%b HTTP/1.1\r\n" % (method.encode(), self._before_target, request.target)
        if not (has_length or body or method in _METHODS_WITH_BODY):
            return b"".join((start, lines, b"\r\n"))
        return b"".join((start, lines, b"content-length: %d\r\n\r\n" % len(body), body))

    def _headers(self, given: Headers) -> _Lines:
        """Return the lines of headers that are the client's, and whether it said a length."""
        headers = list(self._proxy_headers)
        keeps_host = self._host is Host.CLIENT and first_header(given, b"host") is not None
        if not keeps_host:
            headers.insert(0, self._host_header)
        has_length = False
        for header in end_to_end(given):
            name = header[0]
            has_length = has_length or name == b"content-length"
            if name == b"accept-encoding":
                headers.append((name, b"identity"))
            elif name not in _FRAMING and (keeps_host or name != b"host"):
                headers.append(header)
        lines = b"".join([name + b": " + value + b"\r\n" for name, value in headers])
        return _Lines(lines, has_length)
