"""Making the index of a cassette file: two readings of its exchanges, and between them what is settled of the whole.

Rows go to their tables as they are found. What grows in memory are the things, connections and writes of the recording
(see `gateway.cassette.indexing`), and the numbers of its keys.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from typing import Any

from gateway.cassette.echoes import Field, Setting, Settings
from gateway.cassette.exchange import Exchange
from gateway.cassette.indexing import RULES, Findings, Placed, Reader, cut
from gateway.cassette.packing import packed
from gateway.cassette.spoken import as_bytes, dumped
from gateway.contract.catalogue import Catalogue
from gateway.stores import index_tables

Read = Callable[[], Iterator[Exchange]]
Progress = Callable[[Iterable[Exchange]], Iterable[Exchange]]
_MANY = 512


def key_digest(text: str) -> bytes:
    """Return what a key is looked up by."""
    return blake2b(as_bytes(text), digest_size=16).digest()


def words_of(names: Iterable[str]) -> bytes:
    """Return asked-for names as one text to look up; none is the empty one."""
    told = list(names)
    return dumped(told) if told else b""


class IndexWriter:
    """Fills the tables of an index from the exchanges that `read` yields. The caller commits."""

    def __init__(self, connection: sqlite3.Connection, read: Read, catalogue: Catalogue) -> None:
        self._connection = connection
        self._read = read
        self._catalogue = catalogue
        self._findings = Findings()
        self._keys: dict[bytes, int] = {}
        self._series: dict[tuple[int, bytes], int] = {}
        self._connections: dict[str, int] = {}
        self._count = 0
        self._last_seq = 0

    def write(self, progress: Progress = iter) -> None:
        """Make the index anew. `progress` goes along with the exchanges as they are read, twice."""
        index_tables.make(self._connection)
        self._connection.execute(
            "CREATE TEMP TABLE index_read (series INTEGER, began REAL, at INTEGER, connection INTEGER,"
            " answered REAL, mark BLOB)"
        )
        reader = self._begun()
        self._many("INSERT INTO index_read VALUES (?,?,?,?,?,?)", self._placed(reader, progress))
        self._findings.settle()
        self._settle()
        self._cut_answers(reader, progress)
        index_tables.order(self._connection)
        self._note_facts()

    def _begun(self) -> Reader:
        begun_at = None
        for exchange in self._read():
            begun_at = exchange.started_at if begun_at is None else min(begun_at, exchange.started_at)
            self._findings.aliases.reserve(exchange)
        self._begun_at = begun_at or 0.0
        return Reader(self._catalogue, self._findings, self._begun_at)

    def _placed(self, reader: Reader, progress: Progress) -> Iterator[tuple[Any, ...]]:
        facts: list[tuple[int, int, bytes]] = []
        for exchange in progress(self._read()):
            at = self._count
            placed = reader.read(at, exchange)
            connection = self._connections.setdefault(placed.connection, len(self._connections))
            facts.append((at, connection, _facts(placed)))
            if len(facts) >= _MANY:
                self._note_exchanges(facts)
            recorded = placed.recorded
            yield self._series_of(placed), recorded.began[0], at, connection, recorded.answered_s, placed.answer
            self._count += 1
            self._last_seq = exchange.seq
        self._note_exchanges(facts)

    def _note_exchanges(self, facts: list[tuple[int, int, bytes]]) -> None:
        self._connection.executemany("INSERT INTO index_exchanges VALUES (?,?,?)", facts)
        facts.clear()

    def _series_of(self, placed: Placed) -> int:
        keyed = placed.keyed
        digest = key_digest(keyed.text)
        key = self._keys.get(digest)
        if key is None:
            key = self._keys[digest] = len(self._keys)
            row = (digest, key, keyed.operation_id, keyed.method, as_bytes(keyed.text), dumped(keyed.parts))
            self._connection.execute("INSERT INTO index_keys VALUES (?,?,?,?,?,?)", row)
        words = words_of(name for _, name in keyed.names)
        series = self._series.get((key, words))
        if series is None:
            series = self._series[key, words] = len(self._series)
            self._connection.execute("INSERT INTO index_series VALUES (?,?,?)", (key, words, series))
        return series

    def _settle(self) -> None:
        findings, actors = self._findings, self._findings.actors
        number_of = {self._connections[name]: actor for name, actor in actors.of_connections().items()}
        self._connection.execute("CREATE TEMP TABLE index_connections (connection INTEGER PRIMARY KEY, actor INTEGER)")
        self._many("INSERT INTO index_connections VALUES (?,?)", number_of.items())
        self._connection.execute(
            "INSERT INTO index_places SELECT series, began, at, actor, answered, mark FROM index_read"
            " JOIN index_connections USING (connection) ORDER BY series, began, at"
        )
        self._connection.execute(
            "UPDATE index_exchanges SET actor = (SELECT c.actor FROM index_connections AS c"
            " WHERE c.connection = index_exchanges.actor)"
        )
        self._connection.execute("DROP TABLE index_read")
        self._connection.execute("DROP TABLE index_connections")
        self._note_touches()
        aliases = ((alias, as_bytes(value)) for value, alias in findings.aliases.alias_of.items())
        self._many("INSERT INTO index_ids VALUES (?,?)", aliases)
        self._many("INSERT INTO index_things VALUES (?,?)", actors.of_things().items())
        children = findings.ancestry.result.children.items()
        pairs = ((thing, child) for thing, found in children for child in found)
        self._many("INSERT INTO index_children VALUES (?,?)", pairs)
        self._note_actors()
        self._many("INSERT INTO index_words VALUES ('name', ?)", ((as_bytes(word),) for word in findings.chosen_names))
        self._many(
            "INSERT INTO index_words VALUES ('secret', ?)", ((as_bytes(word),) for word in findings.issued_secrets)
        )

    def _note_actors(self) -> None:
        actors = self._findings.actors
        writes = Counter(actors.of_write(write.at) for write in self._findings.writes)
        told = actors.restless() | writes.keys()
        restless = actors.restless()
        rows = ((actor, writes[actor], actor in restless) for actor in told)
        self._many("INSERT INTO index_actors VALUES (?,?,?)", rows)

    def _note_touches(self) -> None:
        everyone: Counter[str] = Counter()
        own: Counter[tuple[str, int]] = Counter()
        rows: list[tuple[Any, ...]] = []
        for tag, (ended, at), actor in self._findings.touches():
            everyone[tag] += 1
            own[tag, actor] += 1
            rows.append((tag, everyone[tag], ended, at, own[tag, actor], actor))
        rows.sort()
        self._many("INSERT INTO index_touches VALUES (?,?,?,?,?)", (row[:5] for row in rows))
        mine = ((tag, actor, number, ended, at) for tag, _, ended, at, number, actor in rows)
        self._many("INSERT INTO index_own VALUES (?,?,?,?,?)", mine)

    def _cut_answers(self, reader: Reader, progress: Progress) -> None:
        self._settings: dict[str, dict[Field, list[Setting]]] = defaultdict(lambda: defaultdict(list))
        for thing, field, setting in self._findings.settings():
            self._settings[thing][field].append(setting)
        self._many("INSERT INTO index_settings VALUES (?,?,?,?,?,?)", self._setting_rows())
        self._many("INSERT INTO index_answers VALUES (?,?)", self._answers(reader, progress))

    def _setting_rows(self) -> Iterator[tuple[Any, ...]]:
        for thing, fields in self._settings.items():
            rows = [(each.write, field, each) for field, settings in fields.items() for each in settings]
            for number, (at, field, each) in enumerate(sorted(rows, key=lambda row: row[0])):
                path = dumped(each.path)
                yield thing, number, dumped(field), at, path, as_bytes(each.value)

    def _answers(self, reader: Reader, progress: Progress) -> Iterator[tuple[int, bytes]]:
        for at, exchange in enumerate(progress(self._read())):
            if at == self._count:  # recorded meanwhile
                return
            aliased = self._findings.aliases.apply(exchange)
            yield at, packed(cut(at, aliased, reader.keyed(aliased), self._settings_of))

    def _settings_of(self, thing: str) -> Settings:
        return self._settings.get(thing, {})

    def _note_facts(self) -> None:
        facts = {
            "rules": RULES,
            "last_seq": self._last_seq,
            "exchanges": self._count,
            "writes": len(self._findings.writes),
            "series": len(self._series),
            "begun_at": self._begun_at,
            "projects": dumped(self._findings.projects),
        }
        self._many("INSERT INTO index_facts VALUES (?,?)", facts.items())

    def _many(self, sql: str, rows: Iterable[Any]) -> None:
        self._connection.executemany(sql, rows)


def _facts(placed: Placed) -> bytes:
    """Return what is known of an exchange as one JSON list, but its place and actor."""
    each = placed.recorded
    chosen = [[path, word] for path, word in (each.chosen or {}).items()]
    known = [each.seq, each.operation, each.method, each.status, each.is_write, each.began[0], each.answered_s]
    return dumped([*known, each.names, chosen, each.ids, each.program.decode("latin-1"), each.target])
