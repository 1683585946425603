"""Where the cassette of a test lies, and how a new one takes its place only when the test passed."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

FOLDER = "cassettes"
_SUFFIXES = frozenset({".cassette", ".sqlite"})
_FOREIGN = re.compile(r"[^A-Za-z0-9_.\[\]-]+")
# A file name has 255 bytes at most; the suffix, and names of temporary files made from it, need some.
_LONGEST = 150


def cassette_of(test_file: Path, test: str, named: str | None = None) -> Path:
    """Return `cassettes/<module>/<test>.cassette` beside the test file. A name given takes the place of the test's: a
    path from there, a folder in the text form unless it ends in `.sqlite`."""
    folder = test_file.parent / FOLDER / test_file.stem
    if named is None:
        return folder / f"{file_name(test)}.cassette"
    path = folder / named
    return path if path.suffix in _SUFFIXES else path.with_name(f"{path.name}.cassette")


def file_name(test: str) -> str:
    """Return a test's name as a file name. What had to be changed is told apart by a few letters more."""
    name = _FOREIGN.sub("-", test)[:_LONGEST]
    if name == test:
        return name
    return f"{name}-{hashlib.sha256(test.encode()).hexdigest()[:8]}"


@contextmanager
def renewed(cassette: Path, is_good: Callable[[], bool]) -> Iterator[Path]:
    """Give a place for a new cassette, and put it in the old one's when all was good at the end."""
    from gateway.stores.replacing import put_in_place

    cassette.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".evs-rewrite-", dir=cassette.parent) as folder:
        fresh = Path(folder) / cassette.name
        yield fresh
        if is_good() and fresh.exists():
            put_in_place(fresh, cassette, Path(folder) / "replaced")
