"""A request as it goes over the wire to one origin: byte for byte what was judged, but for what lies between.

Composed by us: client libraries invent headers, re-encode header bytes and drop an empty query.
"""

from __future__ import annotations

from enum import StrEnum

from yarl import URL

from gateway.fronts.origin import credentials_of
from gateway.http.messages import Header, Headers, Request, end_to_end

# Settled between client and gateway: the body is here, whole.
_FRAMING = frozenset({b"content-length", b"expect"})
# What may be repeated when nobody knows whether it was heard.
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_METHODS_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class Host(StrEnum):
    """Whose Host header the upstream sees. A signature made by the client covers its own (SDK-HMAC-SHA256)."""

    UPSTREAM = "upstream"
    CLIENT = "client"


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

    def written(self, request: Request) -> bytes:
        """Return the bytes of a request."""
        lines = [b"%s %s%s HTTP/1.1" % (request.method.encode(), self._before_target, request.target)]
        lines += [name + b": " + value for name, value in self._headers(request)]
        return b"\r\n".join((*lines, b"", request.body))

    def _headers(self, request: Request) -> list[Header]:
        headers = list(self._proxy_headers)
        keeps_host = self._host is Host.CLIENT and request.header(b"host") is not None
        if not keeps_host:
            headers.insert(0, self._host_header)
        has_length = False
        for header in end_to_end(request.headers):
            name = header[0]
            if name == b"accept-encoding":
                headers.append((name, b"identity"))
            elif name in _FRAMING:
                has_length = has_length or name == b"content-length"
            elif keeps_host or name != b"host":
                headers.append(header)
        if has_length or request.body or request.method in _METHODS_WITH_BODY:
            headers.append((b"content-length", b"%d" % len(request.body)))
        return headers
