"""Ids of requests that brought none: random UUIDs (RFC 9562, version 4) in 32 hexadecimal digits.

The system is asked for the randomness of many at once. Made inside the process that gives them out, so that no two
processes share what is left of it.
"""

from __future__ import annotations

import os
from collections.abc import Callable

MADE_AT_ONCE = 256
_BYTES = 16
# Where an id says its version and its variant, and what any byte becomes there.
_VERSION = 6, bytes(0x40 | byte & 0x0F for byte in range(256))
_VARIANT = 8, bytes(0x80 | byte & 0x3F for byte in range(256))


class RequestIds:
    """Gives out ids. `random` returns so many random bytes."""

    def __init__(self, random: Callable[[int], bytes] = os.urandom) -> None:
        self._random = random
        self._ready: list[str] = []

    def __call__(self) -> str:
        """Return an id that nobody else has."""
        if not self._ready:
            self._ready = self._made()
        return self._ready.pop()

    def _made(self) -> list[str]:
        raw = bytearray(self._random(_BYTES * MADE_AT_ONCE))
        for place, becomes in (_VERSION, _VARIANT):
            raw[place::_BYTES] = raw[place::_BYTES].translate(becomes)
        digits = raw.hex()
        return [digits[start : start + 2 * _BYTES] for start in range(0, len(digits), 2 * _BYTES)]
