"""Rows bound into the chain of a cassette, behind the head that its file has."""

from __future__ import annotations

import sqlite3

from gateway.cassette.chain import ChainKey, Head
from gateway.stores.bodies import Packing
from gateway.stores.rows import Row, as_stored, canonical_pieces


def head_of(connection: sqlite3.Connection) -> Head:
    """Return the head as the file has it; in a transaction that may write, nobody appends behind it meanwhile.

    Errors: sqlite3.DatabaseError for a file without one.
    """
    row = connection.execute("SELECT CAST(count AS INTEGER), CAST(mac AS BLOB) FROM head").fetchone()
    if row is None or None in row:
        raise sqlite3.DatabaseError("its table head is empty")
    return Head(*row)


class Binding:
    """Binds rows behind a head, each behind the one before."""

    def __init__(self, key: ChainKey, head: Head, packing: Packing | None = None) -> None:
        self._key = key
        self._packing = packing or Packing()
        self._count = head.count
        self._mac = head.mac

    @property
    def head(self) -> Head:
        return Head(self._count, self._mac)

    def bind(self, row: Row) -> Row:
        """Return the values of `STORED_COLUMNS` for those of `EXCHANGE_COLUMNS`, as the file holds them.

        Errors: ValueError for a row that cannot be stored.
        """
        prev = self._mac
        self._mac = self._key.mac(prev, *canonical_pieces(row))
        self._count += 1
        return (*as_stored(row, self._packing), self._key.name, prev, self._mac)
