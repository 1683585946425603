"""The servers of one process: those it begins with, and those that are opened and closed while it runs.

Each is uvicorn with the signals in our hands: it drains when it is told to stop, and stops waiting when it is told
again.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

import uvicorn

from gateway.fronts.asgi import Gateway
from gateway.fronts.protocol import PATIENCE, ExactProtocol, Patience
from gateway.fronts.straight import StraightProtocol

# How long a stop waits for requests in flight: longer than an upstream may take.
GRACE_S = 75

# A connection that is told to close is gone a turn of the loop or two later.
_TURNS_TO_CLOSE = 3


@dataclass(frozen=True, slots=True)
class Served:
    """An ASGI application, the listening socket it is reached on, and how long its clients may take."""

    app: Any
    listener: socket.socket
    patience: Patience = PATIENCE


class Server(Protocol):
    """What serves something. `serve` returns when it is over, and raises only before it listens; `listening` is set
    when it does; `stop` drains it, and asked again stops waiting."""

    listening: asyncio.Event

    async def serve(self) -> None: ...

    def stop(self) -> None: ...


class _Stoppable(Protocol):
    def stop(self) -> None: ...


class Door:
    """One application that is served."""

    def __init__(self, server: _Server, task: asyncio.Task[None]) -> None:
        self._server = server
        self._task = task

    async def close(self) -> None:
        """Accept nothing more, and return when what was in flight has been answered."""
        self._server.stop()
        await asyncio.wait((self._task,))


class Doors:
    """All that is served in one loop. What is opened after the stop is closed again at once."""

    def __init__(self) -> None:
        self._servers: set[_Stoppable] = set()
        self._group: asyncio.TaskGroup | None = None
        self._is_stopped = False

    def begin(self, group: asyncio.TaskGroup) -> None:
        """Say which tasks the servers are among: their end is the end of the process."""
        self._group = group

    async def open(self, served: Served) -> Door:
        """Serve an application, and return when it listens."""
        assert self._group is not None, "what is served begins first"
        server = _Server(_config(served))
        self._servers.add(server)
        task = self._group.create_task(server.serve([served.listener]))
        task.add_done_callback(lambda _: self._servers.discard(server))
        await server.listening.wait()
        if self._is_stopped:
            server.stop()
        return Door(server, task)

    async def join(self, server: Server) -> None:
        """Serve what is a server by itself, and return when it listens."""
        assert self._group is not None, "what is served begins first"
        self._servers.add(server)
        task = self._group.create_task(server.serve())
        task.add_done_callback(lambda _: self._servers.discard(server))
        await server.listening.wait()
        if self._is_stopped:
            server.stop()

    def stop(self) -> None:
        """Drain every server; when that was asked before, stop waiting."""
        self._is_stopped = True
        for server in self._servers:
            server.stop()


def _config(served: Served) -> uvicorn.Config:
    return uvicorn.Config(
        served.app,
        http=_protocol(served),  # type: ignore[arg-type]
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        log_level="warning",
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )


def _protocol(served: Served) -> Callable[..., asyncio.Protocol]:
    """Return what speaks on a listener: the gateway's own is answered by its core, without ASGI in between."""
    if not isinstance(served.app, Gateway):
        return partial(ExactProtocol, patience=served.patience)
    door = served.app
    return partial(StraightProtocol, core=door.core, scope=door.scope, suffer=door.suffer, patience=served.patience)


class _Server(uvicorn.Server):
    """A uvicorn server that leaves signals alone, says when it listens and ends as soon as it can."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()
        self._stopped = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    async def main_loop(self) -> None:
        """Wait for the stop itself; uvicorn looks every 100 ms, for dates and limits that are not used here."""
        await self._stopped.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let idle connections go; only what is still at work then is worth uvicorn's pauses."""
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await _let_close()
        if self.server_state.connections or self.server_state.tasks:
            await super().shutdown(sockets)
            await self._cut_off()

    async def _cut_off(self) -> None:
        """End what nobody waits for any more: a loop cannot be closed with a connection open."""
        tasks = list(self.server_state.tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await _let_close()
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await _let_close()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def stop(self) -> None:
        """Drain; when that was asked before, stop waiting."""
        self.force_exit = self.should_exit
        self.should_exit = True
        self._stopped.set()


async def _let_close() -> None:
    for _ in range(_TURNS_TO_CLOSE):
        await asyncio.sleep(0)
