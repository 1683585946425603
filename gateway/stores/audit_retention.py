"""Retention: files of a trail that are too old or too much go, and what they ended with stays, signed.

What stands for a file is on disk before the file goes, so a trail can be verified at every moment. The file that a
chain is written to never goes.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway.audit.anchors import Signer
from gateway.audit.canonical import canonical
from gateway.audit.chain import Head
from gateway.audit.entries import entry_of
from gateway.audit.retention import Dropped, Held, Limits, overdue
from gateway.errors import StoreError
from gateway.stores.audit_files import chains_in, files_of, first_seq, last_line
from gateway.stores.audit_index import INDEX_FILE, AuditIndex
from gateway.stores.audit_reading import DROPPED, parsed

LOCK_FILE = "retention.lock"


@dataclass(frozen=True, slots=True)
class _File:
    """A file that may go, and the head behind it."""

    path: Path
    head: Head
    held: Held


def retain(folder: Path, limits: Limits, signer: Signer, now_ms: int) -> list[Dropped]:
    """Take away what is beyond the limits, and return what stands for it now.

    Errors: StoreError when a file cannot be read or taken away; what went before it is gone.
    """
    try:
        with _alone(folder):
            return [_drop(folder, file, why, signer, now_ms) for file, why in _overdue(folder, limits, now_ms)]
    except OSError as error:
        raise StoreError(f"{folder}: retention could not be done ({error})") from error


def _overdue(folder: Path, limits: Limits, now_ms: int) -> list[tuple[_File, str]]:
    found = {(file.held.chain, file.held.first_seq): file for file in _files(folder)}
    total = sum(path.stat().st_size for chain in chains_in(folder) for path in files_of(folder, chain))
    due = overdue((file.held for file in found.values()), total, limits, now_ms)
    return [(found[held.chain, held.first_seq], why) for held, why in due]


def _files(folder: Path) -> Iterator[_File]:
    """Yield the files that may go: not the one that is written, nor the one that an empty one continues."""
    for chain in chains_in(folder):
        files = files_of(folder, chain)
        written = next((at for at in range(len(files) - 1, -1, -1) if last_line(files[at]).text), 0)
        yield from (_file(path, chain) for path in files[:written])


def _file(path: Path, chain: str) -> _File:
    record = parsed(last_line(path).text)
    if record is None or not isinstance(record.get("hash"), str):
        raise StoreError(
            f"{path}: its last record is damaged, so nothing can stand for it; see evs-gateway audit verify"
        )
    entry = entry_of(record)
    held = Held(chain, first_seq(path), path.stat().st_size, entry.ts_ms)
    return _File(path, Head(entry.seq, str(record["hash"])), held)


def _drop(folder: Path, file: _File, why: str, signer: Signer, now_ms: int) -> Dropped:
    dropped = Dropped(file.path.name, why, signer.anchor(file.held.chain, file.head, now_ms))
    _keep(folder / f"{file.held.chain}{DROPPED}", canonical(dropped.as_json()) + b"\n")
    if (folder / INDEX_FILE).exists():
        with AuditIndex(folder) as index:
            index.forget(file.path)
    file.path.unlink()
    return dropped


def _keep(path: Path, line: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "ab") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one at a time take files away."""
    lock = os.open(folder / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)
