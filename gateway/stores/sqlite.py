"""The store of a cassette: one SQLite file in WAL mode, written by group commit, read in pages.

Table `exchanges`, one row each, in the order of the commits (`seq` has no gaps, whoever writes):

| column | holds |
|---|---|
| seq | place in the cassette, from 1 |
| id | the exchange's own name, the same in every copy |
| operation | the catalogue's id, or `undocumented` |
| method, target | as the client sent them, less secrets |
| status | of the answer |
| started_at, completed_at | when the request and the answer had arrived whole, in seconds since the epoch |
| connection | the client's connection |
| credential | class of the credentials: none, token, signature |
| request_headers, response_headers | JSON arrays of name and value, as allowed by redaction |
| request_body, response_body | bytes; a long answer is packed (see `bodies`) |
| redactions | JSON array of the rules that removed something |
| findings | JSON array of what validation had to say about the request |
| key, prev, mac | name of the key, hash of the row before, hash of this row (see `cassette.chain`) |

Table `head`: how many rows there are, and the hash of the last. Table `intents`: notes of writes that were about to be
sent; one that is left has an unknown outcome. Table `seals`: who vouched for the content, and why. Table `meta`: the
format's name and number, and the cassette's id. Stores keep what they are given: redaction comes before.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Self

from gateway.cassette.exchange import Exchange
from gateway.errors import CassetteError, StoreFullError
from gateway.http.messages import Request
from gateway.stores import schema
from gateway.stores.chaining import Binding, head_of
from gateway.stores.ground import Ground, free_bytes
from gateway.stores.incomplete_file import Incomplete
from gateway.stores.ledger import PLAIN_LEDGER, Anchoring, Ledger
from gateway.stores.opening import open_for_reading, open_for_writing
from gateway.stores.rows import (
    EXCHANGE_COLUMNS,
    REQUEST_COLUMNS,
    STORED_COLUMNS,
    Row,
    exchange_of,
    exchange_row,
    request_of,
    request_row,
    request_weight,
    weight,
)
from gateway.stores.writer import Ask, Outcome, Writer

QUEUE = 4096
QUEUE_BYTES = 64 * 1024 * 1024
_PAGE = 256


class CassetteReader:
    """Reads a cassette file, whoever writes it meanwhile. Memory does not depend on its size."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = open_for_reading(path)

    def read(self) -> Iterator[Exchange]:
        """Yield the exchanges in order, those committed while it runs included."""
        last = 0
        while page := self._page(last):
            yield from (self._exchange(row) for row in page)
            last = page[-1][0]

    def _page(self, after: int) -> list[Row]:
        columns = ",".join(EXCHANGE_COLUMNS)
        sql = f"SELECT seq,{columns} FROM exchanges WHERE seq > ? ORDER BY seq LIMIT {_PAGE}"  # noqa: S608
        return self._rows(sql, after)

    def count(self) -> int:
        return int(self._rows("SELECT count(*) FROM exchanges")[0][0])

    def incomplete(self) -> list[Incomplete]:
        """Return the writes whose outcome is unknown, oldest first; while others record, those under way too."""
        rows = self._rows(f"SELECT {','.join(REQUEST_COLUMNS)} FROM intents ORDER BY id")  # noqa: S608
        try:
            return [Incomplete(request_of(row), row[2]) for row in rows]
        except (ValueError, TypeError, AttributeError) as error:
            raise CassetteError(f"{self.path}: a note of a write is damaged: {error}") from error

    def close(self) -> None:
        self._connection.close()

    def _rows(self, sql: str, *values: int) -> list[Row]:
        try:
            return self._connection.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise CassetteError(f"{self.path}: is damaged: {error}; expected a cassette") from error

    def _exchange(self, row: Row) -> Exchange:
        try:
            return exchange_of(row)
        except (ValueError, TypeError, AttributeError) as error:
            raise CassetteError(f"{self.path}: exchange {row[0]} is damaged: {error}") from error


