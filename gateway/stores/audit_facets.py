"""Facets in an index: how many records fall under each value, of all records and of those that somebody looks for.

Of all, that is kept with every value. Of what somebody looks for, the newest records are counted, up to a bound, so
that it takes no longer however many there are.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gateway.audit.entries import Kind, Term
from gateway.audit.facets import KINDS
from gateway.stores.audit_schema import number_of
from gateway.stores.audit_ways import Way

Placed = tuple[int, frozenset[Term]]
"""The place of a record, and what it is counted under."""

_NUMBERS = {kind: number for number, kind in enumerate(KINDS)}


@dataclass(frozen=True, slots=True)
class Value:
    """A value of a facet, and how many records fall under it."""

    kind: Kind
    word: str
    records: int


@dataclass(frozen=True, slots=True)
class Within:
    """Values of some records, the most first. `is_all` is false when there are more such records than were counted."""

    values: tuple[Value, ...]
    is_all: bool


class Facets:
    """The facets in an index; who writes holds the transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, placed: Sequence[Placed]) -> None:
        rows = ((place, _NUMBERS[term[0]], number_of(term)) for place, terms in placed for term in terms)
        self._connection.executemany("INSERT OR IGNORE INTO facets VALUES (?, ?, ?)", sorted(rows))
        self._tally(Counter(term for _, terms in placed for term in terms))

    def let_go(self, place: int, terms: Iterable[Term]) -> None:
        self._connection.execute("DELETE FROM facets WHERE place = ?", (place,))
        gone = Counter(dict.fromkeys(terms, -1))
        self._tally(gone)
        self._connection.executemany(
            "DELETE FROM tallies WHERE number = ? AND records <= 0", [(number_of(term),) for term in gone]
        )

    def totals(self, most: int) -> tuple[Value, ...]:
        """Return the values that most records fall under, so many of each kind."""
        return tuple(value for kind in KINDS for value in self._totals(kind, most))

    def within(self, way: Way, kinds: Sequence[Kind], bound: int, most: int) -> Within:
        """Return the values of the newest records on a way, of no more than `bound`."""
        marks = ", ".join("?" * len(kinds))
        rows = self._connection.execute(
            f"WITH way AS MATERIALIZED ({way.sql}) SELECT -1, 0, COUNT(*) FROM way UNION ALL"  # noqa: S608
            f" SELECT kind, term, COUNT(*) FROM (SELECT place FROM way LIMIT ?) JOIN facets USING (place)"
            f" WHERE kind IN ({marks}) GROUP BY 1, 2 ORDER BY 3 DESC, 2",
            (*way.values, bound, *(_NUMBERS[kind] for kind in kinds)),
        ).fetchall()
        found = next(count for kind, _, count in rows if kind < 0)
        return Within(tuple(self._named(rows, kinds, most)), found <= bound)

    def _named(self, rows: list[tuple[int, int, int]], kinds: Sequence[Kind], most: int) -> Iterator[Value]:
        for kind in kinds:
            own = [row for row in rows if row[0] == _NUMBERS[kind]][:most]
            words = dict(self._connection.execute(_words(len(own)), [row[1] for row in own]))
            yield from (Value(kind, words[term], count) for _, term, count in own)

    def _totals(self, kind: Kind, most: int) -> Iterator[Value]:
        rows = self._connection.execute(
            "SELECT word, records FROM tallies WHERE kind = ? ORDER BY records DESC LIMIT ?", (_NUMBERS[kind], most)
        )
        return (Value(kind, word, records) for word, records in rows)

    def _tally(self, counts: Counter[Term]) -> None:
        self._connection.executemany(
            "INSERT INTO tallies VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET records = records + excluded.records",
            [(number_of(term), _NUMBERS[term[0]], term[1], count) for term, count in counts.items()],
        )


def _words(count: int) -> str:
    return f"SELECT number, word FROM tallies WHERE number IN ({', '.join('?' * count)})"  # noqa: S608
