"""What a fault on purpose does to an answer at the public door: it comes late, in pieces, half, or not at all.

Decides nothing: which request has which fault is settled. A connection is broken by the protocol under the
application; a server that is not ours cannot, and sends the 502 that stands in for it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterator, MutableMapping
from itertools import chain, repeat
from typing import Any

from gateway.faults.overlay import Broken, Cut, Dripping, Mishap
from gateway.fronts.hearing import heard
from gateway.fronts.protocol import BREAK
from gateway.http.messages import Response

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Say = Callable[[Send], Awaitable[None]]
"""Says the whole answer: given where to, sends its messages."""
Suffer = Callable[[Mishap, MutableMapping[str, Any], Say, Send], Coroutine[Any, Any, None]]
Sleep = Callable[[float], Awaitable[object]]

# A dripping body comes in so many pieces at most.
PIECES = 20


async def suffered(
    mishap: Mishap,
    scope: MutableMapping[str, Any],
    say: Say,
    send: Send,
    sleep: Sleep = asyncio.sleep,
) -> None:
    """Say an answer as its mishap has it."""
    if mishap.delay_s:
        await sleep(mishap.delay_s)
    match mishap.ending:
        case Broken(is_reset=is_reset) if BREAK in scope:
            scope[BREAK](is_reset)
        case Cut(after_bytes=after) if BREAK in scope:
            await say(_cutting(send, after))
            scope[BREAK](False)
        case Dripping(pause_s=pause_s):
            await say(_dripping(send, pause_s, sleep))
        case _:
            await say(send)


def _cutting(send: Send, after: int) -> Send:
    """Return where an answer goes whose body ends before it is over. At least its last byte is kept back."""

    async def cut(message: Message) -> None:
        if message["type"] == "http.response.body":
            body = message["body"]
            message = {**message, "body": body[: min(after, max(len(body) - 1, 0))], "more_body": True}
        await send(message)

    return cut


def _dripping(send: Send, pause_s: float, sleep: Sleep) -> Send:
    async def drip(message: Message) -> None:
        if message["type"] != "http.response.body":
            await send(message)
            return
        pieces = list(_pieces(message["body"]))
        for piece, more in zip(pieces, chain(repeat(True, len(pieces) - 1), (False,)), strict=True):
            await sleep(pause_s)
            await send({**message, "body": piece, "more_body": more})

    return drip


def _pieces(body: bytes) -> Iterator[bytes]:
    """Yield a body in equal pieces, an empty one as one piece."""
    size = max(1, -(-len(body) // PIECES))
    yield from (body[at : at + size] for at in range(0, max(len(body), 1), size))


async def told(method: str, response: Response, send: Send) -> None:
    """Say an answer, as the client of a request with this method hears it."""
    said = heard(method, response)
    await send({"type": "http.response.start", "status": said.status, "headers": said.headers})
    await send({"type": "http.response.body", "body": said.body})
