"""A recording, indexed: exchanges by key, inside a key by asked-for name and gate, inside those in recorded order.

Built once; the answers are cut into templates when they are first served.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from gateway.cassette.actors import Actors
from gateway.cassette.aliases import Aliases, learnt
from gateway.cassette.answers import Template, template
from gateway.cassette.echoes import Echoes
from gateway.cassette.exchange import Exchange
from gateway.cassette.gates import Gates, is_creation
from gateway.cassette.key import Keyed, keyed
from gateway.cassette.kinds import IS_ALIAS, PROJECT, SECRET, kind_of
from gateway.cassette.leaves import parsed
from gateway.cassette.lineage import Entry, lineage
from gateway.cassette.progress import Position, Segment
from gateway.contract.catalogue import Catalogue
from gateway.contract.model import Effect

Names = tuple[str, ...]

# The one time that changes without a change of state (replay trial, point 12).
_UPDATED = re.compile(rb'"updated_at"\s*:\s*(?:"[^"]*"|null)')


@dataclass(frozen=True, slots=True)
class Track:
    """Answers to one request in recorded order, and the runs of equal answers they fall into."""

    entries: list[Entry] = field(default_factory=list)
    segments: list[Segment] = field(default_factory=list)

    def add(self, entry: Entry, at_s: float) -> None:
        """Add an answer that was there `at_s` seconds after the recording began."""
        if self.entries and _same_answer(self.entries[-1], entry):
            run = self.segments[-1]
            self.segments[-1] = replace(run, last_at=entry.at, count=run.count + 1, last_s=at_s)
        else:
            self.segments.append(Segment(entry.at, entry.at, 1, at_s, at_s))
        self.entries.append(entry)

    def served(self) -> Iterator[list[Entry]]:
        """Yield the answers run by run."""
        begins = 0
        for run in self.segments:
            yield self.entries[begins : begins + run.count]
            begins += run.count

    def entry(self, position: Position) -> Entry:
        """Return the answer at a position: the last of its run when more were served than recorded."""
        before = sum(run.count for run in self.segments[: position.run])
        return self.entries[before + min(position.served, self.segments[position.run].count) - 1]


@dataclass(frozen=True, slots=True)
class Run:
    """The exchanges of one key, name and gate: what anyone saw, and the same by recorded actor."""

    gate: int
    everyone: Track = field(default_factory=Track)
    by_actor: dict[int | None, Track] = field(default_factory=dict)

    def add(self, entry: Entry, actor: int, at_s: float) -> None:
        self.everyone.add(entry, at_s)
        self.by_actor.setdefault(actor, Track()).add(entry, at_s)

    @property
    def entries(self) -> list[Entry]:
        return self.everyone.entries

    def seen_by(self, actor: int | None) -> Track:
        """Return what an actor saw itself, or else what anyone saw."""
        return self.by_actor.get(actor, self.everyone)


@dataclass(frozen=True, slots=True)
class Series:
    """The exchanges of one key. `relevant` are the writes that change what the key depends on."""

    relevant: int
    creates: bool
    runs: dict[Names, dict[int, Run]] = field(default_factory=dict)

    def segments(self) -> Iterator[list[Entry]]:
        """Yield the runs of equal answers, those that a client saw."""
        for gates in self.runs.values():
            for run in gates.values():
                for track in run.by_actor.values():
                    yield from track.served()

    def entries(self) -> list[Entry]:
        found = [entry for gates in self.runs.values() for run in gates.values() for entry in run.entries]
        return sorted(found, key=lambda entry: entry.at)


class Index:
    """Everything that replay needs to know of a recording."""

    def __init__(self, recording: Iterable[Exchange], catalogue: Catalogue) -> None:
        exchanges = list(recording)
        self.begun_at = min((exchange.started_at for exchange in exchanges), default=0.0)
        self.aliases: Aliases = learnt(exchanges)
        aliased = [self.aliases.apply(exchange) for exchange in exchanges]
        self.issued_secrets = frozenset(_issued_secrets(aliased))
        self.entries = [Entry(at, exchange, self._keyed(exchange, catalogue)) for at, exchange in enumerate(aliased)]
        origin = lineage(self.entries)
        self.actors = Actors(self.entries, origin)
        self.gates = Gates(self.entries, origin, self.actors)
        self.projects = tuple(dict.fromkeys(_projects(aliased)))
        self.chosen_names = {value for entry in self.entries for value in entry.keyed.chosen.values()}
        self.series: dict[str, Series] = {}
        self.gate_of: dict[int, int] = {}
        self.actor_of = [self.actors.of_entry(entry) for entry in self.entries]
        self.writers = {self.actor_of[write.at] for write in self.gates.writes}
        self.only_actor = next(iter(self.writers)) if len(self.writers) == 1 else None
        self._echoes = Echoes(self.entries, origin)
        self._templates: dict[int, Template] = {}
        for entry in self.entries:
            self._place(entry)

    def client_of(self, entry: Entry) -> int | None:
        """Return the actor of an exchange if it wrote anything: a connection that only read may be anyone's."""
        actor = self.actor_of[entry.at]
        return actor if actor in self.writers else None

    def template(self, entry: Entry) -> Template:
        """Return the answer of an exchange, cut into pieces."""
        made = self._templates.get(entry.at)
        if made is None:
            operation, response = entry.keyed.operation, entry.exchange.response
            echoes = self._echoes.of(entry, parsed(response.body))
            issues = operation is not None and operation.effect is Effect.ISSUE and not entry.refused
            made = template(response, echoes, entry.keyed.names, issues)
            self._templates[entry.at] = made
        return made

    def _keyed(self, exchange: Exchange, catalogue: Catalogue) -> Keyed:
        request = exchange.request
        identified = catalogue.identify(request.method, request.path, request.query, parsed(request.body))
        return keyed(request, identified, exchange.credential, str, self.issued_secrets)

    def _place(self, entry: Entry) -> None:
        key = entry.keyed
        series = self.series.get(key.text)
        if series is None:
            series = self.series[key.text] = Series(self.gates.relevant(key), is_creation(key))
        gate = self.gates.gate(entry, series.relevant)
        names = tuple(name for _, name in key.names)
        runs = series.runs.setdefault(names, {})
        self.gate_of[entry.at] = gate
        at_s = entry.exchange.completed_at - self.begun_at
        runs.setdefault(gate, Run(gate)).add(entry, self.actor_of[entry.at], at_s)


def _same_answer(one: Entry, other: Entry) -> bool:
    first, second = one.exchange.response, other.exchange.response
    return first.status == second.status and _UPDATED.sub(b"", first.body) == _UPDATED.sub(b"", second.body)


def _issued_secrets(exchanges: list[Exchange]) -> Iterable[str]:
    """Yield the secrets that were given out: a refusal may repeat the wrong one it was sent."""
    for exchange in exchanges:
        if exchange.response.status < 400:
            yield from _aliases_of(exchange.response.body, SECRET)


def _projects(exchanges: list[Exchange]) -> Iterable[str]:
    """Yield the projects in the order in which requests named them, then those only answers show."""
    for exchange in exchanges:
        yield from _aliases_of(exchange.request.target, PROJECT)
    for exchange in exchanges:
        yield from _aliases_of(exchange.response.body, PROJECT)


def _aliases_of(text: bytes, kind: str) -> Iterable[str]:
    return (alias for alias in IS_ALIAS.findall(text.decode("utf-8", "replace")) if kind_of(alias) == kind)
