"""The audit trail on disk: append-only files of one record a line, one chain of them a writing process.

`FOLDER/CHAIN.SEQ.jsonl`, where SEQ is the first record in it. A record is in the file when `append` returns: one
`write(2)`, which a killed process cannot take back; with `power` durability also what a power failure leaves. A record
that was not taken whole is taken back, so that a full disk leaves whole lines only. The files are the truth; whatever
else holds records is drawn from them.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

import orjson

from gateway.audit.chain import START, Head, linked
from gateway.audit.drafts import Record
from gateway.audit.verification import Line
from gateway.errors import StoreError, StoreFullError

ROTATE_BYTES = 64 * 1024 * 1024
_NAME = re.compile(r"(?P<chain>[A-Za-z0-9_.-]+)\.(?P<seq>[0-9]{12})\.jsonl")
_TAIL = 1024 * 1024
# Files that were rotated away and are not known to last yet; more than a turn of the loop can fill.
_RETIRED = 8


class BusyError(StoreError):
    """Another process writes this chain."""


class AuditFiles:
    """Appends to one chain. Used from one thread; the lock on the chain keeps other processes out."""

    def __init__(self, folder: Path, chain: str, rotate_bytes: int = ROTATE_BYTES) -> None:
        """Open a chain where it ended; a last line that was never whole is cut off.

        Errors: StoreError for a folder that cannot be written, BusyError for a chain that another process writes.
        """
        self.folder = folder
        self.chain = chain
        self._rotate_bytes = rotate_bytes
        self._path: Path
        self._file: int
        self._size: int
        self._is_torn = False
        self._retired: list[int] = []
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._lock = _locked(folder / f"{chain}.lock")
            self._head = self._resumed()
        except OSError as error:
            raise StoreError(f"{folder}: the audit trail cannot be written ({error.strerror})") from error

    @property
    def head(self) -> Head:
        return self._head

    def append(self, record: Record) -> Head:
        """Return the head that the record made, when it is in the file.

        Errors: StoreFullError when it was not taken; then nothing of it is in the file.
        """
        line, head = linked(self.chain, self._head, record)
        line += b"\n"
        size = self._size + len(line)
        if size > self._rotate_bytes and self._size:
            self.rotate()
            size = self._size + len(line)
        try:
            self._write(line)
        except OSError as error:
            raise StoreFullError(f"{self._path}: did not take the record: {error.strerror}") from error
        self._size, self._head = size, head
        return head

    def is_in_place(self) -> bool:
        """Return whether the file that is written is still the one that readers find."""
        try:
            return os.path.samestat(os.stat(self._path), os.fstat(self._file))
        except OSError:
            return False

    @property
    def written_at(self) -> float:
        """When something was last written into the file, in seconds since the epoch."""
        return os.fstat(self._file).st_mtime

    def rotate(self) -> None:
        """Go on in a new file, if one can be had; else in the one that is there. One without a record is new."""
        if self._size == 0 and self.is_in_place():
            return
        before, size, path = self._file, self._size, self._path
        try:
            self._open(self.folder / _name(self.chain, self._head.seq + 1))
        except OSError:
            self._file, self._size, self._path = before, size, path
            return
        self._retired.append(before)
        while len(self._retired) > _RETIRED:
            os.close(self._retired.pop(0))

    def unsynced(self) -> Callable[[], None]:
        """Return what makes all that was appended until now outlive a power failure. It is called once, in whatever
        thread.

        Errors: what is returned raises StoreFullError.
        """
        files, self._retired = [*self._retired, os.dup(self._file)], []
        return partial(_sync, self._path, files)

    def close(self) -> None:
        for file in (*self._retired, self._file, self._lock):
            os.close(file)

    def _write(self, line: bytes) -> None:
        if self._is_torn:
            self._cut_back()
        try:
            written = os.write(self._file, line)
        except OSError:
            self._take_back()
            raise
        if written != len(line):
            self._take_back()
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def _take_back(self) -> None:
        """Cut off what was taken of a record; what cannot be cut off now is before the next one."""
        self._is_torn = True
        with suppress(OSError):
            self._cut_back()

    def _cut_back(self) -> None:
        os.ftruncate(self._file, self._size)
        self._is_torn = False

    def _resumed(self) -> Head:
        files = files_of(self.folder, self.chain)
        if not files:
            self._open(self.folder / _name(self.chain, 1))
            return START
        self._open(files[-1])
        last = self._cut_to_whole_lines()
        return last if last is not None else _head_before(files)

    def _open(self, path: Path) -> None:
        is_new = not path.exists()
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        self._path = path
        self._size = os.fstat(self._file).st_size
        if is_new:
            _sync_folder(path.parent)

    def _cut_to_whole_lines(self) -> Head | None:
        """Cut off what was never acknowledged, and return the head of the file, None when it is empty."""
        last = last_line(self._path)
        whole = last.end
        if whole != self._size:
            os.ftruncate(self._file, whole)
            self._size = whole
        return _head_of(last.text) if last.text else None


def _sync_folder(folder: Path) -> None:
    """Let the name of a new file outlive a power failure, where folders can be made to."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sync(path: Path, files: list[int]) -> None:
    try:
        for file in files:
            os.fdatasync(file)
    except OSError as error:
        raise StoreFullError(f"{path}: cannot be made to last: {error.strerror}") from error
    finally:
        for file in files:
            os.close(file)


