"""Recording into a text cassette.

It goes through a working file inside the folder, `.recording.sqlite`, which starts as a copy of the text and is written
out as text when the last recorder closes. While it is there it is the whole cassette: whatever kills the gateway, what
was answered is found by the next reader, and the next recorder carries on from it. Who opens the folder next writes the
text, when no recorder is left; who may not write there reads the working file as it is. A text cassette that is
replaced as a whole goes the same way.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from gateway.cassette.exchange import Exchange
from gateway.errors import CassetteError, StoreError
from gateway.http.messages import Request
from gateway.stores.incomplete_file import Incomplete, add_incomplete, read_incomplete
from gateway.stores.sqlite import CassetteReader, CassetteStore, write_all
from gateway.stores.text_folder import is_text_cassette, read_folder, write_file, write_folder

WORKING = ".recording.sqlite"
_RECORDERS = ".recording.lock"
_IGNORE_FILE = ".gitignore"
_IGNORED = b".recording.*\n"


class FolderRecording:
    """A text cassette that this process records into, perhaps with others."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._is_open = True
        refuse_other_content(folder)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with _alone(folder):
                self._recorders = os.open(folder / _RECORDERS, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
                fcntl.flock(self._recorders, fcntl.LOCK_SH)
                self._store = self._opened()
        except OSError as error:
            raise StoreError(f"{folder}: cannot be written: {error.strerror}") from error

    def _opened(self) -> CassetteStore:
        try:
            return _opened(self._folder)
        except BaseException:
            os.close(self._recorders)
            raise

    def read(self) -> Iterator[Exchange]:
        return self._store.read()

    def count(self) -> int:
        return self._store.count()

    def incomplete(self) -> list[Incomplete]:
        return [*read_incomplete(self._folder), *self._store.incomplete()]

    async def intend(self, request: Request) -> int:
        return await self._store.intend(request)

    async def append(self, exchange: Exchange, intent: int | None = None) -> None:
        await self._store.append(exchange, intent)

    async def withdraw(self, intent: int) -> None:
        await self._store.withdraw(intent)

    def fault(self) -> str | None:
        return self._store.fault()

    def close(self) -> None:
        """Close the working file; the last of all recorders writes the text. A second call does nothing.

        Errors: StoreError when the text cannot be written; the working file then stays.
        """
        if not self._is_open:
            return
        self._is_open = False
        self._store.close()
        try:
            with _alone(self._folder):
                if _is_last(self._recorders):
                    _write_text(self._folder)
                    (self._folder / _RECORDERS).unlink(missing_ok=True)
        except OSError as error:
            raise StoreError(f"{self._folder}: cannot be written: {error.strerror}") from error
        finally:
            os.close(self._recorders)


def is_settled(folder: Path) -> bool:
    """Write the text of a recording that nobody carries on any more, and return whether the text is the cassette now:
    false while somebody records, and where this process may not write."""
    if not (folder / WORKING).exists():
        return True
    with suppress(OSError, StoreError), _alone(folder):
        _finish_left_behind(folder)
    return not (folder / WORKING).exists()


def replace_text(folder: Path, exchanges: Iterable[Exchange]) -> None:
    """Make a text cassette that is there hold exactly these exchanges. They go through the working file too: whatever
    happens on the way, the folder is the old cassette or the new one.

    Errors: CassetteError while it is recorded, StoreError when it cannot be written.
    """
    try:
        with _alone(folder):
            if (folder / WORKING).exists():
                raise CassetteError(f"{folder}: has a recording under way in {WORKING}; finish it first")
            _begin(folder, exchanges)
            _write_text(folder)
    except OSError as error:
        raise StoreError(f"{folder}: cannot be written: {error.strerror}") from error


def _finish_left_behind(folder: Path) -> None:
    recorders = os.open(folder / _RECORDERS, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        if (folder / WORKING).exists() and _is_last(recorders):
            _write_text(folder)
            (folder / _RECORDERS).unlink()
    finally:
        os.close(recorders)


def refuse_other_content(folder: Path) -> None:
    """Refuse to make a cassette of a folder that holds something else."""
    if folder.exists() and not folder.is_dir():
        raise CassetteError(f"{folder}: is a file; expected a folder of that name, or nothing")
    if folder.exists() and not is_text_cassette(folder) and any(not p.name.startswith(".") for p in folder.iterdir()):
        raise CassetteError(f"{folder}: holds something else; expected a text cassette with cassette.json, or nothing")


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Open and finish a recording undisturbed by other processes: they wait for the folder."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _is_last(recorders: int) -> bool:
    try:
        fcntl.flock(recorders, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _opened(folder: Path) -> CassetteStore:
    """Return the working file: the one that is there, or a new one with what the text holds."""
    working = folder / WORKING
    if not working.exists():
        write_file(folder / _IGNORE_FILE, _IGNORED)
        _begin(folder, read_folder(folder) if is_text_cassette(folder) else [])
    return CassetteStore.open(working, create=False)


def _begin(folder: Path, exchanges: Iterable[Exchange]) -> None:
    """Put a working file with these exchanges in its place: from then on it is the cassette."""
    fresh = folder / f"{WORKING}.new"
    _discard(fresh)
    try:
        write_all(fresh, exchanges)
    except BaseException:
        _discard(fresh)
        raise
    _discard(folder / WORKING)
    fresh.replace(folder / WORKING)


def _write_text(folder: Path) -> None:
    reader = CassetteReader(folder / WORKING)
    try:
        write_folder(folder, reader.read())
        add_incomplete(folder, reader.incomplete())
    finally:
        reader.close()
    _discard(folder / WORKING)


def _discard(database: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        database.with_name(f"{database.name}{suffix}").unlink(missing_ok=True)
