"""The way to the cloud: one request as it was judged, byte for byte, and one whole answer or a failure in words.

aiohttp brings connections, TLS, proxies, time-outs and a strict parser. Requests are written by us: aiohttp itself
would invent headers, re-encode header bytes and drop an empty query, and what is forwarded must be what was judged.
Follows no redirect, keeps no cookie, repeats nothing that may change something.
"""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import TracebackType
from typing import Self

import aiohttp

from gateway.fronts.codings import decoded
from gateway.fronts.eager import apart
from gateway.fronts.failures import FAILURES, failure_of
from gateway.fronts.origin import origin_of, proxy_for, trusting
from gateway.fronts.pool import DEFAULT_BOUNDS, Bounds, Pool
from gateway.fronts.wire import SAFE_METHODS, Host, Wire
from gateway.http.messages import Request, Response
from gateway.seams import UpstreamFailure

__all__ = ["AiohttpUpstream"]


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
        self._bounds = bounds
        self._tls = trusting(ca_file) if self._origin.scheme == "https" else None
        self._proxy = proxy_for(self._origin)
        self._wire = Wire(self._origin, host, self._proxy)
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
        return await apart(self._sent(request))

    async def _sent(self, request: Request) -> Response | UpstreamFailure:
        try:
            async with asyncio.timeout(self._bounds.total_timeout_s):
                outcome = await self._exchanged(request.method, self._wire.written(request))
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
            if method not in SAFE_METHODS:
                raise
        return await pool.exchange(method, wire)

    def _opened(self) -> Pool:
        if self._pool is None:
            self._pool = Pool(self._origin, self._proxy, self._tls, self._bounds)
        return self._pool
