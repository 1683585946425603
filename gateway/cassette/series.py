"""A recording, indexed: exchanges by key, inside a key by asked-for name and gate, inside those in recorded order.

Built once; the answers are cut into templates when they are first served.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

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
from gateway.contract.catalogue import Catalogue
from gateway.contract.model import Effect

Names = tuple[str, ...]

# The one time that changes without a change of state (replay trial, point 12).
_UPDATED = re.compile(rb'"updated_at"\s*:\s*(?:"[^"]*"|null)')


@dataclass(frozen=True, slots=True)
class Track:
    """Answers to one request in recorded order. `ends` says of each where the run of equal answers it is in ends."""

    entries: list[Entry] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        place = len(self.entries)
        if self.entries and _same_answer(self.entries[-1], entry):
            start = self.ends.index(self.ends[-1])
            self.ends[start:] = [place] * (place - start)
        self.entries.append(entry)
        self.ends.append(place)

    def next(self, count: int, evidence: int) -> int:
        """Return which answer comes after `count` others. A run of equal answers is over once anything recorded later
        than its end was served (replay trial, point 10); the last run never is."""
        place = min(count, len(self.entries) - 1)
        while self.ends[place] < len(self.entries) - 1 and self.entries[self.ends[place]].at < evidence:
            place = self.ends[place] + 1
        return place


@dataclass(frozen=True, slots=True)
class Run:
    """The exchanges of one key, name and gate: what anyone saw, and the same by recorded actor."""

    gate: int
    everyone: Track = field(default_factory=Track)
    by_actor: dict[int | None, Track] = field(default_factory=dict)

    def add(self, entry: Entry, actor: int) -> None:
        self.everyone.add(entry)
        self.by_actor.setdefault(actor, Track()).add(entry)

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

    def entries(self) -> list[Entry]:
        found = [entry for gates in self.runs.values() for run in gates.values() for entry in run.entries]
        return sorted(found, key=lambda entry: entry.at)


class Index:
    """Everything that replay needs to know of a recording."""

    def __init__(self, recording: Iterable[Exchange], catalogue: Catalogue) -> None:
        exchanges = list(recording)
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
        runs.setdefault(gate, Run(gate)).add(entry, self.actor_of[entry.at])


def _same_answer(one: Entry, other: Entry) -> bool:
    first, second = one.exchange.response, other.exchange.response
    return first.status == second.status and _UPDATED.sub(b"", first.body) == _UPDATED.sub(b"", second.body)


def _issued_secrets(exchanges: list[Exchange]) -> Iterable[str]:
    for exchange in exchanges:
        yield from _aliases_of(exchange.response.body, SECRET)


def _projects(exchanges: list[Exchange]) -> Iterable[str]:
    """Yield the projects in the order in which requests named them, then those only answers show."""
    for exchange in exchanges:
        yield from _aliases_of(exchange.request.target, PROJECT)
    for exchange in exchanges:
        yield from _aliases_of(exchange.response.body, PROJECT)


def _aliases_of(text: bytes, kind: str) -> Iterable[str]:
    return (alias for alias in IS_ALIAS.findall(text.decode("utf-8", "replace")) if kind_of(alias) == kind)
