"""Kept-alive connections to one origin, and one message at a time on each of them: aiohttp without its session.

The session would compose the request itself, and its work costs more than all the rest of a request. What is used of
aiohttp below the session are the connector (connections, TLS, proxies, time-outs) and its parser of answers.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass

import aiohttp
from aiohttp.client_proto import ResponseHandler
from yarl import URL

from gateway.http.messages import Headers, Response, end_to_end
from gateway.seams import FailureKind, UpstreamFailure

# Tokens reach 100 KB where every project is in them.
MAX_HEADER_BYTES = 256 * 1024
# Well under the 60 s after which common load balancers close an idle connection.
IDLE_S = 30.0

_SWITCHING_PROTOCOLS = 101


@dataclass(frozen=True, slots=True)
class Bounds:
    """How long and how much an upstream may take."""

    connect_timeout_s: float = 10.0
    total_timeout_s: float = 120.0
    response_bytes: int = 64 * 1024 * 1024


DEFAULT_BOUNDS = Bounds()


class Pool:
    """The connections to one origin, directly or through a proxy. Made inside the loop that uses it."""

    def __init__(self, origin: URL, proxy: URL | None, tls: ssl.SSLContext | None, bounds: Bounds) -> None:
        self._bounds = bounds
        self._timeout = aiohttp.ClientTimeout(connect=bounds.connect_timeout_s)
        self._connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=IDLE_S, ssl=True if tls is None else tls)
        # What tells the connector where to connect to; it is never sent.
        self._where = aiohttp.ClientRequest("GET", origin, proxy=proxy, loop=asyncio.get_running_loop())

    async def close(self) -> None:
        await self._connector.close()

    async def exchange(self, method: str, wire: bytes) -> Response | UpstreamFailure:
        """Write a message and return its whole answer, or why that is none. A connection is kept when it is at rest.

        Errors: those of aiohttp.
        """
        connection = await self._connected()
        protocol = connection.protocol
        assert protocol is not None, "a connection has its protocol until it is given back"
        try:
            say(protocol, wire, has_answer_body=method != "HEAD")
            answer = await self._answer(protocol)
        except BaseException:
            connection.close()
            raise
        if isinstance(answer, Response):
            connection.release()
        else:
            connection.close()
        return answer

    async def _connected(self) -> aiohttp.connector.Connection:
        try:
            return await self._connector.connect(self._where, [], self._timeout)
        except TimeoutError as error:
            raise aiohttp.ConnectionTimeoutError from error

    async def _answer(self, protocol: ResponseHandler) -> Response | UpstreamFailure:
        message, content = await protocol.read()
        while message.code < 200 and message.code != _SWITCHING_PROTOCOLS:
            message, content = await protocol.read()
        if not 200 <= message.code < 600:
            return UpstreamFailure(FailureKind.MALFORMED, f"the upstream answered with the status {message.code}")
        body = await self._body(content)
        if body is None:
            return too_large(self._bounds.response_bytes)
        headers: Headers = tuple([(name.lower(), value) for name, value in message.raw_headers])
        return Response(message.code, end_to_end(headers), body)

    async def _body(self, content: aiohttp.StreamReader) -> bytes | None:
        """Return the whole body, or None as soon as it is over the bound. A short one came with its head."""
        if content.is_eof():
            body = content.read_nowait()
            return body if len(body) <= self._bounds.response_bytes else None
        chunks, size = [], 0
        async for chunk in content.iter_any():
            size += len(chunk)
            if size > self._bounds.response_bytes:
                return None
            chunks.append(chunk)
        return b"".join(chunks)


def say(protocol: ResponseHandler, wire: bytes, *, has_answer_body: bool) -> None:
    """Write a message and make the protocol ready for its answer. On a connection that is gone nothing is written:
    whoever waits for the answer is told."""
    protocol.set_response_params(
        skip_payload=not has_answer_body,
        read_until_eof=True,
        auto_decompress=False,
        max_line_size=MAX_HEADER_BYTES,
        max_field_size=MAX_HEADER_BYTES,
    )
    if protocol.transport is not None:
        protocol.transport.write(wire)


def too_large(bound: int) -> UpstreamFailure:
    return UpstreamFailure(FailureKind.TOO_LARGE, f"the upstream's answer is larger than {bound} bytes")
