"""One ASGI application on one address until SIGTERM or SIGINT: how the simulator runs alone."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable, Iterator
from typing import Any

import uvicorn

from gateway.errors import ListenError

BACKLOG = 2048


class _Server(uvicorn.Server):
    """Leaves the signals alone; uvicorn would raise them again once it is done, and end with 143 instead of 0."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def bound(host: str, port: int) -> socket.socket:
    """Return a socket bound to the address; port 0 is any free one. Errors: ListenError when it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError as error:
        listener.close()
        raise ListenError(f"{host}:{port}: cannot listen there ({error.strerror}); expected a free address") from error
    return listener


def address_of(listener: socket.socket) -> str:
    """Return the URL under which a bound socket is reached."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def run(app: Any, listener: socket.socket, ready: Callable[[], None]) -> None:
    """Serve until SIGTERM or SIGINT, then finish what is in flight. `ready` is called once requests are taken."""
    config = uvicorn.Config(app, log_config=None, access_log=False, server_header=False, lifespan="off", ws="none")
    with asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
        runner.run(_serve(_Server(config), listener, ready))


async def _serve(server: _Server, listener: socket.socket, ready: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, server.handle_exit, number, None)
    serving = loop.create_task(server.serve([listener]))
    while not (server.started or serving.done()):
        await asyncio.sleep(0.005)
    ready()
    await serving
