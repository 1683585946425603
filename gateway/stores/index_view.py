"""What a reader of an index sees of its file: one state for many look-ups, and never two indexes mixed.

Numbers in an index mean nothing in another one. So a view is renewed only while the file still holds the index that it
began with, told by its facts; one that somebody makes anew meanwhile, or for more exchanges, is not for this reader,
who goes on with what was recorded when it began.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

from gateway.stores import index_tables
from gateway.stores.opening import open_for_reading

# Look-ups in one view: a view of its own takes each twice as long.
LOOK_UPS = 1000
_CACHE_KB = 32 * 1024


class View:
    """One view of an index. It is renewed now and then, after look-ups or when it is time, so that whoever records into
    the file can take its log away."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Begin with the state that a connection is looking at, or looks at now."""
        if not connection.in_transaction:
            connection.execute("BEGIN")
        self.facts: dict[str, Any] = index_tables.facts(connection)
        self._left = LOOK_UPS
        self._connection = connection
        self._cursor = _cached(connection).cursor()
        self._next = _beside(connection)

    def one(self, sql: str, *values: object) -> Any:
        """Return the first row of a look-up, None when there is none."""
        if self._left == 0:
            self.renew()
        self._left -= 1
        return self._cursor.execute(sql, values).fetchone()

    def rows(self, sql: str, *values: object) -> list[Any]:
        """Return the rows of a look-up."""
        if self._left == 0:
            self.renew()
        self._left -= 1
        return self._cursor.execute(sql, values).fetchall()

    def close(self) -> None:
        self._connection.close()
        if self._next is not None:
            self._next.close()

    def renew(self) -> None:
        """Look at the file as it is now if its index is the same, else go on with the old view. The next one is held
        by a connection beside until this one has it too: the index may be made anew just in between."""
        self._left = LOOK_UPS
        if self._next is None or not self._begins(self._next):
            return
        self._connection.rollback()
        if not self._begins(self._connection):
            self._connection, self._next = self._next, self._connection
            self._cursor = self._connection.cursor()
        else:
            self._next.rollback()

    def _begins(self, connection: sqlite3.Connection) -> bool:
        """Begin a view, and end it again where it shows another index."""
        connection.execute("BEGIN")
        is_same = index_tables.facts(connection) == self.facts
        if not is_same:
            connection.rollback()
        return is_same


def _beside(connection: sqlite3.Connection) -> sqlite3.Connection | None:
    """Return another connection to the same file; none for a temporary one, which nobody else writes."""
    _, _, file = connection.execute("PRAGMA database_list").fetchone()
    return _cached(open_for_reading(Path(file))) if file else None


def _cached(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KB}")
    return connection
