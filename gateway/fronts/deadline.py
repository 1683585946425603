"""A moment when something has to be over, which moves with every request and is hardly ever reached.

A timer for each request would cost more than reading it. One stays as it was wound; when it goes off too early, it is
wound again for the moment that counts by then.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from typing import Final

NEVER: Final = math.inf


class Deadline:
    """`reached` is called when the moment is there. `at` is that moment, a time of the loop; whoever puts it off, or
    sets it aside with `NEVER`, may write it; `by` brings it in."""

    __slots__ = ("_loop", "_reached", "_timer", "_wound_for", "at")

    def __init__(self, loop: asyncio.AbstractEventLoop, reached: Callable[[], None]) -> None:
        self._loop = loop
        self._reached = reached
        self._timer: asyncio.TimerHandle | None = None
        self._wound_for = NEVER
        self.at = NEVER

    def by(self, at: float) -> None:
        """Have this moment from now on."""
        self.at = at
        if at < self._wound_for:
            self._wind()

    def stop(self) -> None:
        """Let it never be reached, and hold nothing."""
        self.at = NEVER
        if self._timer is not None:
            self._timer.cancel()
            self._timer, self._wound_for = None, NEVER

    def _wind(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._wound_for = self.at
        self._timer = self._loop.call_at(self.at, self._rung)

    def _rung(self) -> None:
        self._timer, self._wound_for = None, NEVER
        if self.at == NEVER:
            return
        if self.at > self._loop.time():
            self._wind()
        else:
            self.at = NEVER
            self._reached()
