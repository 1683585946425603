"""Policies exchanged while the gateway runs: on SIGHUP, and when a file in their folder changes."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable
from pathlib import Path

from watchfiles import awatch

# How long the files must be quiet: an editor or a deployment writes several.
QUIET_MS = 300


class Reloading:
    """Calls `reload` when it is time. Started inside the loop that serves.

    Signals belong to the main thread: a gateway embedded in another one goes by the files alone.
    """

    def __init__(self, folder: Path, reload: Callable[[], None]) -> None:
        self._folder = folder
        self._reload = reload
        self._stop = asyncio.Event()
        self._watching = asyncio.create_task(self._watch())
        self._hears_signals = threading.current_thread() is threading.main_thread()
        if self._hears_signals:
            asyncio.get_running_loop().add_signal_handler(signal.SIGHUP, reload)

    async def close(self) -> None:
        if self._hears_signals:
            asyncio.get_running_loop().remove_signal_handler(signal.SIGHUP)
        self._stop.set()
        await self._watching

    async def _watch(self) -> None:
        async for _ in awatch(self._folder, debounce=QUIET_MS, stop_event=self._stop):
            self._reload()
