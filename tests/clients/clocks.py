"""A clock in a file, so that processes share it: gateways read it, a client that would sleep moves it on."""

from __future__ import annotations

import mmap
import struct
from pathlib import Path
from threading import Lock

_BEGINNING = 1_700_000_000.0
_FORM = struct.Struct("=d")


class SharedClock:
    """Seconds since the epoch. One process moves it, all read it."""

    def __init__(self, path: Path) -> None:
        if not path.exists():
            path.write_bytes(_FORM.pack(_BEGINNING))
        with path.open("r+b") as file:
            self._seconds = mmap.mmap(file.fileno(), _FORM.size)
        self._moving = Lock()

    def __call__(self) -> float:
        return float(_FORM.unpack_from(self._seconds)[0])

    def sleep(self, seconds: float) -> None:
        with self._moving:
            _FORM.pack_into(self._seconds, 0, self() + seconds)
