"""Scopes shared by several processes: their events in one SQLite file, so that one client may meet any of them.

A request's turn is one short transaction. It begins by taking the file's write lock (`BEGIN IMMEDIATE`), so turns come
one after the other, whichever process has them; reads what others have appended to the scope since this process last
looked; and ends by appending its own events. An answer leaves only after that, so the next request of a client, to
whichever process, finds its scope as the answer left it. A process that dies in its turn has appended nothing, and
nothing was answered.

It costs about 0.1 ms a request on one core, and turns of different scopes wait for each other too. Nothing waits for
the disk (`synchronous` off): a crash of the machine may lose the end of a replay, which was only ever a replay. After
many events a scope is written down whole, and what came before is deleted.

Holds no token, signature or secret; the file is for its owner only.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from gateway.cassette.events import Event, Forgotten, decoded, encoded
from gateway.errors import StoreError
from gateway.stores.opening import use_wal
from gateway.stores.turns import Lengths, SharedTurn, is_whole

# The number of the way in which events are written.
FORMAT = 1
BUSY_TIMEOUT_MS = 10_000

_SCHEMA = f"""
PRAGMA user_version = {FORMAT};
CREATE TABLE IF NOT EXISTS scopes (
    id INTEGER PRIMARY KEY, recording TEXT NOT NULL, name TEXT NOT NULL, UNIQUE (recording, name)
);
CREATE TABLE IF NOT EXISTS events (
    scope INTEGER NOT NULL, number INTEGER NOT NULL, event TEXT NOT NULL, PRIMARY KEY (scope, number)
) WITHOUT ROWID;
"""
_NEWS = "SELECT number, event FROM events WHERE scope = ? AND number > ? ORDER BY number"
_SURROGATES = "surrogatepass"


class SharedJournal:
    """The scopes of one recording in a file. `recording` names it: places mean the same only in the same recording."""

    def __init__(self, path: Path, recording: str) -> None:
        self._path = path
        self._recording = recording
        self._connection = _opened(path)
        self._ids: dict[str, int] = {}
        self._seen: dict[str, int] = {}
        self.lengths = Lengths()

    def turn(self, scope: str) -> SharedTurn:
        return SharedTurn(self, scope)

    def scopes(self) -> Sequence[str]:
        rows = self._asked("SELECT name FROM scopes WHERE recording = ? ORDER BY id", self._recording)
        return [_text(name) for (name,) in rows]

    def let_go(self, scope: str) -> bool:
        for known in (self._ids, self._seen):
            known.pop(scope, None)
        self.lengths.let_go(scope)
        return True

    def close(self) -> None:
        self._connection.close()

    def begun(self, scope: str) -> list[Event]:
        """Take the lock and return what is new in a scope. Errors: StoreError, and the lock is given back."""
        self._asked("BEGIN IMMEDIATE")
        try:
            rows = self._asked(_NEWS, self._id_of(scope), self._seen.get(scope, 0))
            news = [decoded(line) for _, line in rows]
        except StoreError:
            self.given_up()
            raise
        except (ValueError, TypeError, KeyError) as error:
            self.given_up()
            raise StoreError(f"{self._path}: an event of scope {scope!r} cannot be read; remove the file") from error
        for number, _ in rows:
            self._seen[scope] = number
        self.lengths.count(scope, news)
        return news

    def ended(self, scope: str, events: Sequence[Event]) -> None:
        """Append events and give the lock back."""
        try:
            number = self._appended(scope, events)
        except StoreError:
            self.given_up()
            raise
        self._seen[scope] = number
        self.lengths.count(scope, events)

    def _appended(self, scope: str, events: Sequence[Event]) -> int:
        number = self._seen.get(scope, 0)
        for event in events:
            number += 1
            self._asked("INSERT INTO events VALUES (?, ?, ?)", self._id_of(scope), number, encoded(event))
            if is_whole(event):
                self._asked("DELETE FROM events WHERE scope = ? AND number < ?", self._id_of(scope), number)
        self._asked("COMMIT")
        return number

    def given_up(self) -> None:
        """Give the lock back; nothing was appended."""
        self._connection.rollback()
        self._ids.clear()

    def _id_of(self, scope: str) -> int:
        known = self._ids.get(scope)
        if known is None:
            name = scope.encode("utf-8", _SURROGATES)
            self._asked("INSERT OR IGNORE INTO scopes (recording, name) VALUES (?, ?)", self._recording, name)
            ((known,),) = self._asked("SELECT id FROM scopes WHERE recording = ? AND name = ?", self._recording, name)
            self._ids[scope] = known
        return known

    def _asked(self, statement: str, *values: object) -> list[Any]:
        try:
            return self._connection.execute(statement, values).fetchall()
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: the state of the replay cannot be kept ({error})") from error


def begin_anew(path: Path) -> None:
    """Let all scopes in a file begin anew; a process that has one of them is told so at its next turn.

    Errors: StoreError when the file cannot be written.
    """
    connection = _opened(path)
    try:
        connection.execute("BEGIN IMMEDIATE")
        for scope, last in connection.execute("SELECT scope, max(number) FROM events GROUP BY scope").fetchall():
            connection.execute("DELETE FROM events WHERE scope = ?", (scope,))
            connection.execute("INSERT INTO events VALUES (?, ?, ?)", (scope, last + 1, encoded(Forgotten())))
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        raise StoreError(f"{path}: the state of the replay cannot be kept ({error})") from error
    finally:
        connection.close()


def _made(path: Path) -> None:
    """Make the file for its owner alone. One that is there is SQLite's alone to open (see `opening`)."""
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))


def _opened(path: Path) -> sqlite3.Connection:
    try:
        _made(path)
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        use_wal(connection, path)
        connection.execute("PRAGMA synchronous = OFF")
        _check(connection)
        connection.executescript(_SCHEMA)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{path}: the state of the replay cannot be opened ({error})") from error
    return connection


def _check(connection: sqlite3.Connection) -> None:
    """Refuse a file whose events are written in another way, or that is something else."""
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    (number,) = connection.execute("PRAGMA user_version").fetchone()
    if tables and number != FORMAT:
        raise sqlite3.DatabaseError(f"it has format {number}, expected {FORMAT}; remove the file")


def _text(name: object) -> str:
    return name.decode("utf-8", _SURROGATES) if isinstance(name, bytes) else str(name)
