"""The writer thread: what waits is committed together, one transaction for all that arrived during the last one.

One statement writes a batch, because each step of SQLite gives the interpreter away and gets it back late from a busy
event loop; one call into the loop resolves it. A batch that cannot be committed fails as a whole, and only it.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread

from gateway.errors import StoreFullError
from gateway.stores.rows import EXCHANGE_COLUMNS, REQUEST_COLUMNS, Row

BATCH = 256
BATCH_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Ask:
    """Something to commit: an exchange, a note, the end of a note, or an exchange with the end of its note."""

    future: asyncio.Future[int]
    weight: int = 0
    exchange: Row | None = None
    note: Row | None = None
    ended_note: int | None = None


Outcome = Sequence[tuple[Ask, int | StoreFullError]]


class Writer:
    """Commits what it is asked, in that order. `settle` is called in the loop of the futures, once a batch."""

    def __init__(self, connection: sqlite3.Connection, path: Path, settle: Callable[[Outcome], None]) -> None:
        self._connection = connection
        self._path = path
        self._settle = settle
        self._asks: SimpleQueue[Ask | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="cassette-writer", daemon=True)
        self._thread.start()

    def put(self, ask: Ask) -> None:
        self._asks.put(ask)

    def close(self) -> None:
        """Commit what waits, then end."""
        self._asks.put(None)
        self._thread.join()
        self._connection.close()

    def _run(self) -> None:
        while (first := self._asks.get()) is not None:
            batch = [first, *self._waiting(first.weight)]
            self._report(batch, self._outcome(batch))

    def _waiting(self, weight: int) -> Iterator[Ask]:
        """Yield what waits behind the first of a batch, as long as the batch stays small."""
        for _ in range(BATCH - 1):
            if weight >= BATCH_BYTES:
                return
            try:
                ask = self._asks.get_nowait()
            except Empty:
                return
            if ask is None:
                self._asks.put(None)
                return
            weight += ask.weight
            yield ask

    def _outcome(self, batch: list[Ask]) -> Outcome:
        try:
            notes = self._commit(batch)
        except (sqlite3.Error, UnicodeError, OverflowError) as error:
            with suppress(sqlite3.Error):
                self._connection.rollback()
            reason = f"{self._path}: did not take the record: {error}"
            return [(ask, StoreFullError(reason)) for ask in batch]
        return [(ask, next(notes) if ask.note else 0) for ask in batch]

    def _commit(self, batch: list[Ask]) -> Iterator[int]:
        """Commit a batch; returns the numbers of its notes in order."""
        notes = [ask.note for ask in batch if ask.note]
        exchanges = [ask.exchange for ask in batch if ask.exchange]
        ended = [ask.ended_note for ask in batch if ask.ended_note is not None]
        self._connection.execute("BEGIN IMMEDIATE")
        if exchanges:
            self._insert("exchanges", EXCHANGE_COLUMNS, exchanges)
        if ended:
            self._connection.execute(f"DELETE FROM intents WHERE id IN ({_marks(len(ended))})", ended)  # noqa: S608
        last = self._insert("intents", REQUEST_COLUMNS, notes) if notes else 0
        self._connection.execute("COMMIT")
        return iter(range(last - len(notes) + 1, last + 1))

    def _insert(self, table: str, columns: tuple[str, ...], rows: list[Row]) -> int:
        """Insert the rows in one statement and return the number of the last one; the others precede it."""
        values = ",".join([f"({_marks(len(columns))})"] * len(rows))
        sql = f"INSERT INTO {table} ({','.join(columns)}) VALUES {values}"  # noqa: S608 - names of our own
        cursor = self._connection.execute(sql, [value for row in rows for value in row])
        return cursor.lastrowid or 0

    def _report(self, batch: list[Ask], outcome: Outcome) -> None:
        loop = batch[0].future.get_loop()
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(self._settle, outcome)


def _marks(count: int) -> str:
    return ",".join("?" * count)
