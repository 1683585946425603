"""Files of credentials exchanged while the gateway runs: keys are rotated and tokens renewed without a restart."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

from watchfiles import Change, awatch

# How long the files must be quiet: what writes one may write it in pieces.
QUIET_MS = 100


class Renewal:
    """Calls `renew` when one of the files has changed or was replaced. Started inside the loop that serves."""

    def __init__(self, files: Iterable[Path], renew: Callable[[], None]) -> None:
        self._files = frozenset(str(file.absolute()) for file in files)
        self._renew = renew
        self._stop = asyncio.Event()
        self._watching = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Stop watching."""
        self._stop.set()
        await self._watching

    async def _watch(self) -> None:
        """Watch the folders: a file that is replaced is another one under the same name."""
        folders = {Path(file).parent for file in self._files}
        changes = awatch(
            *folders, debounce=QUIET_MS, stop_event=self._stop, recursive=False, watch_filter=self._is_ours
        )
        async for _ in changes:
            self._renew()

    def _is_ours(self, change: Change, path: str) -> bool:
        return path in self._files
