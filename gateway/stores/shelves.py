"""The cassettes in a folder, as they lie there: what they are called, how large they are, when they were written last.

None is opened, so a shelf of large cassettes is looked at as quickly as one of small ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from gateway.stores.cassettes import is_folder_form
from gateway.stores.text_folder import SUFFIX, is_text_cassette

_FILE = ".sqlite"
# The first bytes of any SQLite file.
_MAGIC = b"SQLite format 3\0"


@dataclass(frozen=True, slots=True)
class Kept:
    """A cassette on a shelf. `written_s` is when it was written last, in seconds since the epoch."""

    name: str
    form: str
    size_bytes: int
    written_s: float


def kept_in(folder: Path) -> list[Kept]:
    """Return the cassettes in a folder by name, none for a folder that is not there."""
    found = []
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            with suppress(OSError):
                found += [_kept(path)] if _may_be_cassette(path) else []
    return found


def _may_be_cassette(path: Path) -> bool:
    if path.name.startswith("."):
        return False
    if path.is_dir():
        return path.suffix == SUFFIX and is_text_cassette(path)
    with path.open("rb") as file:
        return path.suffix == _FILE and file.read(len(_MAGIC)) == _MAGIC


def _kept(path: Path) -> Kept:
    stats = [each.stat() for each in _files(path)]
    form = "text" if is_folder_form(path) else "sqlite"
    return Kept(path.name, form, sum(each.st_size for each in stats), max(each.st_mtime for each in stats))


def _files(path: Path) -> Iterator[Path]:
    """Yield the files of a cassette, its log included."""
    if path.is_dir():
        yield from (each for each in path.rglob("*") if each.is_file())
        return
    yield path
    log = path.with_name(f"{path.name}-wal")
    if log.exists():
        yield log
