"""Applications on sockets, in one process, until SIGTERM or SIGINT: uvicorn with the signals in our hands.

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


def serve(build: Build, ready: Callable[[], None]) -> None:
    """Serve what `build` returns until a signal, drain, close. `ready` is called when every socket is served."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(build, ready))


async def _serve(build: Build, ready: Callable[[], None]) -> None:
    running = await build()
    try:
        servers = [_Server(_config(served)) for served in running.served]
        with _stopping(servers):
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
    """A uvicorn server that leaves signals alone and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    def stop(self) -> None:
        """Drain; when that was asked before, stop waiting."""
        self.force_exit = self.should_exit
        self.should_exit = True


@contextlib.contextmanager
def _stopping(servers: list[_Server]) -> Iterator[None]:
    """Let a signal stop all servers."""

    def stop() -> None:
        for server in servers:
            server.stop()

    loop = asyncio.get_running_loop()
    for number in _STOP_SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in _STOP_SIGNALS:
            loop.remove_signal_handler(number)
