"""Protocols of the public listener on a wire made of bytes: what they say, how they end, and what they asked for."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from uvicorn.protocols.http.flow_control import FlowControl
from uvicorn.protocols.http.httptools_impl import RequestResponseCycle
from uvicorn.server import ServerState

from gateway.errors import StoreFullError
from gateway.fronts.asgi import Gateway
from gateway.fronts.core import Core
from gateway.fronts.mishaps import told
from gateway.fronts.protocol import ExactProtocol
from gateway.fronts.straight import StraightProtocol
from gateway.http.messages import Headers, Request, Response
from gateway.seams import Ending, Forward

# What both need at most to say all they can: tasks, wakings, closings.
_TURNS = 30

Make = Callable[[Core, ServerState, asyncio.AbstractEventLoop], asyncio.Protocol]


def straight(core: Core, state: ServerState, loop: asyncio.AbstractEventLoop) -> asyncio.Protocol:
    """The way of the public listener."""
    return StraightProtocol(uvicorn.Config(None), state, {}, loop, core=core)  # type: ignore[arg-type]


def through_asgi(core: Core, state: ServerState, loop: asyncio.AbstractEventLoop) -> asyncio.Protocol:
    """The way of everything else."""
    config = uvicorn.Config(
        Gateway(core), log_config=None, ws="none", lifespan="off", proxy_headers=False, server_header=False
    )
    return ExactProtocol(config, state, {}, loop)


class Wire(asyncio.Transport):
    """A transport that writes down what it is told."""

    def __init__(self) -> None:
        super().__init__()
        self.said = b""
        self.ends: list[str] = []
        self.reads = True

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return ("127.0.0.1", 4000) if name == "peername" else default

    def is_closing(self) -> bool:
        return "close" in self.ends or "abort" in self.ends

    def write(self, data: bytes | bytearray | memoryview) -> None:
        if not self.ends:
            self.said += data

    def writelines(self, list_of_data: Iterable[bytes | bytearray | memoryview]) -> None:
        self.write(b"".join(list_of_data))

    def write_eof(self) -> None:
        self.ends.append("eof")

    def close(self) -> None:
        self.ends.append("close")

    def abort(self) -> None:
        self.ends.append("abort")

    def pause_reading(self) -> None:
        self.reads = False

    def resume_reading(self) -> None:
        self.reads = True


class Echo:
    """An upstream that answers with what it was asked, after some turns of the loop."""

    def __init__(self, turns: int = 0) -> None:
        self.heard: list[Request] = []
        self._turns = turns

    async def send(self, request: Request) -> Response:
        self.heard.append(request)
        for _ in range(self._turns):
            await asyncio.sleep(0)
        headers: Headers = ((b"content-type", b"text/plain"), (b"content-length", b"99"))
        return Response(200, headers, request.method.encode() + b" " + request.target)

    async def close(self) -> None: ...


@dataclass
class Trail:
    """A trail in memory, full after some records."""

    room: int = 1_000_000
    records: list[tuple[str, str, bytes, int]] = field(default_factory=list)

    async def received(self, request_id: str, forward: Forward) -> int:
        return 1

    async def complete(self, request_id: str, ending: Ending) -> None:
        if len(self.records) == self.room:
            raise StoreFullError("disk full")
        request = ending.request
        self.records.append((request_id, request.method, request.target, ending.response.status))


async def heard(make: Make, core: Core, pieces: Iterable[bytes]) -> tuple[bytes, str]:
    """Return what one connection says to these bytes, and how it is then: open, at its end, or closed."""
    state, wire = ServerState(), Wire()
    protocol = make(core, state, asyncio.get_running_loop())
    protocol.connection_made(wire)
    for piece in pieces:
        if wire.is_closing():
            break
        protocol.data_received(piece)
        for _ in range(_TURNS):
            await asyncio.sleep(0)
    how = wire.ends[0] if wire.ends else "open"
    protocol.connection_lost(ConnectionResetError())
    for _ in range(_TURNS):
        await asyncio.sleep(0)
    assert (state.connections, state.tasks) == (set(), set())
    return wire.said, how


def written_by_uvicorn(method: str, response: Response, keeps_alive: bool) -> tuple[bytes, bool] | None:
    """Return what uvicorn writes when an application says this answer, and whether the connection goes on; None where
    it finds that something cannot be said."""
    wire = Wire()
    cycle = RequestResponseCycle(
        scope={"type": "http", "method": method},  # type: ignore[typeddict-item]
        transport=wire,
        flow=FlowControl(wire),
        logger=logging.getLogger("uvicorn.error"),
        access_logger=logging.getLogger("uvicorn.access"),
        access_log=False,
        default_headers=[],
        message_event=asyncio.Event(),
        expect_100_continue=False,
        keep_alive=keeps_alive,
        on_response=lambda: None,
    )
    try:
        asyncio.run(told(method, response, cycle.send))  # type: ignore[arg-type]
    except (RuntimeError, KeyError):
        return None
    return wire.said, not wire.ends
