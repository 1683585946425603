"""Whether there is room where a gateway keeps things: a disk that is full, or lost its right to be written, says so
before a request finds out."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path

from gateway.modes import Mode
from gateway.session import cassette_path
from gateway.settings import Settings

# Less room than this is none: a few answers, or the index of one.
LEAST_BYTES = 1024 * 1024

Measure = Callable[[Path], os.statvfs_result]
"""Tells about the file system that a folder is on."""


def kept_in(settings: Settings) -> tuple[Path, ...]:
    """Return the folders in which a gateway of these settings keeps what it may answer for."""
    folders = []
    if any(mode.keeps for mode in _modes(settings)):
        folders.append(cassette_path(settings).parent)
    if settings.audit.trail == "on":
        folders.append(settings.audit.path or settings.data)
    return tuple(dict.fromkeys(folders))


def free_bytes(folders: Iterable[Path]) -> int | None:
    """Return how much room there is in the fullest, None where nothing can be said."""
    try:
        return min((status.f_bavail * status.f_frsize for status in map(os.statvfs, folders)), default=None)
    except OSError:
        return None


def room_fault(folders: Iterable[Path], measure: Measure = os.statvfs) -> str | None:
    """Return None when there is room in each, or one sentence about one where there is none."""
    return next((fault for fault in (_fault(folder, measure) for folder in folders) if fault), None)


def _fault(folder: Path, measure: Measure) -> str | None:
    try:
        status = measure(folder)
    except OSError as error:
        return f"{folder}: cannot be used ({error.strerror})"
    if status.f_flag & os.ST_RDONLY:
        return f"{folder}: is read-only"
    free = status.f_bavail * status.f_frsize
    return f"{folder}: the disk is full ({free} bytes are free)" if free < LEAST_BYTES else None


def _modes(settings: Settings) -> tuple[Mode, ...]:
    return settings.mode, *settings.modes.values()
