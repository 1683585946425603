"""The index of a cassette file, looked up in its tables: opening it reads a few rows, and memory does not depend on
how much was recorded. The exchanges served last are kept ready, up to a number of bytes."""

from __future__ import annotations

import sqlite3
from collections import OrderedDict
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field

from gateway.cassette.answers import Template
from gateway.cassette.exchange import CredentialClass
from gateway.cassette.foretold import Foretold, place_of, read
from gateway.cassette.index import (
    BEGINNING,
    END,
    EVERYONE,
    MOST_CANDIDATES,
    MOST_NAMES,
    Candidate,
    Names,
    Recorded,
    Seen,
    Span,
    Touch,
    When,
    Who,
)
from gateway.cassette.packing import unpacked
from gateway.cassette.spoken import as_bytes, as_text, loaded
from gateway.stores.index_runs import unpacked_run
from gateway.stores.index_view import View
from gateway.stores.index_writer import key_digest, words_of

# Answers that are kept ready: as many as take about this in memory.
READY_BYTES = 32 * 1024 * 1024
# What an answer takes in memory, beside its bytes in the table and as a multiple of them.
_EACH_BYTES, _TIMES = 2048, 4
# Keys and exchanges that are remembered; emptied when full.
_REMEMBERED = 4096
_WALK = 64
_ALIAS = "SELECT alias, actor, writes FROM index_ids WHERE value = ?"
_SPAN = "(began, at) > (?, ?) AND (began, at) <= (?, ?)"

# The numbers of a key and, where no names are asked for, of its series.
_Request = tuple[int, int | None]
_UNASKED: _Request = (-1, None)
_UNSEEN = "not looked up yet"
# The client that has a thing for its own, and how many writes touch it; None where that is not known.
_Thing = tuple[int | None, int | None]
_NO_THING: _Thing = (None, None)


@dataclass(slots=True)
class _Ready:
    """The answers served last, the one longest unused first."""

    kept: OrderedDict[int, tuple[Template, int]] = field(default_factory=OrderedDict)
    size: int = 0

    def get(self, at: int) -> Template | None:
        if at not in self.kept:
            return None
        self.kept.move_to_end(at)
        return self.kept[at][0]

    def add(self, at: int, template: Template, size: int) -> None:
        self.kept[at] = (template, size)
        self.size += size
        while self.size > READY_BYTES:
            self.size -= self.kept.popitem(last=False)[1][1]


@dataclass(frozen=True, slots=True)
class _Words(Container[str]):
    """The words of one kind that an index holds."""

    index: SqliteIndex
    kind: str

    def __contains__(self, word: object) -> bool:
        return (
            self.index.one("SELECT 1 FROM index_words WHERE kind = ? AND word = ?", self.kind, as_bytes(str(word)))
            is not None
        )


@dataclass(frozen=True, slots=True)
class _Keys(Container[str]):
    """The texts of the recorded keys."""

    index: SqliteIndex

    def __contains__(self, text: object) -> bool:
        return self.index.key(str(text)) is not None


