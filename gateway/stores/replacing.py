"""One cassette put in the place of another, whole: a file or a folder, so that each is old or new and never half.

Imports nothing: the pytest plugin is loaded in runs that use no cassette.
"""

from __future__ import annotations

from pathlib import Path

SHADOW = ".shadow"
# What SQLite keeps beside a file that is open.
_BESIDE = ("-wal", "-shm")


def shadow_of(path: Path) -> Path:
    """Return where a cassette is recorded anew, beside the one that stays until the new one is accepted."""
    return path.with_name(f"{path.stem}{SHADOW}{path.suffix}")


def put_in_place(fresh: Path, path: Path, aside: Path) -> None:
    """Move a cassette to a place; what was there steps aside, and back when the move fails.

    A folder that is not empty cannot be replaced in one step.
    """
    if path.exists():
        _move(path, aside)
    # A log that lies there still is of something else, and SQLite would read it into the new file.
    for suffix in _BESIDE:
        path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)
    try:
        fresh.rename(path)
    except OSError:
        if aside.exists():
            _move(aside, path)
        raise


def _move(path: Path, to: Path) -> None:
    path.rename(to)
    for suffix in _BESIDE:
        beside = path.with_name(f"{path.name}{suffix}")
        if beside.exists():
            beside.rename(to.with_name(f"{to.name}{suffix}"))


def is_open(path: Path) -> bool:
    """Return whether a cassette is being recorded, or was left so: its newest exchanges are elsewhere yet."""
    log = path.with_name(f"{path.name}-wal")
    return any(path.glob(".recording.*")) if path.is_dir() else log.exists() and log.stat().st_size > 0
