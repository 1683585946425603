"""The writer thread: what waits is committed together, one transaction for all that arrived during the last one.

One statement writes all rows of a kind, and is its own transaction where it is alone, because each call of SQLite gives
the interpreter away and gets it back late from a busy event loop; one call into the loop resolves a batch. A batch that
cannot be committed fails as a whole, and only it.

Before a batch is written the file is looked for: nothing goes into one that nobody finds any more, and no note of a
write into one that has no room for its exchange.

Each row is bound to the one before. The writer remembers the head of the chain; when another process has appended
meanwhile, the store refuses the batch and it is bound anew to the head as it is, read in the same transaction.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import chain
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

from gateway.cassette.chain import PLAIN, ChainKey, Head
from gateway.contract.fleeting import fleeting
from gateway.errors import StoreFullError
from gateway.stores.bodies import Packing
from gateway.stores.chaining import Binding, head_of
from gateway.stores.ground import Ground
from gateway.stores.ledger import Anchoring
from gateway.stores.rows import REQUEST_COLUMNS, STORED_COLUMNS, Row
from gateway.stores.schema import MOVED

BATCH = 256
BATCH_BYTES = 8 * 1024 * 1024


@fleeting
class Ask:
    """Something to commit: an exchange, a note, the end of a note, or an exchange with the end of its note."""

    future: asyncio.Future[int]
    weight: int = 0
    exchange: Row | None = None
    note: Row | None = None
    ended_note: int | None = None


Statement = tuple[str, list[Any]]
Outcome = Sequence[tuple[Ask, int | StoreFullError]]


class Writer:
    """Commits what it is asked, in that order. `settle` is called in the loop of the futures, once a batch."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        settle: Callable[[Outcome], None],
        key: ChainKey = PLAIN,
        anchoring: Anchoring | None = None,
        ground: Ground | None = None,
    ) -> None:
        self._connection = connection
        self._path = path
        self._ground = ground or Ground(path)
        self._settle = settle
        self._key = key
        self._anchoring = anchoring
        self._head: Head | None = None
        self._packing = Packing()
        self._asks: SimpleQueue[Sequence[Ask] | None] = SimpleQueue()
        self._waiting: deque[Ask] = deque()
        self._is_ending = False
        self._thread = Thread(target=self._run, name="cassette-writer", daemon=True)
        self._thread.start()

    def put(self, asks: Sequence[Ask]) -> None:
        """Take what was asked in one turn of the loop."""
        self._asks.put(asks)

    def close(self) -> None:
        """Commit what waits, tell the head, then end."""
        self._asks.put(None)
        self._thread.join()
        if self._anchoring is not None:
            self._anchoring.finish()
        self._connection.close()

    def _run(self) -> None:
        while self._listen():
            batch = self._batch()
            self._report(batch, self._outcome(batch))
            if self._anchoring is not None and self._head is not None:
                self._anchoring.grown(self._head)

    def _listen(self) -> bool:
        """Take all that was asked by now; where there is nothing, wait for it. Return false at the end."""
        with suppress(Empty):
            while not self._is_ending:
                asks = self._asks.get_nowait() if self._waiting else self._asks.get()
                self._is_ending = asks is None
                self._waiting.extend(asks or ())
        return bool(self._waiting)

    def _batch(self) -> list[Ask]:
        """Return what is committed next: all that waits, as long as the batch stays small."""
        batch, weight = [self._waiting.popleft()], 0
        while self._waiting and len(batch) < BATCH:
            weight += batch[-1].weight
            if weight >= BATCH_BYTES:
                break
            batch.append(self._waiting.popleft())
        return batch

    def _outcome(self, batch: list[Ask]) -> Outcome:
        fault = self._ground.fault()
        if fault is not None:
            return [(ask, fault) for ask in batch]
        noted = [ask for ask in batch if ask.note]
        shortage = self._ground.shortage() if noted else None
        if shortage is None:
            return self._written(batch)
        others = [ask for ask in batch if not ask.note]
        return [*((ask, shortage) for ask in noted), *(self._written(others) if others else ())]

    def _written(self, batch: list[Ask]) -> Outcome:
        try:
            notes = self._commit(batch)
        except (sqlite3.Error, ValueError, OverflowError) as error:
            with suppress(sqlite3.Error):
                self._connection.rollback()
            reason = f"{self._path}: did not take the record: {error}"
            return [(ask, StoreFullError(reason)) for ask in batch]
        return [(ask, next(notes) if ask.note else 0) for ask in batch]

    def _commit(self, batch: list[Ask]) -> Iterator[int]:
        """Commit a batch; returns the numbers of its notes in order."""
        notes = [ask.note for ask in batch if ask.note]
        try:
            last = self._append(batch, notes, self._head)
        except sqlite3.IntegrityError as error:
            if MOVED not in str(error):
                raise
            self._connection.rollback()
            last = self._append(batch, notes, None)
        return iter(range(last - len(notes) + 1, last + 1))

    def _append(self, batch: list[Ask], notes: list[Row], head: Head | None) -> int:
        """Commit a batch behind a head, None for the one that the file has then."""
        rows = [ask.exchange for ask in batch if ask.exchange]
        if head is None and rows:
            self._connection.execute("BEGIN IMMEDIATE")
            head = head_of(self._connection)
        if not head:
            return self._run_together(list(_statements([], batch, notes)))
        binding = Binding(self._key, head, self._packing)
        last = self._run_together(list(_statements(list(map(binding.bind, rows)), batch, notes)))
        self._head = binding.head
        return last

    def _run_together(self, statements: list[Statement]) -> int:
        """Run statements in one transaction, a single one by itself, and return the number of the last row inserted."""
        last: int | None = 0
        if len(statements) == 1 and not self._connection.in_transaction:
            return self._connection.execute(*statements[0]).lastrowid or 0
        if not self._connection.in_transaction:
            self._connection.execute("BEGIN IMMEDIATE")
        for statement in statements:
            last = self._connection.execute(*statement).lastrowid
        self._connection.execute("COMMIT")
        return last or 0

    def _report(self, batch: list[Ask], outcome: Outcome) -> None:
        loop = batch[0].future.get_loop()
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(self._settle, outcome)


def _statements(exchanges: list[Row], batch: list[Ask], notes: list[Row]) -> Iterator[Statement]:
    """Yield what a batch asks for, its notes last: their numbers are read from the last row."""
    if exchanges:
        yield _insertion("exchanges", STORED_COLUMNS, exchanges)
    if ended := [ask.ended_note for ask in batch if ask.ended_note is not None]:
        yield f"DELETE FROM intents WHERE id IN ({_marks(len(ended))})", ended  # noqa: S608
    if notes:
        yield _insertion("intents", REQUEST_COLUMNS, notes)


def _insertion(table: str, columns: tuple[str, ...], rows: list[Row]) -> Statement:
    """Return the statement that inserts all rows; their numbers follow each other."""
    return _inserting(table, columns, len(rows)), list(chain.from_iterable(rows))


@lru_cache(maxsize=2 * BATCH)
def _inserting(table: str, columns: tuple[str, ...], count: int) -> str:
    values = ",".join([f"({_marks(len(columns))})"] * count)
    return f"INSERT INTO {table} ({','.join(columns)}) VALUES {values}"  # noqa: S608 - names of our own


def _marks(count: int) -> str:
    return ",".join("?" * count)
