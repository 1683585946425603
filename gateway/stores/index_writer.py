"""Making the index of a cassette file: two readings of its exchanges, and between them what is settled of the whole.

Rows go to their tables as they are found. What grows in memory are the things, connections and writes of the recording
(see `gateway.cassette.indexing`), and the numbers of its keys.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import islice
from math import inf
from typing import Any

from gateway.cassette.echoes import Field, Setting, Settings
from gateway.cassette.exchange import Exchange
from gateway.cassette.indexing import RULES, Findings, Placed, Reader, cut
from gateway.cassette.key import Keyed
from gateway.cassette.packing import packed
from gateway.cassette.spoken import as_bytes, dumped
from gateway.contract.catalogue import Catalogue
from gateway.stores import index_tables
from gateway.stores.index_foretelling import ASKED, FORETOLD, Foretelling
from gateway.stores.index_runs import MOST_IN_RUN, packed_run

Read = Callable[[], Iterator[Exchange]]
Progress = Callable[[Iterable[Exchange]], Iterable[Exchange]]
Row = tuple[Any, ...]
# So many rows are written at a time, so many series put in their places.
_MANY = 512
_SERIES = 10_000
_EXCHANGE = (
    "INSERT INTO index_exchanges SELECT at, actor, facts, ? FROM index_noted JOIN index_connections USING (connection)"
    " WHERE at = ?"
)
_RUN = "SELECT at, actor, began, answered, mark FROM index_places WHERE series = ? ORDER BY began, at LIMIT ?"


def key_digest(text: str) -> bytes:
    """Return what a key is looked up by."""
    return blake2b(as_bytes(text), digest_size=16).digest()


def words_of(names: Iterable[str]) -> bytes:
    """Return asked-for names as one text to look up; none is the empty one."""
    told = list(names)
    return dumped(told) if told else b""


@dataclass(frozen=True, slots=True)
class _Around:
    """What a request may depend on."""

    projects: tuple[str, ...]
    children_of: Mapping[str, Iterable[str]]

    def children(self, thing: str) -> Sequence[str]:
        return sorted(self.children_of.get(thing, ()))


class IndexWriter:
    """Fills the tables of an index from the exchanges that `read` yields, as many as `head` counts.

    Rows are written many at a time in short transactions, so that whoever records into the file meanwhile need not
    wait. The facts come last: an index that has none does not count.
    """

    def __init__(
        self, connection: sqlite3.Connection, read: Read, head: tuple[int, bytes], catalogue: Catalogue
    ) -> None:
        self._connection = connection
        self._read = read
        self._count, self._mac = head
        self._catalogue = catalogue
        self._findings = Findings()
        self._keys: dict[bytes, tuple[int, int | None]] = {}
        self._series: dict[tuple[int, bytes], int] = {}
        self._connections: dict[str, int] = {}
        self._waiting: dict[str, list[Row]] = defaultdict(list)
        self._settings: dict[str, dict[Field, list[Setting]]] = defaultdict(lambda: defaultdict(list))

    def write(self, progress: Progress = iter) -> None:
        """Make the index anew. `progress` goes along with the exchanges as they are read, twice."""
        index_tables.make(self._connection)
        self._begun_at = self._reserve()
        reader = Reader(self._catalogue, self._findings, self._begun_at)
        for at, exchange in enumerate(progress(self._exchanges())):
            self._place(reader.read(at, exchange))
        self._flush()
        self._findings.settle()
        self._settle()
        self._note_things()
        for thing, field, setting in self._findings.settings():
            self._settings[thing][field].append(setting)
        foretelling = self._foretelling()
        for at, exchange in enumerate(progress(self._exchanges())):
            aliased = self._findings.aliases.apply(exchange)
            keyed = reader.keyed(aliased)
            self._put(_EXCHANGE, (packed(cut(at, aliased, keyed, self._settings_of)), at))
            asked = foretelling.asked(exchange, keyed, key_digest(keyed.text))
            if asked is not None:
                self._put(ASKED, asked)
        self._flush()
        self._put_all(FORETOLD, foretelling.foretold(self._connection))
        index_tables.order(self._connection)
        self._note_facts()

    def _foretelling(self) -> Foretelling:
        """Return what tells of reads how they will be answered, when all else is settled."""
        findings = self._findings
        around = _Around(findings.projects, findings.ancestry.result.children)
        return Foretelling(self._catalogue, around, self._written, findings.actors.of_things(), self._writers)

    def _exchanges(self) -> Iterator[Exchange]:
        return islice(self._read(), self._count)

    def _reserve(self) -> float:
        """Note what must be known before keys are made, and return when the recording began."""
        begun_at = inf
        for exchange in self._exchanges():
            begun_at = min(begun_at, exchange.started_at)
            self._findings.reserve(exchange)
        return begun_at if begun_at < inf else 0.0

    def _put(self, sql: str, row: Row) -> None:
        self._waiting[sql].append(row)
        if len(self._waiting[sql]) >= _MANY:
            self._flush()

    def _put_all(self, sql: str, rows: Iterable[Row]) -> None:
        for row in rows:
            self._put(sql, row)
        self._flush()

    def _flush(self) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        for sql, rows in self._waiting.items():
            self._connection.executemany(sql, rows)
        self._connection.execute("COMMIT")
        self._waiting.clear()

    def _place(self, placed: Placed) -> None:
        recorded = placed.recorded
        connection = self._connections.setdefault(placed.connection, len(self._connections))
        self._put("INSERT INTO index_noted VALUES (?,?,?)", (recorded.at, connection, _facts(placed)))
        where = (self._series_of(placed), *recorded.began)
        self._put(
            "INSERT INTO index_read VALUES (?,?,?,?,?,?)", (*where, connection, recorded.answered_s, placed.answer)
        )

    def _series_of(self, placed: Placed) -> int:
        words = words_of(name for _, name in placed.keyed.names)
        place = self._key_of(placed.keyed, words), words
        if place not in self._series:
            self._series[place] = len(self._series)
            self._put("INSERT INTO index_series VALUES (?,?,?)", (*place, self._series[place]))
        return self._series[place]

    def _key_of(self, keyed: Keyed, words: bytes) -> int:
        digest = key_digest(keyed.text)
        if digest not in self._keys:
            self._keys[digest] = len(self._keys), None if words else len(self._series)
            said = (keyed.operation_id, keyed.method, as_bytes(keyed.text), dumped(keyed.parts))
            self._put("INSERT INTO index_keys VALUES (?,?,?,?,?)", (self._keys[digest][0], *said))
        return self._keys[digest][0]

    def _settle(self) -> None:
        """Put every exchange in its place, now that it is known which connections are one client."""
        actors = self._findings.actors.of_connections()
        rows = ((self._connections[name], actor) for name, actor in actors.items())
        self._put_all("INSERT INTO index_connections VALUES (?,?)", rows)
        for start in range(0, len(self._series), _SERIES):
            self._connection.execute(
                "INSERT INTO index_places SELECT series, began, at, actor, answered, mark FROM index_read"
                " JOIN index_connections USING (connection) WHERE series BETWEEN ? AND ? ORDER BY series, began, at",
                (start, start + _SERIES - 1),
            )
        requests = ((digest, *numbers, self._run(numbers[1])) for digest, numbers in sorted(self._keys.items()))
        self._put_all("INSERT INTO index_requests VALUES (?,?,?,?)", requests)

    def _run(self, series: int | None) -> bytes | None:
        """Return all answers of a series, if they are few enough to stand beside its key."""
        rows = self._connection.execute(_RUN, (series, MOST_IN_RUN + 1)).fetchall()
        return packed_run(rows) if 0 < len(rows) <= MOST_IN_RUN else None

    def _note_things(self) -> None:
        findings, actors = self._findings, self._findings.actors
        writes_of = self._written = self._note_touches()
        owners, alias_of = actors.of_things(), findings.aliases.alias_of
        ids = ((alias, as_bytes(value), owners.get(alias), writes_of[alias]) for value, alias in alias_of.items())
        self._put_all("INSERT INTO index_ids VALUES (?,?,?,?)", ids)
        things = ((thing, owners.get(thing), writes_of[thing]) for thing in {*owners, *alias_of.values()})
        self._put_all("INSERT INTO index_things VALUES (?,?,?)", things)
        children = findings.ancestry.result.children.items()
        pairs = ((thing, child) for thing, found in children for child in sorted(found))
        self._put_all("INSERT INTO index_children VALUES (?,?)", pairs)
        writes, restless = Counter(actors.of_write(write.at) for write in findings.writes), actors.restless()
        self._writers = writes
        told = ((actor, writes[actor], actor in restless) for actor in restless | writes.keys())
        self._put_all("INSERT INTO index_actors VALUES (?,?,?)", told)
        for kind, words in (("name", findings.chosen_names), ("secret", findings.issued_secrets)):
            self._put_all("INSERT INTO index_words VALUES (?,?)", ((kind, as_bytes(word)) for word in words))

    def _note_touches(self) -> Counter[str]:
        """Note what writes touch, and return how many touch what."""
        everyone: Counter[str] = Counter()
        own: Counter[tuple[str, int]] = Counter()
        for tag, (ended, at), actor in self._findings.touches():
            everyone[tag] += 1
            own[tag, actor] += 1
            self._put("INSERT INTO index_touches VALUES (?,?,?,?,?)", (tag, everyone[tag], ended, at, own[tag, actor]))
            self._put("INSERT INTO index_own VALUES (?,?,?,?,?)", (tag, actor, own[tag, actor], ended, at))
        self._flush()
        return everyone

    def _settings_of(self, thing: str) -> Settings:
        return self._settings.get(thing, {})

    def _note_facts(self) -> None:
        facts = {
            "rules": RULES,
            "exchanges": self._count,
            "mac": self._mac,
            "writes": len(self._findings.writes),
            "series": len(self._series),
            "begun_at": self._begun_at,
            "projects": dumped(self._findings.projects),
        }
        self._put_all("INSERT INTO index_facts VALUES (?,?)", facts.items())


def _facts(placed: Placed) -> bytes:
    """Return what is known of an exchange as one JSON list, but its place and actor."""
    each = placed.recorded
    chosen = [[path, word] for path, word in (each.chosen or {}).items()]
    known = [each.seq, each.operation, each.method, each.status, each.is_write, each.began[0], each.answered_s]
    return dumped([*known, each.names, chosen, each.ids, each.program.decode("latin-1"), each.target])
