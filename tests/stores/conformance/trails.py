"""Where a trail can be looked into: the index beside its files, or the store that it was brought to."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Protocol

import orjson
import psycopg
from psycopg.sql import SQL, Identifier

from gateway.audit.canonical import canonical
from gateway.audit.chain import line_of
from gateway.audit.entries import Kind
from gateway.audit.search import EVERYTHING, Page, Query
from gateway.errors import StoreError
from gateway.stores.audit_index import AuditIndex
from gateway.stores.postgres.connecting import connected
from gateway.stores.postgres.couriers import Couriers
from gateway.stores.postgres.records import Records
from gateway.stores.postgres.schema import migrate

GATEWAY = "gw"
_MANY = Page(10_000)
_COLUMNS = {"decision": "verdict"}


class Trail(Protocol):
    """The records of one gateway, whose files lie in `folder`."""

    folder: Path

    def bring(self) -> None:
        """Return when what is in the files now can be looked for. Anybody may do it, at any time."""
        ...

    def lines(self, chain: str) -> list[bytes]:
        """Return the records of a chain in order, as they are there."""
        ...

    def found(self, kind: Kind, word: str) -> list[str]:
        """Return the ids of the records that fall under a term, in the order of their names."""
        ...


class IndexedTrail:
    """Files, and an index drawn from them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "audit"
        self.folder.mkdir()

    def bring(self) -> None:
        with AuditIndex(self.folder) as index:
            index.catch_up()

    def lines(self, chain: str) -> list[bytes]:
        with AuditIndex(self.folder) as index:
            records = [each.record for each in index.find(EVERYTHING, _MANY)]
        own = (record for record in records if record["chain"] == chain)
        return [_line(dict(record)) for record in sorted(own, key=lambda each: int(str(each["seq"])))]

    def found(self, kind: Kind, word: str) -> list[str]:
        with AuditIndex(self.folder) as index:
            return sorted(str(each.record["id"]) for each in index.find(Query(((kind, word),)), _MANY))


class SharedTrail:
    """Files, and a PostgreSQL that they are brought to."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder / "audit"
        self.folder.mkdir()
        self._url = url
        with closing(connected(url)) as connection:
            migrate(connection, url)

    def bring(self) -> None:
        with closing(Couriers(self._url, self.folder, GATEWAY, None)) as couriers:
            while True:
                taken, faults = couriers.round()
                if faults:
                    raise StoreError(faults[0])
                if not taken:
                    return

    def lines(self, chain: str) -> list[bytes]:
        with closing(connected(self._url)) as connection:
            return [line.encode() for line in Records(connection, self._url).lines(chain)]

    def found(self, kind: Kind, word: str) -> list[str]:
        column = Identifier(_COLUMNS.get(kind, kind))
        query = SQL("SELECT id FROM evs_gateway.records WHERE {}::text = %s ORDER BY id").format(column)
        with psycopg.connect(self._url) as connection:
            return [name for (name,) in connection.execute(query, (word,)).fetchall()]


def _line(record: dict[str, object]) -> bytes:
    digest = str(record.pop("hash"))
    return line_of(canonical(orjson.loads(orjson.dumps(record))), digest)
