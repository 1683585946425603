"""Names that sort by time and meet no other: ULIDs, 48 bits of milliseconds and 80 random ones, in 26 letters.

Source: github.com/ulid/spec.
"""

from __future__ import annotations

import secrets

_LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = tuple(first + second for first in _LETTERS for second in _LETTERS)
_SHIFTS = tuple(range(120, -1, -10))
_LATEST_MS = 2**48 - 1


def new_id(at: float) -> str:
    """Return a new name for something that happened at a time in seconds since the epoch."""
    number = min(max(int(at * 1000), 0), _LATEST_MS) << 80 | secrets.randbits(80)
    return "".join([_PAIRS[number >> shift & 1023] for shift in _SHIFTS])
