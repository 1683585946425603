"""The simulator as an ASGI application: reads a request whole, answers it, keeps the only clock."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from gateway.http.messages import Request, Response
from gateway.simulator.engine import Cloud
from gateway.simulator.state import LIMITS, Rules, State

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]


def simulator(
    *,
    settle_ms: float = 500,
    seed: str = "evs",
    public_url: str | None = None,
    limits: Mapping[str, int] = LIMITS,
    clock: Callable[[], float] = time.time,
) -> App:
    """Return a new, empty simulated cloud as an application. `public_url` is its address in links, None for Host's."""
    cloud = Cloud(State(Rules(settle_ms / 1000, seed, limits)), public_url)

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            request = await _read(scope, receive)
            if request is not None:
                await _write(cloud.answer(request, clock()), send)

    return app


async def _live(receive: Receive, send: Send) -> None:
    """Say yes to start-up and shutdown; there is nothing to prepare."""
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return


async def _read(scope: Scope, receive: Receive) -> Request | None:
    """Return the request when it has arrived whole, None when the client went away."""
    body = b""
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    query = scope["query_string"]
    target = scope["raw_path"] + (b"?" + query if query else b"")
    return Request(scope["method"], target, tuple(scope["headers"]), body, scope["scheme"])


async def _write(response: Response, send: Send) -> None:
    await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
    await send({"type": "http.response.body", "body": response.body})
