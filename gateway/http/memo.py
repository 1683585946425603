"""What a pure function said before: clients repeat themselves, and equal arguments have equal results.

Bounded in entries and in bytes, and emptied when it is full: what is asked often is back at once. In memory only; what
it holds was in memory anyway.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, Generic, TypeVar

from gateway.http.messages import Headers

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


class HeadersMemo(Generic[V]):
    """What a function says about headers, known by which object they are: the same object holds the same headers, and
    one that is remembered here is no other one as long as it is."""

    __slots__ = ("_memo", "_work")

    def __init__(self, work: Callable[[Headers], V], entries: int = ENTRIES, bound: int = BYTES) -> None:
        self._work = work
        self._memo: Memo[int, tuple[Headers, V]] = Memo(entries, bound)

    def __call__(self, headers: Headers) -> V:
        known = self._memo.known.get(id(headers))
        if known is not None and known[0] is headers:
            return known[1]
        value = self._work(headers)
        weight = sum([len(name) + len(value) for name, value in headers])
        self._memo.keep(id(headers), (headers, value), weight)
        return value
