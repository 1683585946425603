"""The quick way to the cloud: kept-alive connections of our own, without a client library between.

Costs a third of what a message costs through aiohttp's connector. Proxies are aiohttp's business. Follows no redirect,
keeps no cookie, repeats nothing that may change something.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import deque
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from gateway.fronts.connections import UNANSWERED, Connection, Outcome
from gateway.fronts.eager import apart
from gateway.fronts.origin import origin_of, trusting
from gateway.fronts.pool import DEFAULT_BOUNDS, IDLE_S, Bounds
from gateway.fronts.resolving import Resolve, as_named
from gateway.fronts.wire import SAFE_METHODS, Host, Wire
from gateway.http.messages import Request
from gateway.seams import FailureKind, UpstreamFailure

_TIMEOUT = UpstreamFailure(FailureKind.TIMEOUT, "the upstream took too long to accept a connection")
# The first row that fits says how connecting failed. The words are ours: an exception's may hold addresses.
_ROWS: tuple[tuple[type[BaseException], UpstreamFailure], ...] = (
    (TimeoutError, _TIMEOUT),
    (socket.gaierror, UpstreamFailure(FailureKind.UNRESOLVED, "the upstream's name cannot be resolved")),
    (
        ssl.SSLCertVerificationError,
        UpstreamFailure(FailureKind.TLS, "the upstream's certificate is not trusted for its name"),
    ),
    (ssl.SSLError, UpstreamFailure(FailureKind.TLS, "no TLS connection to the upstream")),
    (OSError, UpstreamFailure(FailureKind.REFUSED, "the upstream cannot be reached")),
)


class DirectUpstream:
    """One upstream origin behind kept-alive connections; opened by the first request. Used from one loop."""

    def __init__(
        self,
        url: str,
        *,
        ca_file: Path | None = None,
        host: Host = Host.UPSTREAM,
        bounds: Bounds = DEFAULT_BOUNDS,
        resolve: Resolve = as_named,
    ) -> None:
        """Errors: SettingsError for an address or a CA file that cannot be used."""
        self._resolve = resolve
        origin = origin_of(url)
        self._where = (str(origin.host), int(origin.port or 0))
        self._tls = trusting(ca_file) if origin.scheme == "https" else None
        self._bounds = bounds
        self._wire = Wire(origin, host, None)
        # Those at rest, the one longest at rest first, with the time since when.
        self._idle: deque[tuple[float, Connection]] = deque()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections; a later request opens new ones."""
        while self._idle:
            self._idle.pop()[1].close()
        # A closed transport lets its socket go in the next turn.
        await asyncio.sleep(0)

    async def send(self, request: Request) -> Outcome:
        """Send a request as it stands and return the whole answer, its content coding undone, or the failure."""
        now = asyncio.get_running_loop().time()
        deadline = now + self._bounds.total_timeout_s
        wire, has_body = self._wire.written(request), request.method != "HEAD"
        connection = self._rested(now)
        if connection is not None:
            outcome = await self._asked(connection, wire, has_body, deadline)
            if outcome is not UNANSWERED or request.method not in SAFE_METHODS:
                return outcome
            # The second of two DELETEs has another answer, so only reads are repeated.
        connected = await apart(self._connected())
        if isinstance(connected, UpstreamFailure):
            return connected
        return await self._asked(connected, wire, has_body, deadline)

    async def _asked(self, connection: Connection, wire: bytes, has_body: bool, deadline: float) -> Outcome:
        waiter = connection.ask(wire, has_body, deadline)
        try:
            outcome = await waiter
        finally:
            connection.rest()
        if connection.is_reusable and connection.is_open:
            self._idle.append((asyncio.get_running_loop().time(), connection))
        else:
            connection.close()
        return outcome

    def _rested(self, now: float) -> Connection | None:
        """Return the connection that rested least, and end those that rested too long."""
        while self._idle and self._idle[0][0] < now - IDLE_S:
            self._idle.popleft()[1].close()
        while self._idle:
            connection = self._idle.pop()[1]
            if connection.is_open and connection.is_reusable:
                return connection
        return None

    async def _connected(self) -> Connection | UpstreamFailure:
        loop = asyncio.get_running_loop()
        make = partial(Connection, loop, self._bounds.response_bytes)
        name = None if self._tls is None else self._where[0]
        try:
            async with asyncio.timeout(self._bounds.connect_timeout_s):
                where = await self._resolve(*self._where)
                if isinstance(where, UpstreamFailure):
                    return where
                return (await loop.create_connection(make, *where, ssl=self._tls, server_hostname=name))[1]
        except OSError as error:
            return _failure_of(error, self._tls is not None)


def _failure_of(error: OSError, is_tls: bool) -> UpstreamFailure:
    if is_tls and isinstance(error, ConnectionError) and not isinstance(error, ConnectionRefusedError):
        return _ROWS[3][1]
    return next(failure for cause, failure in _ROWS if isinstance(error, cause))
