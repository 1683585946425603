"""Scopes shared by gateways on several machines: their events in the shared store.

A request's turn is one transaction that holds the row of its scope, so turns in one scope come one after the other,
whichever gateway has them, and those of other scopes do not wait. See `stores.replay_state` for the same in a file of
one machine. The first turn connects. One whose connection broke has appended nothing, and the next one connects again.

The commit does not wait for the store's disk (`synchronous_commit` off): a crash of the store may lose the end of a
replay, which was only ever a replay.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, LiteralString

import psycopg

from gateway.cassette.events import Event, decoded, encoded
from gateway.errors import StoreError
from gateway.stores.postgres.connecting import Connection, connected, named, translated
from gateway.stores.postgres.schema import migrate
from gateway.stores.turns import Lengths, SharedTurn, is_whole

_NEWS = "SELECT number, event FROM evs_gateway.events WHERE scope = %s AND number > %s ORDER BY number"
_SURROGATES = "surrogatepass"
Cursor = psycopg.Cursor[tuple[Any, ...]]


class StoreJournal:
    """The scopes of one recording. `recording` names it: places mean the same only in the same recording."""

    def __init__(self, url: str, recording: str) -> None:
        self._url = url
        self._recording = recording
        self._connection: Connection | None = None
        self._seen: dict[str, int] = {}
        self.lengths = Lengths()
        # The row of the scope that has its turn.
        self._row = 0

    def turn(self, scope: str) -> SharedTurn:
        return SharedTurn(self, scope)

    def scopes(self) -> Sequence[str]:
        rows = self._asked("SELECT name FROM evs_gateway.scopes WHERE recording = %s ORDER BY id", self._recording)
        return [bytes(name).decode("utf-8", _SURROGATES) for (name,) in rows.fetchall()]

    def let_go(self, scope: str) -> bool:
        self._seen.pop(scope, None)
        self.lengths.let_go(scope)
        return True

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def begun(self, scope: str) -> list[Event]:
        """Take the row of a scope, and return what is new in it.

        Errors: StoreError, and the row is given back.
        """
        self._asked("BEGIN")
        try:
            with translated(self._url):
                self._row = self._locked(self._open, scope)
                rows = self._open.execute(_NEWS, (self._row, self._seen.get(scope, 0))).fetchall()
            news = [decoded(line) for _, line in rows]
        except StoreError:
            self.given_up()
            raise
        except (ValueError, TypeError, KeyError) as error:
            self.given_up()
            raise StoreError(
                f"{named(self._url)}: an event of scope {scope!r} cannot be read; delete it from evs_gateway.events"
            ) from error
        self._seen[scope] = rows[-1][0] if rows else self._seen.get(scope, 0)
        self.lengths.count(scope, news)
        return news

    def ended(self, scope: str, events: Sequence[Event]) -> None:
        """Append events and give the row back."""
        seen = self._seen.get(scope, 0)
        try:
            with translated(self._url):
                for number, event in enumerate(events, seen + 1):
                    self._append(number, event)
                self._open.execute("COMMIT")
        except StoreError:
            self.given_up()
            raise
        self._seen[scope] = seen + len(events)
        self.lengths.count(scope, events)

    def given_up(self) -> None:
        """Give the row back; nothing was appended. A connection that cannot even do that is closed."""
        try:
            with translated(self._url):
                self._open.execute("ROLLBACK")
        except StoreError:
            self._open.close()

    def _append(self, number: int, event: Event) -> None:
        values = (self._row, number, encoded(event))
        self._open.execute("INSERT INTO evs_gateway.events VALUES (%s, %s, %s)", values)
        if is_whole(event):
            self._open.execute("DELETE FROM evs_gateway.events WHERE scope = %s AND number < %s", values[:2])

    def _locked(self, connection: Connection, scope: str) -> int:
        name = (self._recording, scope.encode("utf-8", _SURROGATES))
        select = "SELECT id FROM evs_gateway.scopes WHERE recording = %s AND name = %s FOR UPDATE"
        row = connection.execute(select, name).fetchone()
        if row is None:
            connection.execute(
                "INSERT INTO evs_gateway.scopes (recording, name) VALUES (%s, %s) ON CONFLICT DO NOTHING", name
            )
            row = connection.execute(select, name).fetchone()
        assert row is not None, "it was made above, and nobody deletes it"
        return int(row[0])

    @property
    def _open(self) -> Connection:
        assert self._connection is not None, "a turn begins with asking"
        return self._connection

    def _asked(self, statement: LiteralString, *values: object) -> Cursor:
        """Ask outside a turn; a connection that broke while nobody used it is made anew, once."""
        if self._connection is not None and not self._connection.closed:
            try:
                with translated(self._url):
                    return self._connection.execute(statement, values)
            except StoreError:
                if not self._connection.closed:
                    raise
        self._connection = self._connected()
        with translated(self._url):
            return self._connection.execute(statement, values)

    def _connected(self) -> Connection:
        connection = connected(self._url)
        migrate(connection, self._url)
        with translated(self._url):
            connection.execute("SET synchronous_commit = off")
        return connection
