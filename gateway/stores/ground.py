"""What a cassette file stands on: that its name still leads to it, and that there is room for more."""

from __future__ import annotations

import os
import resource
import shutil
from collections.abc import Callable
from pathlib import Path

from gateway.errors import StoreFullError

# A write is not sent upstream when less than this is free: its exchange might not fit any more.
SPARE_BYTES = 16 * 1024 * 1024


def free_bytes(path: Path) -> int:
    """Return how much this process may still write to a cassette: what the disk has free, and what a limit on the
    size of files leaves to the larger of the file and its log."""
    free = shutil.disk_usage(path.parent).free
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
    if limit == resource.RLIM_INFINITY:
        return free
    largest = max(file.stat().st_size for file in (path, path.with_name(f"{path.name}-wal")) if file.exists())
    return min(free, limit - largest)


class Ground:
    """The place of one file that is open. Used from any thread."""

    def __init__(self, path: Path, free: Callable[[Path], int] = free_bytes) -> None:
        self._path = path
        self._name = str(path)
        self._free = free
        self._place = _place_of(self._name)

    def fault(self) -> StoreFullError | None:
        """Return why nothing may be written, or None: the file was moved, removed or replaced, so that nobody finds
        it any more."""
        if _place_of(self._name) == self._place:
            return None
        return StoreFullError(f"{self._path}: is not the file any more that was opened; start the gateway again")

    def shortage(self) -> StoreFullError | None:
        """Return why no write may be begun, or None: there would be no room for its exchange."""
        try:
            free = self._free(self._path)
        except OSError as error:
            return StoreFullError(f"{self._path}: free space cannot be told: {error.strerror}")
        if free < SPARE_BYTES:
            return StoreFullError(f"{self._path}: {free} bytes are free; expected at least {SPARE_BYTES}")
        return None


def _place_of(name: str) -> tuple[int, int] | None:
    """Return what tells a file from another one of its name, None where there is none."""
    try:
        found = os.stat(name)
    except OSError:
        return None
    return found.st_dev, found.st_ino
