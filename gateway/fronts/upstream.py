"""The way to the cloud: one request as it was judged, byte for byte, and one whole answer or a failure in words.

aiohttp brings connections, TLS, proxies, time-outs and a strict parser. Requests are written by us: aiohttp itself
would invent headers, re-encode header bytes and drop an empty query, and what is forwarded must be what was judged.
Follows no redirect, keeps no cookie, repeats nothing that may change something.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiohttp
from yarl import URL

from gateway.fronts.codings import decoded
from gateway.fronts.failures import failure_of
from gateway.fronts.origin import credentials_of, origin_of, proxy_for, trusting
from gateway.http.messages import Header, Headers, Request, Response, end_to_end
from gateway.seams import FailureKind, UpstreamFailure

# Tokens reach 100 KB where every project is in them.
MAX_HEADER_BYTES = 256 * 1024
MAX_RESPONSE_BYTES = 64 * 1024 * 1024
# Well under the 60 s after which common load balancers close an idle connection.
IDLE_S = 30.0
CONNECT_TIMEOUT_S = 10.0
TOTAL_TIMEOUT_S = 120.0

# Settled between client and gateway: the body is here, whole.
_FRAMING = frozenset({b"content-length", b"expect"})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_METHODS_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class Host(StrEnum):
    """Whose Host header the upstream sees. A signature made by the client covers its own (SDK-HMAC-SHA256)."""

    UPSTREAM = "upstream"
    CLIENT = "client"


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long and how much an upstream may take."""

    connect_timeout_s: float = CONNECT_TIMEOUT_S
    total_timeout_s: float = TOTAL_TIMEOUT_S
    response_bytes: int = MAX_RESPONSE_BYTES


DEFAULT_BOUNDS = Bounds()


class AiohttpUpstream:
    """One upstream origin behind a pool of kept-alive connections; opened by the first request."""

    def __init__(
        self,
        url: str,
        *,
        ca_file: Path | None = None,
        host: Host = Host.UPSTREAM,
        bounds: Bounds = DEFAULT_BOUNDS,
    ) -> None:
        """Errors: SettingsError for an address, a proxy or a CA file that cannot be used."""
        origin = origin_of(url)
        self._authority = origin.raw_authority
        self._scheme = origin.scheme
        self._prefix = origin.raw_path.rstrip("/").encode()
        self._host = host
        self._bounds = bounds
        self._tls = trusting(ca_file) if origin.scheme == "https" else None
        self._proxy = proxy_for(origin)
        self._plain_proxy = self._proxy if origin.scheme == "http" else None
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections; a later request opens new ones."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(self, request: Request) -> Response | UpstreamFailure:
        """Send a request as it stands and return the whole answer, its content coding undone, or the failure."""
        # The whole target as "path": yarl takes it as it is, where its parser would drop an empty query.
        url = URL.build(
            scheme=self._scheme, authority=self._authority, path=request.target.decode("latin-1"), encoded=True
        )
        try:
            async with self._opened().request(
                request.method, url, data=self._message(request), proxy=self._proxy, allow_redirects=False
            ) as answer:
                return await self._read(answer)
        except (aiohttp.ClientError, TimeoutError) as error:
            return failure_of(error)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(
                    limit=0, keepalive_timeout=IDLE_S, ssl=True if self._tls is None else self._tls
                ),
                timeout=aiohttp.ClientTimeout(
                    total=self._bounds.total_timeout_s, connect=self._bounds.connect_timeout_s
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                request_class=_ExactRequest,
                skip_auto_headers=("accept", "accept-encoding", "content-type", "user-agent"),
                auto_decompress=False,
                max_line_size=MAX_HEADER_BYTES,
                max_field_size=MAX_HEADER_BYTES,
            )
        return self._session

    def _message(self, request: Request) -> _Message:
        """Return the request as it goes over the wire; a proxy that is spoken to in plain HTTP wants the origin too."""
        origin = b"" if self._plain_proxy is None else b"http://" + self._authority.encode()
        lines = [b"%s %s%s%s HTTP/1.1" % (request.method.encode(), origin, self._prefix, request.target)]
        lines += [name + b": " + value for name, value in self._headers(request)]
        return _Message(b"\r\n".join((*lines, b"", request.body)), is_safe=request.method in _SAFE_METHODS)

    def _headers(self, request: Request) -> Iterator[Header]:
        if self._host is Host.UPSTREAM or request.header(b"host") is None:
            yield b"host", self._authority.encode()
        if self._plain_proxy is not None and self._plain_proxy.user is not None:
            yield b"proxy-authorization", credentials_of(self._plain_proxy)
        for name, value in end_to_end(request.headers):
            if name == b"accept-encoding":
                yield name, b"identity"
            elif name not in _FRAMING and (name != b"host" or self._host is Host.CLIENT):
                yield name, value
        if request.body or request.method in _METHODS_WITH_BODY or request.header(b"content-length") is not None:
            yield b"content-length", str(len(request.body)).encode()

    async def _read(self, answer: aiohttp.ClientResponse) -> Response | UpstreamFailure:
        if not 200 <= answer.status < 600:
            return UpstreamFailure(FailureKind.MALFORMED, f"the upstream answered with the status {answer.status}")
        chunks, size = [], 0
        async for chunk in answer.content.iter_any():
            size += len(chunk)
            if size > self._bounds.response_bytes:
                answer.close()
                return _too_large(self._bounds.response_bytes)
            chunks.append(chunk)
        headers: Headers = tuple((name.lower(), value) for name, value in answer.raw_headers)
        response = Response(answer.status, end_to_end(headers), b"".join(chunks))
        return decoded(response, self._bounds.response_bytes)


class _Message(aiohttp.BytesPayload):
    """A whole request, head and body, as aiohttp carries it to its connection: to aiohttp's eyes an empty body."""

    def __init__(self, wire: bytes, *, is_safe: bool) -> None:
        super().__init__(b"")
        self._wire = wire
        self._is_safe = is_safe
        self._is_out = False

    def go_out(self, transport: asyncio.WriteTransport) -> None:
        """Write the message, or close the connection when that would do something twice.

        aiohttp repeats idempotent requests when a kept connection turns out to be closed; the second of two DELETEs
        has another answer, so only reads are repeated.
        """
        if self._is_out and not self._is_safe:
            transport.close()
        else:
            self._is_out = True
            transport.write(self._wire)


class _ExactRequest(aiohttp.ClientRequest):
    """Writes a `_Message` in the place of the head and body that aiohttp would have composed."""

    async def write_bytes(self, writer: Any, conn: Any, content_length: int | None = None) -> None:
        """Write the message; the head that waits in `writer` is never sent.

        aiohttp holds its head back until the first byte of a body (since 3.12); the tests hold it to that.
        """
        assert isinstance(self.body, _Message), "send() gives nothing else"
        protocol = conn.protocol
        if protocol is not None and protocol.transport is not None:
            self.body.go_out(protocol.transport)
            protocol.start_timeout()


def _too_large(bound: int) -> UpstreamFailure:
    return UpstreamFailure(FailureKind.TOO_LARGE, f"the upstream's answer is larger than {bound} bytes")
