"""Applications on sockets, in one process, until SIGTERM or SIGINT (or whatever else shall end them): uvicorn with
the signals in our hands.

uvicorn alone raises the signal again when it is done and ends with 143; here the first signal drains and the process
goes on to its end, the second stops waiting. Builds what it serves inside the running loop, so that loops, threads
and connections belong to the process that uses them.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import uvicorn
import uvloop

from gateway.errors import ListenError
from gateway.fronts.protocol import PATIENCE, ExactProtocol, Patience

BACKLOG = 2048
# How long a stop waits for requests in flight: longer than an upstream may take.
GRACE_S = 75

# A connection that is told to close is gone a turn of the loop or two later.
_TURNS_TO_CLOSE = 3

_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@dataclass(frozen=True, slots=True)
class Served:
    """An ASGI application, the listening socket it is reached on, and how long its clients may take."""

    app: Any
    listener: socket.socket
    patience: Patience = PATIENCE


@dataclass(frozen=True, slots=True)
class Running:
    """What a process serves, and what it closes once the last request in flight has been answered."""

    served: tuple[Served, ...]
    close: Callable[[], Awaitable[None]]


Build = Callable[[], Awaitable[Running]]
Stopping = Callable[[Callable[[], None]], contextlib.AbstractContextManager[None]]
"""Given what stops the serving, a context in which something may call it. Entered inside the loop, before `ready`."""


def bind(address: str) -> socket.socket:
    """Return a socket that listens on HOST:PORT or [HOST]:PORT; port 0 is any free one.

    Errors: ListenError for a busy port, a foreign address and anything that is no address.
    """
    host, _, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isdigit() or int(port) > 65535:
        raise ListenError(f"{address!r}: expected HOST:PORT to listen on, for example 127.0.0.1:8776")
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, int(port)))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise ListenError(f"{address}: cannot listen there ({error.strerror}); expected a free address") from error
    return listener


def url_of(listener: socket.socket) -> str:
    """Return the address under which a listening socket is reached."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@contextlib.contextmanager
def signalled(stop: Callable[[], None]) -> Iterator[None]:
    """Let a signal stop what is served."""
    loop = asyncio.get_running_loop()
    for number in _STOP_SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in _STOP_SIGNALS:
            loop.remove_signal_handler(number)


def serve(build: Build, ready: Callable[[], None], stopping: Stopping = signalled) -> None:
    """Serve what `build` returns until a signal, drain, close. `ready` is called when every socket is served."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(build, ready, stopping))


async def _serve(build: Build, ready: Callable[[], None], stopping: Stopping) -> None:
    running = await build()
    try:
        servers = [_Server(_config(served)) for served in running.served]
        with stopping(lambda: _stop(servers)):
            async with asyncio.TaskGroup() as group:
                for server, served in zip(servers, running.served, strict=True):
                    group.create_task(server.serve([served.listener]))
                for server in servers:
                    await server.listening.wait()
                ready()
    finally:
        await running.close()


def _config(served: Served) -> uvicorn.Config:
    return uvicorn.Config(
        served.app,
        http=partial(ExactProtocol, patience=served.patience),  # type: ignore[arg-type]
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=GRACE_S,
    )


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


def _stop(servers: list[_Server]) -> None:
    for server in servers:
        server.stop()