class CassetteStore:
    """Keeps exchanges in a cassette file and reads them back. Used from one event loop at a time."""

    def __init__(
        self,
        connection: sqlite3.Connection,
        path: Path,
        free: Callable[[Path], int] = free_bytes,
        clock: Callable[[], float] = time.time,
        ledger: Ledger = PLAIN_LEDGER,
    ) -> None:
        self.path = path
        anchoring = Anchoring(ledger, path, schema.cassette_id(connection), clock)
        self._reader = CassetteReader(path)
        self._clock = clock
        self._queued = 0
        self._queued_bytes = 0
        self._waiters: list[asyncio.Future[None]] = []
        self._asked: list[Ask] = []
        self._is_open = True
        self._ground = Ground(path, free)
        self._writer = Writer(connection, path, self._settle, ledger.key, anchoring, self._ground)

    @classmethod
    def open(
        cls, path: Path, create: bool, free: Callable[[Path], int] = free_bytes, ledger: Ledger = PLAIN_LEDGER
    ) -> Self:
        """Open a cassette for recording; a missing one is made when `create` says so.

        Errors: CassetteError for what is no cassette, StoreError for what cannot be written.
        """
        connection = open_for_writing(path, create)
        try:
            return cls(connection, path, free, ledger=ledger)
        except sqlite3.DatabaseError as error:
            connection.close()
            raise CassetteError(f"{path}: is damaged: {error}; expected a cassette") from error

    async def append(self, exchange: Exchange, intent: int | None = None) -> None:
        """Return when the exchange is committed, and the note of `intent` gone with it.

        Errors: StoreFullError when it was not taken; then nothing of it is in the file.
        """
        row = exchange_row(exchange)
        if self._is_full():
            await self._room()
        await self._ask(weight(row), exchange=row, ended_note=intent)

    async def intend(self, request: Request) -> int:
        """Return the number of a committed note that this redacted request is about to be sent.

        Errors: StoreFullError when it was not taken, or when there would be no room for the exchange.
        """
        row = request_row(request, self._clock())
        if self._is_full():
            await self._room()
        return await self._ask(request_weight(row), note=row)

    async def withdraw(self, intent: int) -> None:
        """Return when the note is gone: the request is known not to have been sent."""
        if self._is_full():
            await self._room()
        await self._ask(0, ended_note=intent)

    def fault(self) -> str | None:
        """Return None when a write would be taken now, or one sentence about why not."""
        if not self._is_open:
            return f"{self.path}: is closed"
        fault = self._ground.fault() or self._ground.shortage()
        return str(fault) if fault is not None else None

    def read(self) -> Iterator[Exchange]:
        """Yield the exchanges in order."""
        return self._reader.read()

    def count(self) -> int:
        return self._reader.count()

    def incomplete(self) -> list[Incomplete]:
        """Return the writes whose outcome is unknown."""
        return self._reader.incomplete()

    def close(self) -> None:
        """Commit what waits and close the file; a second call does nothing."""
        if self._is_open:
            self._is_open = False
            self._hand_over()
            self._reader.close()
            self._writer.close()

    def _is_full(self) -> bool:
        return self._queued >= QUEUE or self._queued_bytes >= QUEUE_BYTES

    async def _room(self) -> None:
        """Return when there is room in the queue, to whoever looks first."""
        while self._is_full():
            waiter: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiters.append(waiter)
            await waiter

    def _ask(
        self, size: int, exchange: Row | None = None, note: Row | None = None, ended_note: int | None = None
    ) -> asyncio.Future[int]:
        """Return what will be settled when this is committed."""
        if not self._is_open:
            raise StoreFullError(f"{self.path}: is closed")
        self._queued += 1
        self._queued_bytes += size
        loop = asyncio.get_running_loop()
        future: asyncio.Future[int] = loop.create_future()
        if not self._asked:
            loop.call_soon(self._hand_over)
        self._asked.append(Ask(future, size, exchange, note, ended_note))
        return future

    def _hand_over(self) -> None:
        """Give the writer all that was asked in one turn of the loop: woken for the first of it, it would commit that
        one alone."""
        asked, self._asked = self._asked, []
        if asked:
            self._writer.put(asked)

    def _settle(self, outcome: Outcome) -> None:
        """Tell everyone of a batch how it went, then let those in who wait for room. Runs in the loop."""
        for ask, result in outcome:
            self._queued -= 1
            self._queued_bytes -= ask.weight
            if ask.future.done():
                continue
            if isinstance(result, StoreFullError):
                ask.future.set_exception(result)
            else:
                ask.future.set_result(result)
        if self._waiters:
            self._let_in()

    def _let_in(self) -> None:
        waiters, self._waiters = self._waiters, []
        for waiter in waiters:
            if not waiter.done():
                waiter.set_result(None)


def write_all(
    path: Path, exchanges: Iterable[Exchange], ledger: Ledger = PLAIN_LEDGER, notes: Iterable[Incomplete] = ()
) -> None:
    """Append exchanges, and notes of writes, to a cassette file in one transaction; a missing file is made.

    Errors: CassetteError for what is no cassette, StoreError when they are not taken.
    """
    connection = open_for_writing(path, create=True)
    try:
        connection.execute("BEGIN IMMEDIATE")
        binding = Binding(ledger.key, head_of(connection))
        rows = map(binding.bind, map(exchange_row, exchanges))
        connection.executemany(_insertion("exchanges", STORED_COLUMNS), rows)
        noted = (request_row(note.request, note.noted_at) for note in notes)
        connection.executemany(_insertion("intents", REQUEST_COLUMNS), noted)
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise StoreFullError(f"{path}: did not take the exchanges: {error}") from error
    finally:
        connection.close()


def _insertion(table: str, columns: tuple[str, ...]) -> str:
    return f"INSERT INTO {table} ({','.join(columns)}) VALUES ({','.join('?' * len(columns))})"  # noqa: S608
