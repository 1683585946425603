"""Audit records in the shared store: each once, in the order of its chain, whoever brings it and however often.

The store knows the head of each chain, and a batch is taken in the transaction that moves it. So a record that was
taken already is told by its number, and one that does not follow the head is refused: a chain that was written anew
elsewhere never mixes with the one that is here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any, LiteralString

from gateway.audit.chain import START, Head
from gateway.contract.model import JsonObject
from gateway.errors import StoreError
from gateway.stores.audit_spool import Record
from gateway.stores.postgres.connecting import Connection, named, translated
from gateway.stores.postgres.schema import make_partitions

_COPY = """COPY evs_gateway.records (day, chain, seq, at, stage, id, principal, operation, status, verdict, line)
FROM STDIN"""
# What a caller is known by, the best name first.
_PRINCIPAL = ("user_name", "dev", "agency", "ak")


class Records:
    """The audit records of the shared store, through one connection."""

    def __init__(self, connection: Connection, url: str) -> None:
        self._connection = connection
        self._url = url

    def head(self, chain: str) -> Head:
        """Return the end of a chain as the store has it. Errors: StoreError."""
        with translated(self._url):
            return self._head("SELECT seq, hash FROM evs_gateway.chains WHERE chain = %s", chain)

    def add(self, chain: str, records: Sequence[Record]) -> Head:
        """Take a batch, less what was taken before, and return the head it makes.

        Errors: StoreError when nothing of it was taken, also for records that do not follow the head.
        """
        with translated(self._url), self._connection.transaction():
            before = self._locked(chain)
            fresh = [record for record in records if record.seq > before.seq]
            if not fresh:
                return before
            self._check_follows(chain, before, fresh)
            rows = [_row(chain, record) for record in fresh]
            make_partitions(self._connection, {row[0] for row in rows})
            with self._connection.cursor() as cursor, cursor.copy(_COPY) as copy:
                for row in rows:
                    copy.write_row(row)
            head = Head(fresh[-1].seq, fresh[-1].hash)
            self._move(chain, head)
            return head

    def lines(self, chain: str) -> Iterator[str]:
        """Yield the records of a chain as they were written, in order. Errors: StoreError."""
        with translated(self._url):
            asked = self._connection.execute(
                "SELECT line FROM evs_gateway.records WHERE chain = %s ORDER BY seq", (chain,)
            )
            yield from (str(line) for (line,) in asked)

    def _locked(self, chain: str) -> Head:
        self._connection.execute(
            "INSERT INTO evs_gateway.chains VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", (chain, START.seq, START.hash)
        )
        return self._head("SELECT seq, hash FROM evs_gateway.chains WHERE chain = %s FOR UPDATE", chain)

    def _head(self, statement: LiteralString, chain: str) -> Head:
        row = self._connection.execute(statement, (chain,)).fetchone()
        return Head(*row) if row is not None else START

    def _check_follows(self, chain: str, head: Head, fresh: Sequence[Record]) -> None:
        """Note what was dropped before it came here, and refuse what cannot come behind the head."""
        first = fresh[0]
        if first.seq > head.seq + 1:
            self._connection.execute(
                "INSERT INTO evs_gateway.missing VALUES (%s, %s, %s)", (chain, head.seq + 1, first.seq - 1)
            )
            head = Head(first.seq - 1, first.prev)
        for record in fresh:
            if (record.seq, record.prev) != (head.seq + 1, head.hash):
                raise StoreError(
                    f"{named(self._url)}: record {record.seq} of chain {chain} does not follow record {head.seq} there"
                )
            head = Head(record.seq, record.hash)

    def _move(self, chain: str, head: Head) -> None:
        self._connection.execute(
            "UPDATE evs_gateway.chains SET seq = %s, hash = %s WHERE chain = %s", (head.seq, head.hash, chain)
        )


def _row(chain: str, record: Record) -> tuple[Any, ...]:
    says = record.says
    at = datetime.fromtimestamp(record.at_ms / 1000, UTC)
    outcome, decision = _part(says, "outcome"), _part(says, "decision")
    who, what = _part(says, "who"), _part(says, "what")
    principal = next(filter(None, map(who.get, _PRINCIPAL)), None)
    facts = (principal, what.get("operation"), outcome.get("status"), decision.get("decision"))
    return (at.date(), chain, record.seq, at, says["stage"], says.get("id"), *facts, record.text)


def _part(says: JsonObject, name: str) -> JsonObject:
    part = says.get(name)
    return part if isinstance(part, dict) else {}
