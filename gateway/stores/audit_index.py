"""The index of a trail: drawn from its files as far as they go, asked for pages of what somebody looks for.

The way a page is found decides how long it takes: along the term that the fewest records fall under, newest first,
each record asked for the other terms; so a page takes as long as the rarest thing asked for is common.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Self

from gateway.audit.entries import Entry, Kind, Term, entry_of
from gateway.audit.facets import facets_of
from gateway.audit.rollup import MINUTE_MS, Counted, Share, share_of
from gateway.audit.search import Page, Query
from gateway.audit.uses import Use, uses_of
from gateway.contract.model import JsonObject
from gateway.errors import StoreError
from gateway.stores import audit_schema
from gateway.stores.audit_facets import Facets, Value, Within
from gateway.stores.audit_files import chains_in, files_of
from gateway.stores.audit_reading import parsed, record_at
from gateway.stores.audit_rollups import Rolled, Rollups, number_of_share
from gateway.stores.audit_schema import PLACES_A_MS, number_of, place_of, time_of
from gateway.stores.audit_ways import Numbers, way_to

INDEX_FILE = "index.sqlite"
_STANDING = "SELECT place, name, at, length FROM records JOIN files ON files.number = file WHERE place = ?"
_COUNTING = (
    "SELECT counted.step, operation, decision, status, origin, class, requests, oldest FROM"
    " (SELECT place / ? / ? * ? AS step, share, COUNT(*) AS requests, MIN(place) AS oldest FROM ({way})"
    " JOIN records USING (place) GROUP BY 1, 2) AS counted JOIN shares ON shares.number = share ORDER BY 1"
)
# Records that are read at once where all are read.
_AT_ONCE = 500
# Records that are drawn in one transaction.
_BATCH = 20_000

Watched = Callable[[int], None]
"""Hears how many more bytes were drawn."""


@dataclass(frozen=True, slots=True)
class Found:
    """A record that was looked for, and its place."""

    place: int
    record: JsonObject


@dataclass(frozen=True, slots=True)
class _Drawn:
    """A record on its way into the index."""

    place: int
    at: int
    length: int
    entry: Entry
    share: Share | None
    uses: tuple[Use, ...]
    facets: frozenset[Term]

    @property
    def row(self) -> tuple[int, int, int | None]:
        return self.at, self.length, None if self.share is None else number_of_share(self.share)


@dataclass(frozen=True, slots=True)
class _Part:
    """What was drawn at once."""

    records: int
    size: int


class AuditIndex:
    """The index beside a trail. Any number of processes may use it at once."""

    def __init__(self, folder: Path, path: Path | None = None) -> None:
        """Open the index of a trail, or begin it. Errors: StoreError."""
        self._folder = folder
        self._path = path or folder / INDEX_FILE
        self._connection = audit_schema.opened(self._path)
        if self._is_astray():
            self._connection.close()
            audit_schema.remove(self._path)
            self._connection = audit_schema.opened(self._path)
        self.rollups = Rollups(self._connection)
        self._facets = Facets(self._connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        self._connection.close()

    def behind(self) -> int:
        """Return how many bytes of the trail were not drawn yet."""
        drawn: dict[str, int] = dict(self._connection.execute("SELECT name, drawn FROM files"))
        return sum(path.stat().st_size - drawn.get(path.name, 0) for path in self._files())

    def catch_up(self, watched: Watched = lambda _: None) -> int:
        """Draw what is new in the trail, and return how many records that were. Errors: StoreError."""
        return sum(self._catch_up_with(path, watched) for path in self._files())

    def find(self, query: Query, page: Page) -> list[Found]:
        """Return a page of what was drawn, the newest first. Errors: StoreError for a trail that lacks a record."""
        way = way_to(query, page, self._count)
        places = self._connection.execute(way.sql, way.values).fetchall()
        rows = [self._one(_STANDING, *place) for place in sorted(places, reverse=True)]
        return [Found(place, record_at(self._folder / name, at, length)) for place, name, at, length in rows]

    def walk(self, query: Query) -> Iterator[JsonObject]:
        """Yield all records that fit, the newest first, reading no more than is asked for. Errors: StoreError."""
        page = Page(_AT_ONCE)
        while found := self.find(query, page):
            yield from (each.record for each in found)
            page = Page(_AT_ONCE, found[-1].place)

    def totals(self, most: int) -> tuple[Value, ...]:
        """Return the values that most records are counted under, so many of each facet."""
        return self._facets.totals(most)

    def within(self, query: Query, kinds: Sequence[Kind], bound: int, most: int) -> Within:
        """Return the values of some facets that the records under a query are counted under; of more than `bound` only
        the newest are counted."""
        return self._facets.within(way_to(query, Page(bound + 1), self._count), kinds, bound, most)

    def minutes(self, since_ms: int, until_ms: int) -> Iterator[tuple[Share, int]]:
        """Yield what was counted in the minutes of a time, in order."""
        return self.rollups.minutes(since_ms, until_ms)

    def counted(self, query: Query, step: int, most: int) -> Counted:
        """Return the requests that fit, by steps of so many minutes; of more than `most` only the newest."""
        way = way_to(query, Page(most + 1), self._count)
        step_ms = step * MINUTE_MS
        rows = self._connection.execute(
            _COUNTING.format(way=way.sql), (PLACES_A_MS, step_ms, step, *way.values)
        ).fetchall()
        oldest = min((row[-1] for row in rows), default=None)
        shares = tuple((Share(*row[:6]), row[6]) for row in rows)
        return Counted(shares, 0 if oldest is None else time_of(oldest), sum(row[6] for row in rows) <= most)

    def forget(self, path: Path) -> None:
        """Let go of the records of a file that is still there and will not be. What was counted stays."""
        with self._transaction():
            row = self._one("SELECT number FROM files WHERE name = ?", path.name)
            if row is not None:
                places = self._connection.execute("SELECT place, at, length FROM records WHERE file = ?", row)
                for place, at, length in places.fetchall():
                    self._let_go(place, record_at(path, at, length))
                self._connection.execute("DELETE FROM files WHERE number = ?", row)

    def _files(self) -> list[Path]:
        return [path for chain in chains_in(self._folder) for path in files_of(self._folder, chain)]

    def _is_astray(self) -> bool:
        """Return whether a file is shorter than what was drawn from it, or gone: then this is of another trail."""
        rows = self._connection.execute("SELECT name, drawn FROM files").fetchall()
        return any(not (path := self._folder / name).exists() or path.stat().st_size < drawn for name, drawn in rows)

    def _catch_up_with(self, path: Path, watched: Watched) -> int:
        count = 0
        while (part := self._draw(path)).size:
            watched(part.size)
            count += part.records
        return count

    def _draw(self, path: Path) -> _Part:
        """Draw the next records of a file; what others draw meanwhile is not drawn again."""
        with self._transaction():
            number, begin = self._file(path)
            drawn, end = self._read(path, number, begin)
            self._write(number, drawn)
            self._connection.execute("UPDATE files SET drawn = ? WHERE number = ?", (end, number))
        return _Part(len(drawn), end - begin)

    def _file(self, path: Path) -> tuple[int, int]:
        chain = path.name.rsplit(".", 2)[0]
        self._connection.execute(
            "INSERT OR IGNORE INTO files (name, chain, drawn) VALUES (?, ?, 0)", (path.name, chain)
        )
        number, drawn = self._connection.execute(
            "SELECT number, drawn FROM files WHERE name = ?", (path.name,)
        ).fetchone()
        return number, drawn

    def _read(self, path: Path, number: int, begin: int) -> tuple[list[_Drawn], int]:
        drawn, taken, end = [], set[int](), begin
        with path.open("rb") as file:
            file.seek(begin)
            for line in islice(file, _BATCH):
                if not line.endswith(b"\n"):
                    break
                record = parsed(line)
                if record is not None:
                    drawn.append(self._drawn(record, number, end, len(line), taken))
                end += len(line)
        return drawn, end

    def _drawn(self, record: JsonObject, number: int, at: int, length: int, taken: set[int]) -> _Drawn:
        entry = entry_of(record)
        place = place_of(entry, number)
        while place in taken or self._one("SELECT 1 FROM records WHERE place = ?", place):
            place += 1
        taken.add(place)
        return _Drawn(place, at, length, entry, share_of(record), uses_of(record), facets_of(record))

    def _write(self, number: int, drawn: list[_Drawn]) -> None:
        write = self._connection.executemany
        terms: Counter[Term] = Counter(term for each in drawn for term in each.entry.terms)
        numbers = {term: number_of(term) for term in terms}
        write("INSERT INTO records VALUES (?, ?, ?, ?, ?)", [(each.place, number, *each.row) for each in drawn])
        write(
            "INSERT OR IGNORE INTO postings VALUES (?, ?)",
            sorted((numbers[term], each.place) for each in drawn for term in each.entry.terms),
        )
        write(
            "INSERT INTO terms VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET records = records + excluded.records",
            [(numbers[term], term[0], term[1], count) for term, count in terms.items()],
        )
        write(
            "INSERT INTO words (rowid, spoken) VALUES (?, ?)",
            sorted((each.place, " ".join(each.entry.words)) for each in drawn),
        )
        self._facets.add([(each.place, each.facets) for each in drawn])
        self.rollups.add([Rolled(each.entry.ts_ms, each.share, each.uses) for each in drawn])

    def _let_go(self, place: int, record: JsonObject) -> None:
        execute, entry = self._connection.execute, entry_of(record)
        for term in entry.terms:
            number = number_of(term)
            execute("DELETE FROM postings WHERE term = ? AND place = ?", (number, place))
            execute("UPDATE terms SET records = records - 1 WHERE number = ?", (number,))
            execute("DELETE FROM terms WHERE number = ? AND records <= 0", (number,))
        execute("INSERT INTO words (words, rowid, spoken) VALUES ('delete', ?, ?)", (place, " ".join(entry.words)))
        execute("DELETE FROM records WHERE place = ?", (place,))
        self._facets.let_go(place, facets_of(record))

    def _count(self, numbers: Numbers) -> int:
        marks = ", ".join("?" * len(numbers))
        row = self._one(f"SELECT COALESCE(SUM(records), 0) FROM terms WHERE number IN ({marks})", *numbers)  # noqa: S608
        return int(row[0])

    def _one(self, sql: str, *values: object) -> Any:
        return self._connection.execute(sql, values).fetchone()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Errors: StoreError when the index cannot be written."""
        try:
            self._connection.execute("BEGIN IMMEDIATE")
            yield
            self._connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise StoreError(f"{self._path}: the index of the audit trail cannot be written ({error})") from error
        finally:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
