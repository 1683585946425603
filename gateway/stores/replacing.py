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
    if not path.exists():
        fresh.rename(path)
        return
    path.rename(aside)
    try:
        fresh.rename(path)
    except OSError:
        aside.rename(path)
        raise
    for suffix in _BESIDE:
        path.with_name(f"{path.name}{suffix}").unlink(missing_ok=True)


def is_open(path: Path) -> bool:
    """Return whether a cassette is being recorded, or was left so: its newest exchanges are elsewhere yet."""
    log = path.with_name(f"{path.name}-wal")
    return any(path.glob(".recording.*")) if path.is_dir() else log.exists() and log.stat().st_size > 0
