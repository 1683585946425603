"""One request and one response as frozen values: the only form in which the core sees traffic.

Knows HTTP's parts, not their meaning; no socket, no clock. Header names are lower case (as ASGI gives them),
bodies are whole and decoded (no content coding).
"""

from __future__ import annotations

from gateway.contract.fleeting import fleeting

Header = tuple[bytes, bytes]
Headers = tuple[Header, ...]

# RFC 9110 section 7.6.1, plus the pre-standard names that proxies agree to drop.
HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)


def first_header(headers: Headers, name: bytes) -> bytes | None:
    """Return the first value under a lower-case name, or None."""
    for key, value in headers:
        if key == name:
            return value
    return None


def is_json(content_type: bytes | None) -> bool:
    """Return whether a content type is JSON, with or without parameters or a structured suffix (RFC 6839)."""
    if content_type is None or content_type == b"application/json":
        return content_type is not None
    media_type = content_type.partition(b";")[0].strip().lower()
    return media_type == b"application/json" or media_type.endswith(b"+json")


def end_to_end(headers: Headers) -> Headers:
    """Return the headers without the hop-by-hop ones and those that `Connection` names.

    Source: RFC 9110 section 7.6.1.
    """
    if HOP_BY_HOP.isdisjoint([name for name, _ in headers]):
        return headers
    named = {token.strip().lower() for key, value in headers if key == b"connection" for token in value.split(b",")}
    return tuple((key, value) for key, value in headers if key not in HOP_BY_HOP and key not in named)


@fleeting
class Request:
    """What a client asked. `target` is the origin form exactly as received; `connection` names the client's
    connection, so that requests of one client can be told from those of another."""

    method: str
    target: bytes
    headers: Headers = ()
    body: bytes = b""
    scheme: str = "http"
    connection: str = ""

    @property
    def path(self) -> bytes:
        return self.target.partition(b"?")[0]

    @property
    def query(self) -> bytes:
        return self.target.partition(b"?")[2]

    def header(self, name: bytes) -> bytes | None:
        return first_header(self.headers, name)

    def with_headers(self, headers: Headers) -> Request:
        return Request(self.method, self.target, headers, self.body, self.scheme, self.connection)

    def with_target(self, target: bytes) -> Request:
        return Request(self.method, target, self.headers, self.body, self.scheme, self.connection)

    def with_body(self, body: bytes) -> Request:
        return Request(self.method, self.target, self.headers, body, self.scheme, self.connection)


@fleeting
class Response:
    """What was answered: status, end-to-end headers and the whole body."""

    status: int
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: bytes) -> bytes | None:
        return first_header(self.headers, name)

    @property
    def is_json(self) -> bool:
        """True when the body is said to be JSON."""
        return is_json(first_header(self.headers, b"content-type"))

    def with_body(self, body: bytes) -> Response:
        """Return the response with another body and, where it had one, the matching Content-Length."""
        length = (b"content-length", b"%d" % len(body))
        headers = tuple([length if header[0] == b"content-length" else header for header in self.headers])
        return Response(self.status, headers, body)

    def with_header(self, name: bytes, value: bytes) -> Response:
        """Return the response with the header set, replacing any of that name."""
        kept = [header for header in self.headers if header[0] != name]
        return Response(self.status, (*kept, (name, value)), self.body)
