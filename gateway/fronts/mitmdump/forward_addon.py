"""The addon as a script of mitmproxy, with the settings that `serve` would have.

There mitmproxy listens, and makes certificates with its own authority. This has a folder of its own because mitmproxy
puts the folder of a script first on the path.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from mitmproxy import ctx, http

from gateway.fronts.eviction import Evictions
from gateway.fronts.forward import HANDS_OFF, Forward
from gateway.fronts.gateway import builder
from gateway.fronts.listeners import Listeners
from gateway.session import settled

# Names of hooks in this module would be hooks.
from gateway.settings import load as read_settings


class Standalone(Forward):
    """The same addon inside a mitmdump of somebody's own: opens what `serve` would open when mitmproxy starts."""

    def __init__(self) -> None:
        super().__init__(None)
        self._was_tried = asyncio.Event()
        self._close: Callable[[], Awaitable[None]] | None = None

    async def running(self) -> None:
        """Errors: those of `serve` before it is ready, which mitmproxy tells; then nothing goes through."""
        ctx.options.update(**HANDS_OFF)
        try:
            opened = await builder(settled(read_settings().settings), Listeners(None), Evictions())()
            assert opened.proxy is not None, "the gateway has a forward door"
            self._close, self._door = opened.close, opened.proxy()
        finally:
            self._was_tried.set()

    async def http_connect(self, flow: http.HTTPFlow) -> None:
        await self._was_tried.wait()
        await super().http_connect(flow)

    async def request(self, flow: http.HTTPFlow) -> None:
        await self._was_tried.wait()
        await super().request(flow)

    async def done(self) -> None:
        if self._close is not None:
            await self._close()


addons = [Standalone()]
