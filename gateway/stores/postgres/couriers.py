"""What a gateway brings to the shared store: its audit trail and its recording, batch by batch, from the disk on which
both lie first.

Where a batch begins the store itself says, so nothing has to be remembered here, and a batch that was taken although
nobody heard of it is not taken again.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from gateway.errors import StoreError
from gateway.stores.audit_spool import Spool
from gateway.stores.opening import open_for_reading
from gateway.stores.postgres.connecting import Connection, connected
from gateway.stores.postgres.exchanges import Exchanges
from gateway.stores.postgres.records import Records
from gateway.stores.postgres.schema import migrate
from gateway.stores.rows import EXCHANGE_COLUMNS, Row, as_it_was
from gateway.stores.schema import cassette_id

BATCH = 200
_COLUMNS = ", ".join(EXCHANGE_COLUMNS)
_BEHIND = f"SELECT seq, {_COLUMNS} FROM exchanges WHERE seq > ? ORDER BY seq LIMIT {BATCH}"  # noqa: S608 - our own names


class Couriers:
    """Brings what one gateway has to the shared store, one round after another. Used from one thread."""

    def __init__(self, url: str, trail: Path | None, gateway: str, cassette: Path | None) -> None:
        """`trail` is the folder of the audit trail, `cassette` the file that is recorded; None where there is none."""
        self._url = url
        self._spool = Spool(trail, gateway) if trail is not None else None
        self._cassette = cassette
        self._connection: Connection | None = None

    def round(self) -> tuple[int, Sequence[str]]:
        """Bring one batch of everything that has something new. Return how much was taken, and what went wrong.

        What cannot be brought keeps nothing else from being brought.
        Errors: StoreError when the store cannot be reached.
        """
        connection = self._opened()
        taken, faults = 0, []
        for what in (*(self._spool.chains() if self._spool else ()), None):
            try:
                taken += self._exchanges(connection) if what is None else self._records(connection, what)
            except StoreError as error:
                if connection.closed:
                    self.close()
                    raise
                faults.append(str(error))
        return taken, faults

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _opened(self) -> Connection:
        if self._connection is None:
            self._connection = connected(self._url)
            try:
                migrate(self._connection, self._url)
            except StoreError:
                self.close()
                raise
        return self._connection

    def _records(self, connection: Connection, chain: str) -> int:
        assert self._spool is not None, "only its chains are asked for"
        records = Records(connection, self._url)
        head = records.head(chain)
        batch = self._spool.behind(chain, head.seq)
        return records.add(chain, batch).seq - head.seq if batch else 0

    def _exchanges(self, connection: Connection) -> int:
        path = self._cassette
        if path is None or not path.exists():
            return 0
        with closing(open_for_reading(path)) as source:
            exchanges = Exchanges(connection, self._url)
            cassette = cassette_id(source)
            last = exchanges.last(cassette)
            rows = [_as_it_was(path, row) for row in source.execute(_BEHIND, (last,))]
        return exchanges.add(cassette, path.name, rows) - last if rows else 0


def _as_it_was(path: Path, row: Row) -> Row:
    """Return `seq` and the values of an exchange. Errors: StoreError for one that is damaged."""
    try:
        return (row[0], *as_it_was(row[1:]))
    except (ValueError, TypeError, AttributeError) as error:
        raise StoreError(f"{path}: exchange {row[0]} is damaged: {error}") from error
