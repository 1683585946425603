"""What was made of bytes before: peers repeat themselves, and equal bytes mean the same.

For pure functions only. Bounded in entries and in bytes, and emptied when it is full: what is met often is back at
once. Lives in memory alone.
"""

from __future__ import annotations

from typing import Final, Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")

ENTRIES: Final = 1024
BYTES: Final = 4 * 1024 * 1024


class Memo(Generic[K, V]):
    """What is known by name. `known` may be read by whoever cannot spare a call; only `keep` writes."""

    __slots__ = ("_bytes", "_entries", "_weight", "known")

    def __init__(self, entries: int = ENTRIES, bound: int = BYTES) -> None:
        self.known: dict[K, V] = {}
        self._entries = entries
        self._bytes = bound
        self._weight = 0

    def keep(self, key: K, value: V, weight: int) -> V:
        """Remember a value of so many bytes, and return it."""
        self._weight += weight
        if len(self.known) >= self._entries or self._weight > self._bytes:
            self.known.clear()
            self._weight = weight
        if weight <= self._bytes:
            self.known[key] = value
        return value
