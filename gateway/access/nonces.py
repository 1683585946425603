"""A signed write counts once: which signatures have been used, within the time in which they are good.

Clients that repeat a write send the same signature again, so one is given back when its request had no effect: when
it was refused for lack of capacity (429, by us or by the cloud), or was never sent. After any other answer, a 503 of
the cloud among them, nobody knows, and the second sight is a replay.
"""

from __future__ import annotations

from enum import Enum
from hashlib import blake2b

DEFAULT_LIMIT = 500_000
_DIGEST_BYTES = 16


class Sight(Enum):
    """What seeing a signature means. FULL: it cannot be told from a replay later, so it must not count now."""

    FIRST = "first"
    AGAIN = "again"
    FULL = "full"


class Nonces:
    """The signatures seen, until they would be refused for their date. Bounded: a full memory takes no more."""

    def __init__(self, limit: int = DEFAULT_LIMIT) -> None:
        self._limit = limit
        self._ends: dict[bytes, float] = {}
        self._swept_at = 0.0

    def spend(self, ak: str, signature: str, ends_at: float, at: float) -> Sight:
        """Note a signature that is good until `ends_at`. Units: seconds since the epoch."""
        name = _name(ak, signature)
        if name in self._ends:
            return Sight.AGAIN
        if len(self._ends) >= self._limit:
            self._sweep(at)
        if len(self._ends) >= self._limit:
            return Sight.FULL
        self._ends[name] = ends_at
        return Sight.FIRST

    def give_back(self, ak: str, signature: str) -> None:
        """Let a signature be used again: its request had no effect."""
        self._ends.pop(_name(ak, signature), None)

    def _sweep(self, at: float) -> None:
        """Forget what has ended; at most once a second, since it looks at everything."""
        if at - self._swept_at >= 1:
            self._swept_at = at
            self._ends = {name: ends_at for name, ends_at in self._ends.items() if ends_at >= at}


def _name(ak: str, signature: str) -> bytes:
    return blake2b(f"{ak}/{signature}".encode(), digest_size=_DIGEST_BYTES).digest()