class Last:
    """The last whole line of a file, and where it ends."""

    __slots__ = ("end", "text")

    def __init__(self, text: bytes, end: int) -> None:
        self.text = text
        self.end = end


def last_line(path: Path) -> Last:
    """Return the last whole line of a file, empty when there is none."""
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        tail = b""
        start = size
        while start > 0 and tail.count(b"\n") < 2:
            start = max(0, start - _TAIL)
            file.seek(start)
            tail = file.read(size - start)
    whole, newline, _ = tail.rpartition(b"\n")
    if not newline:
        return Last(b"", 0)
    return Last(whole.rpartition(b"\n")[2], start + len(whole) + 1)


def chains_in(folder: Path) -> tuple[str, ...]:
    """Return the names of the chains that a folder holds."""
    matches = (_NAME.fullmatch(path.name) for path in folder.glob("*.jsonl"))
    return tuple(sorted({match["chain"] for match in matches if match}))


def files_of(folder: Path, chain: str) -> list[Path]:
    """Return the files of a chain in order."""
    return sorted(path for path in folder.glob(f"{chain}.*.jsonl") if _belongs(path, chain))


def first_seq(path: Path) -> int:
    """Return the number of the first record of a file."""
    match = _NAME.fullmatch(path.name)
    assert match is not None, "only files of a chain are asked for"
    return int(match["seq"])


def chain_of(path: Path) -> str:
    """Return the chain that a file belongs to."""
    return path.name.rsplit(".", 2)[0]


def lines_of(files: Iterable[Path]) -> Iterator[Line]:
    """Yield the whole lines of files with their places."""
    for path in files:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if line.endswith(b"\n"):
                    yield Line(f"{path.name}:{number}", line[:-1])


def _belongs(path: Path, chain: str) -> bool:
    match = _NAME.fullmatch(path.name)
    return match is not None and match["chain"] == chain


def _name(chain: str, seq: int) -> str:
    return f"{chain}.{seq:012}.jsonl"


def _head_before(files: list[Path]) -> Head:
    """Return the head behind the last file that holds a record, for a chain whose newest file is empty."""
    for path in reversed(files[:-1]):
        last = last_line(path)
        if last.text:
            return _head_of(last.text)
    if first_seq(files[-1]) > 1:
        raise StoreError(f"{files[-1]}: the files before it are gone, so the chain cannot go on; move it away")
    return START


def _head_of(line: bytes) -> Head:
    try:
        record = orjson.loads(line)
        return Head(record["seq"], record["hash"])
    except (ValueError, KeyError, TypeError) as error:
        raise StoreError(
            f"the last record of the audit trail is damaged: {error}; see evs-gateway audit verify"
        ) from error


def _locked(path: Path) -> int:
    """Return the descriptor that keeps others from writing the chain. Errors: StoreError when somebody does."""
    lock = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        os.close(lock)
        raise BusyError(f"{path}: another process writes this chain") from error
    return lock
