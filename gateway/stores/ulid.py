"""Names that sort by time and meet no other: ULIDs, 48 bits of milliseconds and 80 random ones, in 26 letters.

Source: github.com/ulid/spec.
"""

from __future__ import annotations

import os
from functools import lru_cache
from os import urandom

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Each byte gives one letter, five bits of it: every letter stands for as many bytes.
_LETTER_OF = (_LETTERS * 8).encode()
_SHIFTS = tuple(range(45, -1, -5))
_LATEST_MS = 2**48 - 1
_AT_ONCE = 64
_drawn: list[str] = []
os.register_at_fork(after_in_child=_drawn.clear)


def new_id(at: float) -> str:
    """Return a new name for something that happened at a time in seconds since the epoch."""
    return _of_time(int(at * 1000)) + _at_random()


def _at_random() -> str:
    """Return 16 letters that nobody foresees. They are drawn for many names at once, and never by two processes."""
    try:
        return _drawn.pop()
    except IndexError:
        letters = urandom(16 * _AT_ONCE).translate(_LETTER_OF).decode("ascii")
        _drawn.extend([letters[at : at + 16] for at in range(16, len(letters), 16)])
        return letters[:16]


@lru_cache(maxsize=64)
def _of_time(at_ms: int) -> str:
    """Return the letters that say when: the same for all of one millisecond."""
    number = min(max(at_ms, 0), _LATEST_MS)
    return "".join([_LETTERS[number >> shift & 31] for shift in _SHIFTS])
