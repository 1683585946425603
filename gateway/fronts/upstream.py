"""The way to the cloud: one request as it was judged, byte for byte, and one whole answer or a failure in words.

aiohttp brings connections, TLS, proxies, time-outs and a strict parser. Requests are written by us: aiohttp itself
would invent headers, re-encode header bytes and drop an empty query, and what is forwarded must be what was judged.
Follows no redirect, keeps no cookie, repeats nothing that may change something.
"""

from __future__ import annotations

import asyncio
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp

from gateway.fronts.codings import decoded
from gateway.fronts.failures import FAILURES, failure_of
from gateway.fronts.origin import credentials_of, origin_of, proxy_for, trusting
from gateway.fronts.pool import Bounds, Pool
from gateway.http.messages import Header, Headers, Request, Response, end_to_end
from gateway.seams import UpstreamFailure

__all__ = ["AiohttpUpstream", "Bounds", "Host"]

# Settled between client and gateway: the body is here, whole.
_FRAMING = frozenset({b"content-length", b"expect"})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_METHODS_WITH_BODY = frozenset({"POST", "PUT", "PATCH"})


class Host(StrEnum):
    """Whose Host header the upstream sees. A signature made by the client covers its own (SDK-HMAC-SHA256)."""

    UPSTREAM = "upstream"
    CLIENT = "client"


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
        self._origin = origin_of(url)
        self._host = host
        self._bounds = bounds
        self._tls = trusting(ca_file) if self._origin.scheme == "https" else None
        self._proxy = proxy_for(self._origin)
        self._host_header: Header = (b"host", self._origin.raw_authority.encode())
        self._before_target = self._origin.raw_path.rstrip("/").encode()
        self._proxy_headers: Headers = ()
        if self._proxy is not None and self._origin.scheme == "http":
            # A proxy that is spoken to in plain HTTP wants the origin in the target, and its credentials each time.
            self._before_target = b"http://" + self._host_header[1] + self._before_target
            if self._proxy.user is not None:
                self._proxy_headers = ((b"proxy-authorization", credentials_of(self._proxy)),)
        self._pool: Pool | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections; a later request opens new ones."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    async def send(self, request: Request) -> Response | UpstreamFailure:
        """Send a request as it stands and return the whole answer, its content coding undone, or the failure."""
        try:
            async with asyncio.timeout(self._bounds.total_timeout_s):
                outcome = await self._exchanged(request.method, self._wire(request))
        except FAILURES as error:
            return failure_of(error)
        return decoded(outcome, self._bounds.response_bytes) if isinstance(outcome, Response) else outcome

    async def _exchanged(self, method: str, wire: bytes) -> Response | UpstreamFailure:
        """Exchange a message for its answer; once more for a read when a kept connection turns out to be closed.

        The second of two DELETEs has another answer, so only reads are repeated.
        """
        pool = self._opened()
        try:
            return await pool.exchange(method, wire)
        except aiohttp.ClientConnectorError:
            raise
        except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError):
            if method not in _SAFE_METHODS:
                raise
        return await pool.exchange(method, wire)

    def _opened(self) -> Pool:
        if self._pool is None:
            self._pool = Pool(self._origin, self._proxy, self._tls, self._bounds)
        return self._pool

    def _wire(self, request: Request) -> bytes:
        """Return the request as it goes over the wire."""
        lines = [b"%s %s%s HTTP/1.1" % (request.method.encode(), self._before_target, request.target)]
        lines += [name + b": " + value for name, value in self._headers(request)]
        return b"\r\n".join((*lines, b"", request.body))

    def _headers(self, request: Request) -> list[Header]:
        headers = list(self._proxy_headers)
        keeps_host = self._host is Host.CLIENT and request.header(b"host") is not None
        if not keeps_host:
            headers.insert(0, self._host_header)
        for header in end_to_end(request.headers):
            name = header[0]
            if name == b"accept-encoding":
                headers.append((name, b"identity"))
            elif name not in _FRAMING and (keeps_host or name != b"host"):
                headers.append(header)
        if request.body or request.method in _METHODS_WITH_BODY or request.header(b"content-length") is not None:
            headers.append((b"content-length", b"%d" % len(request.body)))
        return headers
