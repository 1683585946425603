"""The folder of a text cassette on disk: read whole, written file by file so that each is old or new, never half."""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Callable, Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from gateway.cassette.exchange import Exchange
from gateway.cassette.file_integrity import SUMS_FILE, written_sums
from gateway.cassette.rule_set import RULE_SET, redacted_again
from gateway.cassette.text import HEADER_FILE, from_files, read_header, to_files
from gateway.cassette.text_blobs import FOLDER as BLOBS
from gateway.cassette.text_blobs import is_blob
from gateway.cassette.text_forms import HeaderForm
from gateway.cassette.text_migrations import is_exchange_file
from gateway.errors import CassetteError, StoreError

SUFFIX = ".cassette"
ATTRIBUTES_FILE = ".gitattributes"
# Bytes are what the hashes are of; and nobody reads a diff of hashes.
_ATTRIBUTES = b"* -text\ncassette.sums -diff\n"

Progress = Callable[[Iterable[str]], Iterable[str]]


def is_text_cassette(folder: Path) -> bool:
    """True for a folder with the header of a text cassette."""
    return (folder / HEADER_FILE).is_file()


def read_folder(folder: Path) -> list[Exchange]:
    """Return the exchanges of a text cassette, redacted again where other rules than today's redacted it.

    Errors: CassetteError that names folder, file and member.
    """
    files = _read_files(folder)
    try:
        header, exchanges = read_header(files), from_files(files)
    except CassetteError as error:
        raise CassetteError(f"{folder}/{error}") from error
    return exchanges if header.redaction == RULE_SET else redacted_again(exchanges, secrets.token_bytes(32))


def rules_of(folder: Path) -> str:
    """Return the name of the rules by which a text cassette was redacted.

    Errors: CassetteError as `read_folder` has them.
    """
    return header_of(folder).redaction


def header_of(folder: Path) -> HeaderForm:
    """Return the header of a text cassette. Errors: CassetteError that names folder, file and member."""
    try:
        return read_header({HEADER_FILE: (folder / HEADER_FILE).read_bytes()})
    except OSError as error:
        raise CassetteError(f"{folder}: cannot be read: {error.strerror}; expected a text cassette") from error
    except CassetteError as error:
        raise CassetteError(f"{folder}/{error}") from error


def _read_files(folder: Path) -> dict[str, bytes]:
    try:
        paths = sorted((*folder.glob("*.json"), *(folder / BLOBS).glob("sha256-*")))
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}
    except OSError as error:
        raise CassetteError(f"{folder}: cannot be read: {error.strerror}; expected a text cassette") from error


def write_folder(folder: Path, exchanges: Iterable[Exchange], progress: Progress = iter) -> None:
    """Make a folder hold exactly these exchanges, with the hashes of its files. Equal files stay untouched.

    Errors: StoreError when it cannot be written.
    """
    files = to_files(exchanges, folder.name.removesuffix(SUFFIX), _max_age_days(folder))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name in progress(sorted(files)):
            write_file(folder / name, files[name])
        _remove_stale(folder, files)
        write_file(folder / ATTRIBUTES_FILE, _ATTRIBUTES)
        write_file(folder / SUMS_FILE, written_sums({name: sha256(files[name]).hexdigest() for name in files}))
    except OSError as error:
        raise StoreError(f"{folder}: cannot be written: {error.strerror}") from error


def write_file(path: Path, content: bytes) -> None:
    """Put a file in place whole and on disk, unless it is there already."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(exist_ok=True)
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


def _max_age_days(folder: Path) -> float | None:
    """Return how old a cassette may get, as its header says: that was decided by hand and outlives a recording."""
    return header_of(folder).max_age_days if is_text_cassette(folder) else None


def _remove_stale(folder: Path, files: Mapping[str, bytes]) -> None:
    """Remove what an earlier writing left: files of exchanges and blobs that are no longer of the cassette."""
    blobs = folder / BLOBS
    for path in (*folder.glob("*.json"), *blobs.glob("sha256-*")):
        name = path.relative_to(folder).as_posix()
        if name not in files and (is_exchange_file(name) or is_blob(name)):
            path.unlink()
    if blobs.is_dir() and not any(blobs.iterdir()):
        blobs.rmdir()
