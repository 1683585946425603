"""The folder of a text cassette on disk: read whole, written file by file so that each is old or new, never half."""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from pathlib import Path

from gateway.cassette.exchange import Exchange
from gateway.cassette.file_integrity import SUMS_FILE, written_sums
from gateway.cassette.text import HEADER_FILE, from_files, to_files
from gateway.errors import CassetteError, StoreError

SUFFIX = ".cassette"
_EXCHANGE_FILE = re.compile(r"[0-9]+-.*\.json")

Progress = Callable[[Iterable[str]], Iterable[str]]


def is_text_cassette(folder: Path) -> bool:
    """True for a folder with the header of a text cassette."""
    return (folder / HEADER_FILE).is_file()


def read_folder(folder: Path) -> list[Exchange]:
    """Return the exchanges of a text cassette.

    Errors: CassetteError that names folder, file and member.
    """
    try:
        files = {path.name: path.read_bytes() for path in sorted(folder.glob("*.json"))}
    except OSError as error:
        raise CassetteError(f"{folder}: cannot be read: {error.strerror}; expected a text cassette") from error
    try:
        return from_files(files)
    except CassetteError as error:
        raise CassetteError(f"{folder}/{error}") from error


def write_folder(folder: Path, exchanges: Iterable[Exchange], progress: Progress = iter) -> None:
    """Make a folder hold exactly these exchanges, with the hashes of its files. Equal files stay untouched.

    Errors: StoreError when it cannot be written.
    """
    files = to_files(exchanges, folder.name.removesuffix(SUFFIX))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in progress(sorted(files)):
            write_file(folder / name, files[name])
        for stale in _exchange_files(folder):
            if stale.name not in files:
                stale.unlink()
        write_file(folder / SUMS_FILE, written_sums({name: sha256(files[name]).hexdigest() for name in files}))
    except OSError as error:
        raise StoreError(f"{folder}: cannot be written: {error.strerror}") from error


def write_file(path: Path, content: bytes) -> None:
    """Put a file in place whole and on disk, unless it is there already."""
    if path.is_file() and path.read_bytes() == content:
        return
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o644)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise


def _exchange_files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.glob("*.json") if _EXCHANGE_FILE.fullmatch(path.name))
