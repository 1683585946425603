"""A cassette by its path: an SQLite file, or a folder `NAME.cassette` in the text form."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from gateway.cassette.exchange import Exchange
from gateway.errors import CassetteError, StoreFullError
from gateway.http.messages import Request
from gateway.stores.folder_recording import WORKING, FolderRecording, is_settled
from gateway.stores.incomplete_file import Incomplete, read_incomplete
from gateway.stores.ledger import PLAIN_LEDGER, Ledger
from gateway.stores.sqlite import CassetteReader, CassetteStore
from gateway.stores.text_folder import SUFFIX, is_text_cassette, read_folder


class Cassette(Protocol):
    """An open cassette: read, and where it was opened for recording, appended to."""

    def read(self) -> Iterator[Exchange]: ...

    def count(self) -> int: ...

    def incomplete(self) -> list[Incomplete]: ...

    async def intend(self, request: Request) -> int: ...

    async def append(self, exchange: Exchange, intent: int | None = None) -> None: ...

    async def withdraw(self, intent: int) -> None: ...

    def fault(self) -> str | None: ...

    def close(self) -> None: ...


def is_folder_form(path: Path) -> bool:
    """True when a path means the text form: a folder, or a name that ends as text cassettes do."""
    return path.is_dir() or path.suffix == SUFFIX


def cassette_exists(path: Path) -> bool:
    """True when something was recorded at a path, whether or not it can be read."""
    if path.is_dir():
        return is_text_cassette(path) or (path / WORKING).exists()
    return path.exists() and path.stat().st_size > 0


def open_cassette(path: Path, create: bool = False, ledger: Ledger = PLAIN_LEDGER) -> Cassette:
    """Open a cassette: for reading, or with `create` for recording into it, made when it is missing. A text cassette
    whose recorders were all killed is finished first, where this process may. `ledger` is for
    the rows of a file; the text form has hashes that anybody can check.

    Errors: CassetteError for what is missing or no cassette, StoreError for what cannot be written.
    """
    if not is_folder_form(path):
        return CassetteStore.open(path, create=True, ledger=ledger) if create else ReadOnly(path, CassetteReader(path))
    if create:
        return FolderRecording(path)
    if not is_settled(path):
        return ReadOnly(path, CassetteReader(path / WORKING))
    _check_folder(path)
    return ReadOnly(path, Loaded(read_folder(path), read_incomplete(path)))


def _check_folder(path: Path) -> None:
    if not path.exists():
        raise CassetteError(f"{path}: no such cassette; record one first with --mode record")
    if not is_text_cassette(path):
        raise CassetteError(f"{path}: is a folder but no text cassette; expected cassette.json in it")


class Reading(Protocol):
    """What a source of exchanges can do."""

    def read(self) -> Iterator[Exchange]: ...

    def count(self) -> int: ...

    def incomplete(self) -> list[Incomplete]: ...

    def close(self) -> None: ...


class Loaded:
    """Exchanges that are in memory already."""

    def __init__(self, exchanges: list[Exchange], incomplete: list[Incomplete] | None = None) -> None:
        self._exchanges = exchanges
        self._incomplete = incomplete or []

    def read(self) -> Iterator[Exchange]:
        return iter(self._exchanges)

    def count(self) -> int:
        return len(self._exchanges)

    def incomplete(self) -> list[Incomplete]:
        return self._incomplete

    def close(self) -> None:
        """Nothing is held open."""


class ReadOnly:
    """A cassette opened for reading: it takes nothing."""

    def __init__(self, path: Path, source: Reading) -> None:
        self._path = path
        self._source = source
        self.read = source.read
        self.count = source.count
        self.incomplete = source.incomplete
        self.close = source.close

    async def intend(self, request: Request) -> int:
        raise StoreFullError(f"{self._path}: is open for reading; {request.method} cannot be noted")

    async def append(self, exchange: Exchange, intent: int | None = None) -> None:
        raise StoreFullError(f"{self._path}: is open for reading; {exchange.operation} ({intent}) cannot be kept")

    async def withdraw(self, intent: int) -> None:
        raise StoreFullError(f"{self._path}: is open for reading; it holds no note {intent} of this process")

    def fault(self) -> str | None:
        return f"{self._path}: is open for reading"
