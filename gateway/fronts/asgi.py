"""The public door: a raw ASGI application around the core, without routing and without request objects.

Reads a request whole, asks the core, and sends the answer in one piece. Decides nothing itself.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from functools import partial
from typing import Any

from gateway.fronts.core import Core
from gateway.fronts.mishaps import Suffer, suffered, told
from gateway.fronts.protocol import TARGET
from gateway.http.admission import MAX_BODY_BYTES
from gateway.http.messages import Headers, Request, first_header

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_ANNOUNCING = frozenset({b"content-length", b"transfer-encoding"})


class Gateway:
    """The ASGI callable around the core. `scope` is the one that all requests here belong to, if they shall not
    choose."""

    def __init__(self, core: Core, scope: str = "", suffer: Suffer = suffered) -> None:
        self.core = core
        self.scope = scope
        self.suffer = suffer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await _live(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1003})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: Headers = tuple(scope["headers"])
        body = await _body(headers, receive) if _announces_body(scope, headers) else b""
        if body is None:
            return
        request = _request(scope, headers, body)
        answered = await self.core.answer(request, self.scope)
        if answered.reply.mishap is None:
            await told(request.method, answered.response, send)
        else:
            say = partial(told, request.method, answered.response)
            await self.suffer(answered.reply.mishap, scope, say, send)
        self.core.went_out(answered)


def _announces_body(scope: Scope, headers: Headers) -> bool:
    """Return whether a body follows; HTTP/1 says so in the head, and the others cost one call to find out."""
    if scope["http_version"] >= "2":
        return True
    return not _ANNOUNCING.isdisjoint([name for name, _ in headers])


async def _body(headers: Headers, receive: Receive) -> bytes | None:
    """Return the body, or None when the client left.

    One that is over the bound is not read to its end: what is there, or what the head says, suffices to refuse it.
    """
    length = first_header(headers, b"content-length") or b""
    if length.isdigit() and int(length[:20]) > MAX_BODY_BYTES:
        return b""
    body = bytearray()
    more = True
    while more and len(body) <= MAX_BODY_BYTES:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


def _request(scope: Scope, headers: Headers, body: bytes) -> Request:
    client = scope.get("client")
    return Request(
        method=scope["method"],
        target=scope[TARGET] if TARGET in scope else _target(scope),
        headers=headers,
        body=body,
        scheme=scope["scheme"],
        connection=f"{client[0]}:{client[1]}" if client else "",
    )


def _target(scope: Scope) -> bytes:
    """Return the target as far as other servers than ours tell it."""
    raw_path: bytes = scope["raw_path"]
    path = raw_path.partition(b"?")[0]
    return path + b"?" + scope["query_string"] if scope["query_string"] else path


async def _live(receive: Receive, send: Send) -> None:
    """Acknowledge the server's start and stop: what the app stands on is opened and closed by whoever built it."""
    for event in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{event}.complete"})
