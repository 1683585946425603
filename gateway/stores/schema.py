"""The format of a cassette file: its tables, its number, and the way from an older number to this one.

`meta` holds the format's name and number, so that a file of another program or of a later version is told from a
cassette before anything in it is read. A migration is a function added at the end of `MIGRATIONS`; the number of a file
is how many of them it has seen.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.db import Table

from gateway.errors import CassetteError

FORMAT = "evs-gateway cassette"

_REQUEST = {
    "method": str,
    "target": str,
    "started_at": float,
    "connection": str,
    "request_headers": str,
    "request_body": bytes,
}
_ANSWER = {
    "status": int,
    "completed_at": float,
    "credential": str,
    "response_headers": str,
    "response_body": bytes,
    "redactions": str,
    "findings": str,
}


def _first_form(database: Database) -> None:
    """Tables of format 1: exchanges in the order of their commits, and notes of writes whose outcome is unknown."""
    _table(database, "exchanges", {"seq": int, "operation": str, **_REQUEST, **_ANSWER}, pk="seq")
    _table(database, "intents", {"id": int, **_REQUEST}, pk="id")
    _table(database, "meta", {"name": str, "value": str}, pk="name")


def _table(database: Database, name: str, columns: dict[str, type], pk: str) -> None:
    table = database[name]
    assert isinstance(table, Table)
    table.create(columns, pk=pk, not_null=set(columns) - {pk})


MIGRATIONS: tuple[Callable[[Database], None], ...] = (_first_form,)
NUMBER = len(MIGRATIONS)


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Bring a file that is open for writing to this version's format, in one transaction; several may try at once.

    Errors: CassetteError for a foreign or newer file.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        seen = _number(connection, path, empty=0)
        database = Database(connection)
        for migration in MIGRATIONS[seen:]:
            migration(database)
        pairs = (("format", FORMAT), ("number", str(NUMBER)))
        connection.executemany("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", pairs)
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise


def check(connection: sqlite3.Connection, path: Path) -> None:
    """Raise CassetteError unless the file is a cassette of this version's format, as readers need it."""
    number = _number(connection, path, empty=None)
    if number < NUMBER:
        raise CassetteError(
            f"{path}: is a cassette of format {number}; expected {NUMBER}: open it once for recording to bring it over"
        )


def _number(connection: sqlite3.Connection, path: Path, empty: int | None) -> int:
    """Return the format number of a file, `empty` for one without any table where that is given."""
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not tables and empty is not None:
        return empty
    known = dict(connection.execute("SELECT name, value FROM meta")) if "meta" in tables else {}
    if known.get("format") != FORMAT or not str(known.get("number", "")).isdigit():
        raise CassetteError(f"{path}: is an SQLite file but no cassette; expected format {FORMAT!r} in its table meta")
    if int(known["number"]) > NUMBER:
        raise CassetteError(
            f"{path}: is a cassette of format {known['number']}; expected at most {NUMBER}: use a newer evs-gateway"
        )
    return int(known["number"])
