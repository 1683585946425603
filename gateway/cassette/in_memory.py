"""The index of a recording that is in memory, for text cassettes and whatever else is small."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from gateway.cassette.answers import Template
from gateway.cassette.echoes import Field, Setting, Settings
from gateway.cassette.exchange import CredentialClass, Exchange
from gateway.cassette.foretold import Foretold
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
from gateway.cassette.indexing import Findings, Placed, Reader, cut
from gateway.cassette.key import Part
from gateway.contract.catalogue import Catalogue


@dataclass(slots=True)
class _Line:
    """The writes of one tag, or of one client among them, in order of their completion."""

    ends: list[When] = field(default_factory=list)

    def completed(self, number: int) -> When:
        if number == 0:
            return BEGINNING
        return self.ends[number - 1] if number <= len(self.ends) else END


@dataclass(slots=True)
class _Series:
    """The exchanges of one key and asked-for names, in the order in which they began."""

    places: list[Placed] = field(default_factory=list)
    began: list[When] = field(default_factory=list)

    def settle(self) -> None:
        self.places.sort(key=lambda placed: placed.recorded.began)
        self.began = [placed.recorded.began for placed in self.places]

    def within(self, span: Span) -> list[Placed]:
        return self.places[bisect_right(self.began, span.after) : bisect_right(self.began, span.before)]


_NO_LINE = _Line()


class MemoryIndex:
    """Holds the recording, and looks everything up in dictionaries and sorted lists."""

    def __init__(self, recording: Iterable[Exchange], catalogue: Catalogue) -> None:
        exchanges = list(recording)
        self.begun_at = min((exchange.started_at for exchange in exchanges), default=0.0)
        self._findings = Findings()
        self._reader = Reader(catalogue, self._findings, self.begun_at)
        for exchange in exchanges:
            self._findings.reserve(exchange)
        self._keys: dict[str, dict[Names, int]] = defaultdict(dict)
        self._series: list[_Series] = []
        self._placed = [self._reader.read(at, exchange) for at, exchange in enumerate(exchanges)]
        self._exchanges = exchanges
        self._settle()

    def _settle(self) -> None:
        findings = self._findings
        findings.settle()
        actors = findings.actors
        self._placed = [
            replace(placed, recorded=replace(placed.recorded, actor=actors.of_connection(placed.connection)))
            for placed in self._placed
        ]
        for placed in self._placed:
            self._series_of(placed).places.append(placed)
        for series in self._series:
            series.settle()
        self._note_touches()
        self._settings: dict[str, dict[Field, list[Setting]]] = defaultdict(lambda: defaultdict(list))
        for thing, member, setting in findings.settings():
            self._settings[thing][member].append(setting)
        self._owners, self._restless = actors.of_things(), actors.restless()
        self._writes_of = Counter(actors.of_write(write.at) for write in findings.writes)
        self._value_of = {alias: value for value, alias in findings.aliases.alias_of.items()}
        self._templates: dict[int, Template] = {}

    def _series_of(self, placed: Placed) -> _Series:
        names = tuple(name for _, name in placed.keyed.names)
        numbers = self._keys[placed.keyed.text]
        if names not in numbers:
            numbers[names] = len(self._series)
            self._series.append(_Series())
        return self._series[numbers[names]]

    def _note_touches(self) -> None:
        self._lines: dict[tuple[str, int | None], _Line] = defaultdict(_Line)
        self._touches: dict[int, list[Touch]] = defaultdict(list)
        for tag, ended, actor in self._findings.touches():
            everyone, own = self._lines[tag, None].ends, self._lines[tag, actor].ends
            everyone.append(ended)
            own.append(ended)
            self._touches[ended[1]].append(Touch(tag, len(everyone), len(own)))

    @property
    def exchanges(self) -> int:
        return len(self._exchanges)

    @property
    def writes(self) -> int:
        return len(self._findings.writes)

    @property
    def projects(self) -> tuple[str, ...]:
        return self._findings.projects

    @property
    def keys(self) -> Container[str]:
        return self._keys

    @property
    def issued_secrets(self) -> Container[str]:
        return self._findings.issued_secrets

    @property
    def chosen_names(self) -> Container[str]:
        return self._findings.chosen_names

    def alias_of(self, value: str) -> str | None:
        return self._findings.aliases.find(value)

    def value_of(self, alias: str) -> str | None:
        return self._value_of.get(alias)

    @property
    def only_actor(self) -> int | None:
        return next(iter(self._writes_of)) if len(self._writes_of) == 1 else None

    def owner(self, thing: str) -> int | None:
        return self._owners.get(thing)

    def is_restless(self, actor: int) -> bool:
        return actor in self._restless

    def writes_of(self, actor: int) -> int:
        return self._writes_of[actor]

    def children(self, thing: str) -> Sequence[str]:
        return sorted(self._findings.ancestry.result.children.get(thing, ()))

    def touches(self, at: int) -> tuple[Touch, ...]:
        return tuple(self._touches.get(at, ()))

    def completed(self, tag: str, number: int, actor: int | None = None) -> When:
        return self._lines.get((tag, actor), _NO_LINE).completed(number)

    def before(self, tag: str, when: When, actor: int | None = None) -> int:
        return bisect_left(self._lines.get((tag, actor), _NO_LINE).ends, when)

    @property
    def requests(self) -> int:
        return len(self._series)

    def series(self, key: str, names: Names) -> int | None:
        return self._keys[key].get(names) if key in self._keys else None

    def names(self, key: str) -> Iterator[tuple[Names, int]]:
        yield from list(self._keys.get(key, {}).items())[:MOST_NAMES]

    def first(self, series: int, span: Span, who: Who = EVERYONE) -> When | None:
        found = (placed.recorded for placed in self._series[series].within(span))
        return next((each.began for each in found if who.covers(each.actor)), None)

    def last(self, series: int, span: Span, who: Who = EVERYONE) -> When | None:
        found = (placed.recorded for placed in reversed(self._series[series].within(span)))
        return next((each.began for each in found if who.covers(each.actor)), None)

    def run(self, series: int, span: Span) -> tuple[Seen, ...]:
        found = sorted(self._series[series].within(span), key=lambda placed: placed.recorded.at)
        return tuple(_seen(each) for each in found)

    def walk(self, series: int, span: Span, who: Who = EVERYONE) -> Iterator[Recorded]:
        found = (placed.recorded for placed in self._series[series].within(span))
        return (each for each in found if who.covers(each.actor))

    def candidates(self, operation: str, method: str) -> Iterator[Candidate]:
        seen: set[tuple[str, tuple[Part, ...]]] = set()
        for placed in self._placed:
            key, recorded = placed.keyed, placed.recorded
            is_new = (recorded.operation, recorded.method) == (operation, method) and (key.text, key.names) not in seen
            if is_new and len(seen) < MOST_CANDIDATES:
                seen.add((key.text, key.names))
                yield Candidate(key.text, key.parts, key.names, recorded)

    def foretold(self, _method: str, _target: bytes, _credential: CredentialClass) -> Foretold | None:
        return None  # everything is at hand anyway

    def seq(self, at: int) -> int:
        return self._placed[at].recorded.seq

    def recorded(self, at: int) -> Recorded:
        return self._placed[at].recorded

    def template(self, at: int) -> Template:
        made = self._templates.get(at)
        if made is None:
            aliased = self._findings.aliases.apply(self._exchanges[at])
            made = self._templates[at] = cut(at, aliased, self._placed[at].keyed, self._settings_of)
        return made

    def refresh(self) -> None:
        """Nothing is held open."""

    def close(self) -> None:
        """Nothing is held open."""

    def _settings_of(self, thing: str) -> Settings:
        return self._settings.get(thing, {})


def _seen(placed: Placed) -> Seen:
    recorded = placed.recorded
    return Seen(recorded.at, recorded.actor, recorded.began[0], recorded.answered_s, placed.answer)
