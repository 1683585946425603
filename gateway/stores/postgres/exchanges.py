"""Exchanges in the shared store: those of each cassette in its order, and those of one recording drawn together.

A recording is what cassettes of one name make, one of them a gateway. It is drawn in the order in which exchanges
started, so that every gateway that draws the same exchanges has the same recording.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from psycopg.sql import SQL, Identifier

from gateway.cassette.exchange import Exchange
from gateway.stores.postgres.connecting import Connection, translated
from gateway.stores.rows import EXCHANGE_COLUMNS, Row, exchange_of

_COLUMNS = SQL(", ").join(map(Identifier, EXCHANGE_COLUMNS))
_COPY = SQL("COPY evs_gateway.exchanges (cassette, seq, {}) FROM STDIN").format(_COLUMNS)
_DRAW = SQL(
    "SELECT seq, {} FROM evs_gateway.exchanges "
    "WHERE cassette IN (SELECT cassette FROM evs_gateway.cassettes WHERE recording = %s) "
    "ORDER BY started_at, id, cassette"
).format(_COLUMNS)

# Where the target stands in a row of `seq` and those columns. It may hold any byte, which text may not.
_TARGET = 1 + EXCHANGE_COLUMNS.index("target")


class Exchanges:
    """The exchanges of the shared store, through one connection."""

    def __init__(self, connection: Connection, url: str) -> None:
        self._connection = connection
        self._url = url

    def last(self, cassette: str) -> int:
        """Return the number of the last exchange of a cassette that is here. Errors: StoreError."""
        with translated(self._url):
            row = self._connection.execute(
                "SELECT seq FROM evs_gateway.cassettes WHERE cassette = %s", (cassette,)
            ).fetchone()
        return int(row[0]) if row is not None else 0

    def add(self, cassette: str, recording: str, rows: Sequence[Row]) -> int:
        """Take rows of `seq` and the columns of an exchange, less those taken before; return the last number there is.

        Errors: StoreError when nothing of it was taken.
        """
        with translated(self._url), self._connection.transaction():
            last = self._locked(cassette, recording)
            fresh = [row for row in rows if row[0] > last]
            with self._connection.cursor() as cursor, cursor.copy(_COPY) as copy:
                for row in fresh:
                    copy.write_row((cassette, *_with(row, str(row[_TARGET]).encode())))
            last = fresh[-1][0] if fresh else last
            self._connection.execute("UPDATE evs_gateway.cassettes SET seq = %s WHERE cassette = %s", (last, cassette))
            return last

    def has(self, recording: str) -> bool:
        """Return whether anything was recorded under a name. Errors: StoreError."""
        with translated(self._url):
            row = self._connection.execute(
                "SELECT 1 FROM evs_gateway.cassettes WHERE recording = %s AND seq > 0 LIMIT 1", (recording,)
            ).fetchone()
        return row is not None

    def drawn(self, recording: str) -> Iterator[Exchange]:
        """Yield the exchanges of a recording, numbered anew. Errors: StoreError."""
        with translated(self._url), self._connection.transaction(), self._connection.cursor("drawn") as cursor:
            cursor.execute(_DRAW, (recording,))
            for number, row in enumerate(cursor, 1):
                yield exchange_of(_with(row, row[_TARGET].decode())).numbered(number)

    def _locked(self, cassette: str, recording: str) -> int:
        self._connection.execute(
            "INSERT INTO evs_gateway.cassettes VALUES (%s, %s, 0) ON CONFLICT DO NOTHING", (cassette, recording)
        )
        row = self._connection.execute(
            "SELECT seq FROM evs_gateway.cassettes WHERE cassette = %s FOR UPDATE", (cassette,)
        ).fetchone()
        assert row is not None, "it was made above, and nobody deletes it"
        return int(row[0])


def _with(row: Row, target: str | bytes) -> Row:
    """Return a row with its target in another form."""
    return (*row[:_TARGET], target, *row[_TARGET + 1 :])
