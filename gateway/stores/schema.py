"""The format of a cassette file: its tables, its number, and the way from an older number to this one.

`meta` holds the format's name and number, so that a file of another program or of a later version is told from a
cassette before anything in it is read. A migration is a function added at the end of `MIGRATIONS`; the number of a file
is how many of them it has seen. A file that is opened for writing is brought over; one that is only read stays as it
is, and a copy of it is.
"""

from __future__ import annotations

import re
import secrets
import sqlite3
from collections.abc import Callable
from pathlib import Path

from sqlite_utils import Database
from sqlite_utils.db import Table

from gateway.errors import CassetteError

FORMAT = "evs-gateway cassette"
_ID = re.compile("[0-9a-f]{32}")

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


def _chain(database: Database) -> None:
    """Format 2: each exchange has an id and is bound to the one before; the store itself refuses one that is not.

    `head` holds the number of rows and the hash of the last; before the first row it is the cassette's own id, so that
    no row of another cassette fits. Rows of format 1 have no hash: their columns are empty.
    """
    cassette = secrets.token_bytes(16)
    for column in ("id TEXT NOT NULL DEFAULT ''", "key TEXT NOT NULL DEFAULT ''", *_HASHES):
        database.execute(f"ALTER TABLE exchanges ADD COLUMN {column}")
    _table(database, "head", {"one": int, "count": int, "mac": bytes}, pk="one")
    database.execute("INSERT INTO head SELECT 1, count(*), ? FROM exchanges", (cassette,))
    database.execute("INSERT INTO meta (name, value) VALUES ('cassette', ?)", (cassette.hex(),))
    database.execute(_FOLLOWS)
    _table(database, "seals", {"id": int, **dict.fromkeys(("at", "by", "reason", "note", "state"), str)}, pk="id")


def _packed_bodies(_: Database) -> None:
    """Format 3: long bodies of answers may be packed (see `bodies`). Tables and hashes are those of format 2."""


_HASHES = ("prev BLOB NOT NULL DEFAULT x''", "mac BLOB NOT NULL DEFAULT x''")
MOVED = "does not follow the last exchange"
_FOLLOWS = """CREATE TRIGGER follows AFTER INSERT ON exchanges BEGIN
SELECT RAISE(ABORT, 'does not follow the last exchange') WHERE NEW.prev IS NOT (SELECT mac FROM head);
UPDATE head SET count = count + 1, mac = NEW.mac;
END"""


def _table(database: Database, name: str, columns: dict[str, type], pk: str) -> None:
    table = database[name]
    assert isinstance(table, Table)
    table.create(columns, pk=pk, not_null=set(columns) - {pk})


MIGRATIONS: tuple[Callable[[Database], None], ...] = (_first_form, _chain, _packed_bodies)
NUMBER = len(MIGRATIONS)
# Formats that are read as they are: what has come since is only in files that have it.
ALIKE = 2


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


def is_current(connection: sqlite3.Connection, path: Path) -> bool:
    """True for a cassette that is read as it is, false for one of an older format that has to be brought over first.

    Errors: CassetteError for a foreign or newer file.
    """
    return _number(connection, path, empty=None) >= ALIKE


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


def cassette_id(connection: sqlite3.Connection) -> str:
    """Return the id of a cassette, which it keeps as long as its chain goes on.

    Errors: sqlite3.DatabaseError for a file that has none.
    """
    row = connection.execute("SELECT CAST(value AS TEXT) FROM meta WHERE name = 'cassette'").fetchone()
    if row is None or not _ID.fullmatch(row[0]):
        raise sqlite3.DatabaseError("its table meta names no cassette")
    return str(row[0])
