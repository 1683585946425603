"""Names that sort by time and meet no other: ULIDs, 48 bits of milliseconds and 80 random ones, in 26 letters.

Source: github.com/ulid/spec.
"""

from __future__ import annotations

from functools import lru_cache
from os import urandom

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
# Each byte gives one letter, five bits of it: every letter stands for as many bytes.
_LETTER_OF = (_LETTERS * 8).encode()
_SHIFTS = tuple(range(45, -1, -5))
_LATEST_MS = 2**48 - 1


def new_id(at: float) -> str:
    """Return a new name for something that happened at a time in seconds since the epoch."""
    return _of_time(int(at * 1000)) + urandom(16).translate(_LETTER_OF).decode("ascii")


@lru_cache(maxsize=64)
def _of_time(at_ms: int) -> str:
    """Return the letters that say when: the same for all of one millisecond."""
    number = min(max(at_ms, 0), _LATEST_MS)
    return "".join([_LETTERS[number >> shift & 31] for shift in _SHIFTS])
