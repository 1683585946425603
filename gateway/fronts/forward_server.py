"""mitmproxy inside this process and loop: its connections on our listening socket, its addons without its servers.

One of these a process, because mitmproxy's options are global. Its own start is not used: that would end the process
for an error of anybody's, take the loop's exception handler and keep its key in the user's home. What breaks in a
connection ends that connection; the other door does not hear of it.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from pathlib import Path
from typing import Any

from mitmproxy.addons import core, disable_h2c, next_layer, proxyserver, tlsconfig
from mitmproxy.master import Master
from mitmproxy.options import Options
from mitmproxy.proxy import layers, mode_specs
from mitmproxy.proxy.mode_servers import ProxyConnectionHandler

from gateway.fronts.doors import GRACE_S
from gateway.fronts.forward import HANDS_OFF, Forward
from gateway.fronts.proxying import ProxyDoor

# More than the gateway takes, so that it is the gateway that refuses what is a little too large.
BODY_LIMIT = "13m"
LINGER_S = 1.0
_POLL_S = 0.02


class ForwardServer:
    """A `gateway.fronts.doors.Server` for the forward door."""

    def __init__(self, door: ProxyDoor, listener: socket.socket, folder: Path) -> None:
        """`folder` is that of the authority."""
        self.listening = asyncio.Event()
        self._listener = listener
        self._folder = folder
        self._forward = Forward(door)
        self._stopped = asyncio.Event()
        self._hurried = asyncio.Event()
        self._handlers: dict[ProxyConnectionHandler, asyncio.Task[Any]] = {}

    def stop(self) -> None:
        """Drain; when that was asked before, stop waiting."""
        if self._stopped.is_set():
            self._hurried.set()
        self._stopped.set()

    async def serve(self) -> None:
        """Serve until the stop. Errors: those of mitmproxy for its options, before it listens."""
        master = _master(self._folder, self._forward)
        await master.running()

        async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await self._handled(master, reader, writer)

        server = await asyncio.start_server(connected, sock=self._listener)
        self.listening.set()
        try:
            await self._stopped.wait()
            server.close()
            await self._drained()
        finally:
            await self._cut_off()
            await master.done()

    async def _handled(self, master: Master, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        mode = mode_specs.ProxyMode.parse("regular")
        handler = ProxyConnectionHandler(master, reader, writer, master.options, mode)
        handler.layer = layers.modes.HttpProxy(handler.layer.context)
        task = asyncio.current_task()
        assert task is not None, "a connection is handled in a task"
        self._handlers[handler] = task
        try:
            await handler.handle_client()
        finally:
            del self._handlers[handler]

    async def _drained(self) -> None:
        """Return when whoever waits for an answer has it, or nobody waits for that any more."""
        deadline = asyncio.get_running_loop().time() + GRACE_S
        while (
            any(self._forward.is_busy(each.client) for each in self._handlers)
            and asyncio.get_running_loop().time() < deadline
        ):
            self._end_idle()
            try:
                await asyncio.wait_for(self._hurried.wait(), _POLL_S)
                return
            except TimeoutError:
                continue

    def _end_idle(self) -> None:
        for handler in self._handlers:
            if not self._forward.is_busy(handler.client):
                _end(handler)

    async def _cut_off(self) -> None:
        """End every connection; what was said is still sent, and whatever lingers ends with the loop."""
        for handler in self._handlers:
            _end(handler)
        tasks = tuple(self._handlers.values())
        if tasks:
            await asyncio.wait(tasks, timeout=LINGER_S)


def _master(folder: Path, forward: Forward) -> Master:
    """Return a master that only holds addons: none of them listens, keeps flows, or ends the process."""
    logging.getLogger("mitmproxy").setLevel(logging.WARNING)
    options = Options(confdir=str(folder), mode=["regular"], server=False)
    master = Master(options)
    master.addons.add(
        core.Core(),
        proxyserver.Proxyserver(),
        next_layer.NextLayer(),
        tlsconfig.TlsConfig(),
        disable_h2c.DisableH2C(),
        forward,
    )
    options.update(**HANDS_OFF, body_size_limit=BODY_LIMIT)
    return master


def _end(handler: ProxyConnectionHandler) -> None:
    """Close a client's connection, as mitmproxy does with one that was idle too long."""
    transport = handler.transports.get(handler.client)
    if transport is not None and transport.handler is not None:
        transport.handler.cancel("the gateway stops")