class SqliteIndex:
    """Looks up an index that was written; `connection` shows one that is whole."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._view = View(connection)
        self.one, self._rows = self._view.one, self._view.rows
        facts = self._view.facts
        self.exchanges: int = facts["exchanges"]
        self.writes: int = facts["writes"]
        self.requests: int = facts["series"]
        self.begun_at: float = facts["begun_at"]
        self.projects: tuple[str, ...] = tuple(loaded(facts["projects"]))
        writers = self._rows("SELECT actor FROM index_actors WHERE writes > 0 LIMIT 2")
        self.only_actor: int | None = writers[0][0] if len(writers) == 1 else None
        self.keys: Container[str] = _Keys(self)
        self.chosen_names: Container[str] = _Words(self, "name")
        self.issued_secrets: Container[str] = _Words(self, "secret")
        self._requests: dict[str, _Request | None] = {}
        self._runs: dict[int, bytes] = {}
        self._things: dict[str, _Thing] = {}
        self._aliases: dict[str, str | None] = {}
        self._values: dict[str, str | None] = {}
        self._known: dict[int, tuple[Recorded, bytes]] = {}
        self._actors: dict[int, tuple[int, bool]] = {}
        self._untold: set[bytes] = set()
        self._ready = _Ready()

    def refresh(self) -> None:
        self._view.renew()

    def close(self) -> None:
        self._view.close()

    def alias_of(self, value: str) -> str | None:
        found = self._aliases.get(value, _UNSEEN)
        if found is _UNSEEN:
            found = self._alias(value)
            if len(self._aliases) >= _REMEMBERED:
                self._aliases.clear()
            self._aliases[value] = found
        return found

    def _alias(self, value: str) -> str | None:
        row = self.one(_ALIAS, as_bytes(value))
        known, lower = value, value.lower()
        if row is None and lower != value:
            row, known = self.one(_ALIAS, as_bytes(lower)), lower
        if row is None:
            return None
        alias: str = row[0]
        self._note(alias, row[1:])
        self._keep(alias, known)
        return alias

    def value_of(self, alias: str) -> str | None:
        found = self._values.get(alias, _UNSEEN)
        if found is _UNSEEN:
            row = self.one("SELECT value FROM index_ids WHERE alias = ?", alias)
            found = as_text(row[0]) if row else None
            self._keep(alias, found)
        return found

    def _keep(self, alias: str, value: str | None) -> None:
        if len(self._values) >= _REMEMBERED:
            self._values.clear()
        self._values[alias] = value

    def owner(self, thing: str) -> int | None:
        return self._thing(thing)[0]

    def _thing(self, thing: str) -> _Thing:
        found = self._things.get(thing)
        if found is None:
            found = self.one("SELECT actor, writes FROM index_things WHERE thing = ?", thing) or _NO_THING
            self._note(thing, found)
        return found

    def _note(self, thing: str, found: _Thing) -> None:
        if len(self._things) >= _REMEMBERED:
            self._things.clear()
        self._things[thing] = found

    def is_restless(self, actor: int) -> bool:
        return self._actor(actor)[1]

    def writes_of(self, actor: int) -> int:
        return self._actor(actor)[0]

    def _actor(self, actor: int) -> tuple[int, bool]:
        """Return how many writes of a client were carried out, and whether it is a restless one."""
        found = self._actors.get(actor)
        if found is None:
            row = self.one("SELECT writes, restless FROM index_actors WHERE actor = ?", actor) or (0, 0)
            if len(self._actors) >= _REMEMBERED:
                self._actors.clear()
            found = self._actors[actor] = row[0], bool(row[1])
        return found

    def children(self, thing: str) -> Sequence[str]:
        return [row[0] for row in self._rows("SELECT child FROM index_children WHERE thing = ?", thing)]

    def touches(self, at: int) -> tuple[Touch, ...]:
        return tuple(Touch(*row) for row in self._rows("SELECT tag, number, own FROM index_touches WHERE at = ?", at))

    def completed(self, tag: str, number: int, actor: int | None = None) -> When:
        if number == 0:
            return BEGINNING
        writes = self._things.get(tag, _NO_THING)[1]
        if writes is not None and number > writes:
            return END
        if actor is None:
            row = self.one("SELECT ended, at FROM index_touches WHERE tag = ? AND number = ?", tag, number)
        else:
            sql = "SELECT ended, at FROM index_own WHERE tag = ? AND actor = ? AND number = ?"
            row = self.one(sql, tag, actor, number)
        return row or END

    def before(self, tag: str, when: When, actor: int | None = None) -> int:
        if actor is None:
            sql = (
                "SELECT number FROM index_touches INDEXED BY index_touches_by_end"
                " WHERE tag = ? AND (ended, at) < (?, ?) ORDER BY ended DESC, at DESC LIMIT 1"
            )
            row = self.one(sql, tag, *when)
        else:
            sql = (
                "SELECT number FROM index_own INDEXED BY index_own_by_end"
                " WHERE tag = ? AND actor = ? AND (ended, at) < (?, ?) ORDER BY ended DESC, at DESC LIMIT 1"
            )
            row = self.one(sql, tag, actor, *when)
        return row[0] if row else 0

    def key(self, text: str) -> _Request | None:
        """Return the number of a key, and that of its series where no names are asked for."""
        found = self._requests.get(text, _UNASKED)
        if found is _UNASKED:
            if len(self._requests) >= _REMEMBERED:
                self._requests.clear()
                self._runs.clear()
            row = self.one("SELECT key, series, run FROM index_requests WHERE digest = ?", key_digest(text))
            found = self._requests[text] = row[:2] if row else None
            if row and row[2] is not None:
                self._runs[row[1]] = row[2]
        return found

    def series(self, key: str, names: Names) -> int | None:
        found = self.key(key)
        if found is None or not names:
            return found[1] if found else None
        row = self.one("SELECT series FROM index_series WHERE key = ? AND names = ?", found[0], words_of(names))
        return row[0] if row else None

    def names(self, key: str) -> Iterator[tuple[Names, int]]:
        sql = "SELECT names, series FROM index_series WHERE key = ? ORDER BY series LIMIT ?"
        number, _ = self.key(key) or (None, None)
        for words, series in self._rows(sql, number, MOST_NAMES):
            yield tuple(loaded(words)) if words else (), series

    def first(self, series: int, span: Span, who: Who = EVERYONE) -> When | None:
        return self._edge(series, span, who, "")

    def last(self, series: int, span: Span, who: Who = EVERYONE) -> When | None:
        return self._edge(series, span, who, "DESC")

    def _edge(self, series: int, span: Span, who: Who, direction: str) -> When | None:
        source, values = _of(series, who)
        sql = f"SELECT began, at FROM {source} AND {_SPAN} ORDER BY began {direction}, at {direction} LIMIT 1"  # noqa: S608
        row: When | None = self.one(sql, *values, *span.after, *span.before)
        return row

    def run(self, series: int, span: Span) -> tuple[Seen, ...]:
        raw = self._runs.get(series)
        if raw is not None:
            return unpacked_run(raw, span)
        sql = f"SELECT at, actor, began, answered, mark FROM index_places WHERE series = ? AND {_SPAN} ORDER BY at"  # noqa: S608
        return tuple(Seen(*row) for row in self._rows(sql, series, *span.after, *span.before))

    def walk(self, series: int, span: Span, who: Who = EVERYONE) -> Iterator[Recorded]:
        source, values = _of(series, who)
        sql = f"SELECT began, at FROM {source} AND {_SPAN} ORDER BY began, at LIMIT {_WALK}"  # noqa: S608
        after = span.after
        while page := self._rows(sql, *values, *after, *span.before):
            yield from (self.recorded(at) for _, at in page)
            after = page[-1]

    def candidates(self, operation: str, method: str) -> Iterator[Candidate]:
        sql = (
            "SELECT text, parts, (SELECT p.at FROM index_places AS p WHERE p.series = s.series"
            " ORDER BY p.began, p.at LIMIT 1) FROM index_keys JOIN index_series AS s USING (key)"
            " WHERE operation = ? AND method = ? ORDER BY key, s.series LIMIT ?"
        )
        for text, parts, at in self._rows(sql, operation, method, MOST_CANDIDATES):
            first = self.recorded(at)
            yield Candidate(as_text(text), _parts(loaded(parts)), first.names, first)

    def foretold(self, method: str, target: bytes, credential: CredentialClass) -> Foretold | None:
        if target in self._untold:
            return None
        row = self.one("SELECT told FROM index_foretold WHERE place = ?", place_of(method, target, credential))
        told = read(row[0]) if row is not None else None
        if told is not None and told.target == target:
            return told
        if len(self._untold) >= _REMEMBERED:
            self._untold.clear()
        self._untold.add(target)
        return None

    def seq(self, at: int) -> int:
        return at + 1  # a cassette file numbers its exchanges without gaps

    def recorded(self, at: int) -> Recorded:
        return self._fetched(at)[0]

    def template(self, at: int) -> Template:
        found = self._ready.get(at)
        if found is None:
            answer = self._fetched(at)[1]
            found = unpacked(answer)
            self._ready.add(at, found, _EACH_BYTES + _TIMES * len(answer))
        return found

    def _fetched(self, at: int) -> tuple[Recorded, bytes]:
        """Return an exchange and its packed answer: who asks for the one asks for the other next."""
        found = self._known.get(at)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            actor, facts, answer = self.one("SELECT actor, facts, answer FROM index_exchanges WHERE at = ?", at)
            found = self._known[at] = (_recorded(at, actor, facts), answer)
        return found


def _of(series: int, who: Who) -> tuple[str, tuple[int, ...]]:
    """Return from where exchanges of a series are taken, and the values that this needs."""
    if who.only is not None:
        return "index_places INDEXED BY index_places_by_actor WHERE series = ? AND actor = ?", (series, who.only)
    if who.but is not None:
        return "index_places WHERE series = ? AND actor <> ?", (series, who.but)
    return "index_places WHERE series = ?", (series,)


def _recorded(at: int, actor: int, facts: bytes) -> Recorded:
    seq, operation, method, status, is_write, began, answered_s, names, chosen, ids, program, target = loaded(facts)
    return Recorded(
        at,
        seq,
        operation,
        method,
        status,
        is_write,
        actor,
        (began, at),
        answered_s,
        _parts(names) if names else (),
        {tuple(path): word for path, word in chosen},
        tuple(ids),
        program.encode("latin-1"),
        target,
    )


def _parts(pairs: list[list[str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, value) for name, value in pairs)
