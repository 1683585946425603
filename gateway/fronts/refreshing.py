"""What is held open over an idle time is let go of now and then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

EVERY_S = 30.0


class Refreshing:
    """Calls `refresh` every so often. Started inside the loop that serves."""

    def __init__(self, refresh: Callable[[], None], every_s: float = EVERY_S) -> None:
        self._refresh = refresh
        self._every_s = every_s
        self._timer = self._next()

    def close(self) -> None:
        """Stop calling."""
        self._timer.cancel()

    def _next(self) -> asyncio.TimerHandle:
        return asyncio.get_running_loop().call_later(self._every_s, self._tick)

    def _tick(self) -> None:
        self._timer = self._next()
        self._refresh()
