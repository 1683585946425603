"""mitmproxy inside this process and loop: one Master, one listener, few addons, and nothing that ends the process.

Built on `Master` itself, without the addons of the command line: those write to the terminal, keep flows, or leave the
process when anybody logs an error. One a process, for mitmproxy's context is global.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from pathlib import Path

from mitmproxy.addons.core import Core as CoreOptions
from mitmproxy.addons.disable_h2c import DisableH2C
from mitmproxy.addons.next_layer import NextLayer
from mitmproxy.addons.proxyserver import Proxyserver
from mitmproxy.addons.tlsconfig import TlsConfig
from mitmproxy.master import Master
from mitmproxy.options import Options

from gateway.errors import ListenError
from gateway.fronts.forward.addon import ForwardDoor
from gateway.http.admission import MAX_BODY_BYTES

log = logging.getLogger(__name__)

# A little more than admission takes, so that it is admission that refuses.
_BODY_LIMIT = str(MAX_BODY_BYTES + 64 * 1024)
_START_S = 30.0


@dataclass(slots=True)
class Forwarding:
    """A forward door that is open. `fault` says why it is not any more."""

    url: str
    _master: Master
    _proxy: Proxyserver
    _door: ForwardDoor
    _task: asyncio.Task[None]

    @property
    def fault(self) -> str | None:
        return "the forward proxy has ended" if self._task.done() else None

    async def close(self) -> None:
        """Accept nothing more, and return when what was in flight has been answered."""
        if not self._task.done():
            await self._proxy.servers.update([])
            await self._door.drained()
            self._master.shutdown()  # type: ignore[no-untyped-call]
        await asyncio.wait((self._task,))


async def open_forward(door: ForwardDoor, address: str, ca_folder: Path) -> Forwarding:
    """Open the door on HOST:PORT, port 0 for any free one.

    Errors: ListenError when nobody can listen there.
    """
    host, _, port = address.rpartition(":")
    options = Options(confdir=str(ca_folder), mode=[f"regular@{host}:{port}"])
    master = Master(options)
    proxy = Proxyserver()  # type: ignore[no-untyped-call]
    master.addons.add(CoreOptions(), DisableH2C(), proxy, NextLayer(), TlsConfig(), door)  # type: ignore[no-untyped-call]
    options.update(  # type: ignore[no-untyped-call]
        connection_strategy="lazy",
        upstream_cert=False,
        http2=True,
        http3=False,
        body_size_limit=_BODY_LIMIT,
        validate_inbound_headers=True,
        rawtcp=False,
        websocket=False,
        show_ignored_hosts=False,
    )
    task = asyncio.create_task(_run(master), name="forward proxy")
    listening = await _listening(proxy, door, task)
    if listening is None:
        master.shutdown()  # type: ignore[no-untyped-call]
        await asyncio.wait((task,))
        raise ListenError(f"{address}: the forward door cannot listen there; expected a free address")
    return Forwarding(_url(*listening), master, proxy, door, task)


async def _run(master: Master) -> None:
    """Run until it is shut down. What breaks in it ends this door and no other."""
    try:
        await master.run()
    except Exception:
        log.exception("the forward proxy broke")


async def _listening(proxy: Proxyserver, door: ForwardDoor, task: asyncio.Task[None]) -> tuple[str, int] | None:
    """Return where it listens, None when it does not come to that."""
    running = asyncio.create_task(door.began())
    await asyncio.wait((running, task), timeout=_START_S, return_when=asyncio.FIRST_COMPLETED)
    running.cancel()
    addresses = proxy.listen_addrs()
    return addresses[0][:2] if addresses else None


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
