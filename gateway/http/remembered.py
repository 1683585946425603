"""What was found out about header fields before: clients send the same ones again and again.

For pure functions only. Whoever reads headers may make one tuple of equal ones; that one is then known at sight, others
by their value. Bounded in entries and in bytes; emptied when full, so that no block is looked for. Lives in memory
alone: header fields hold secrets.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from gateway.http.messages import Headers

T = TypeVar("T")

MOST_ENTRIES = 1024
MOST_BYTES = 4 * 1024 * 1024
# Larger blocks are found out about anew each time.
MOST_BYTES_OF_ONE = 32 * 1024


class Remembered(Generic[T]):
    """A pure function of header fields that is asked once for equal ones."""

    def __init__(self, make: Callable[[Headers], T]) -> None:
        self._make = make
        self._at_sight: dict[int, tuple[Headers, T]] = {}
        self._by_value: dict[Headers, T] = {}
        self._bytes = 0

    def of(self, headers: Headers) -> T:
        """Return what the function says about header fields."""
        # The tuple stands beside what was found, so that its identity stays its own.
        seen = self._at_sight.get(id(headers))
        if seen is not None:
            return seen[1]
        known = self._by_value.get(headers)
        return self._made(headers) if known is None else known

    def _made(self, headers: Headers) -> T:
        made = self._make(headers)
        size = sum(len(name) + len(value) for name, value in headers)
        if size > MOST_BYTES_OF_ONE:
            return made
        if len(self._by_value) >= MOST_ENTRIES or self._bytes + size > MOST_BYTES:
            self._forget()
        self._bytes += size
        self._by_value[headers] = made
        self._at_sight[id(headers)] = headers, made
        return made

    def _forget(self) -> None:
        self._by_value.clear()
        self._at_sight.clear()
        self._bytes = 0
