"""Applications on sockets, in one process, until SIGTERM or SIGINT (or whatever else shall end them).

uvicorn alone raises the signal again when it is done and ends with 143; here the first signal drains and the process
goes on to its end, the second stops waiting. Builds what it serves inside the running loop, so that loops, threads
and connections belong to the process that uses them.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field

import uvloop

from gateway.errors import ListenError
from gateway.fronts.doors import Doors, Served, Server
from gateway.fronts.proxying import ProxyDoor

log = logging.getLogger(__name__)

BACKLOG = 2048

_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@dataclass(frozen=True, slots=True)
class Running:
    """What a process serves at first, and what it closes once the last request in flight has been answered. Through
    `doors` more is served meanwhile; `also` are servers of another kind, and `proxy` makes a forward door for somebody
    who serves it himself."""

    served: tuple[Served, ...]
    close: Callable[[], Awaitable[None]]
    doors: Doors = field(default_factory=Doors)
    also: tuple[Server, ...] = ()
    proxy: Callable[[], ProxyDoor] | None = None


Build = Callable[[], Awaitable[Running]]
Stopping = Callable[[Callable[[], None]], contextlib.AbstractContextManager[None]]
"""Given what stops the serving, a context in which something may call it. Entered inside the loop, before `ready`."""


def bind(address: str) -> socket.socket:
    """Return a socket that listens on HOST:PORT or [HOST]:PORT; port 0 is any free one.

    Errors: ListenError for a busy port, a foreign address and anything that is no address.
    """
    return bind_each(address, 1)[0]


def bind_each(address: str, count: int) -> tuple[socket.socket, ...]:
    """Return so many sockets that listen on one address and share its connections evenly (SO_REUSEPORT, socket(7)): one
    socket that several processes accept from would let whoever wakes first take most of them. The first binds alone, so
    that an address which somebody else listens on stays refused.

    Errors: ListenError for a busy port, a foreign address and anything that is no address.
    """
    host, _, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isdigit() or int(port) > 65535:
        raise ListenError(f"{address!r}: expected HOST:PORT to listen on, for example 127.0.0.1:8776")
    with contextlib.ExitStack() as failed:
        try:
            first = failed.enter_context(contextlib.closing(_bound(host, int(port))))
            first.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, count > 1)
            place = first.getsockname()[1]
            others = [
                failed.enter_context(contextlib.closing(_bound(host, place, socket.SO_REUSEPORT)))
                for _ in range(count - 1)
            ]
            for listener in (first, *others):
                listener.listen(BACKLOG)
        except OSError as error:
            raise ListenError(f"{address}: cannot listen there ({error.strerror}); expected a free address") from error
        failed.pop_all()
    return (first, *others)


def _bound(host: str, port: int, *options: int) -> socket.socket:
    """Return a socket with an address. Errors: OSError."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    try:
        for option in (socket.SO_REUSEADDR, *options):
            listener.setsockopt(socket.SOL_SOCKET, option, 1)
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
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
    doors, process = running.doors, {"pid": os.getpid()}
    try:
        with stopping(doors.stop):
            async with asyncio.TaskGroup() as group:
                doors.begin(group)
                for served in running.served:
                    await doors.open(served)
                for server in running.also:
                    await doors.join(server)
                log.info("serving", extra={"fields": process})
                ready()
    finally:
        try:
            await running.close()
        finally:
            log.info("stopped", extra={"fields": process})
