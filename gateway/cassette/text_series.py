"""Requests that were repeated, as one series each: what was asked once, what was answered by runs of equal answers.

Equal requests are a series while no write that was carried out, by anyone, started or was completed between them: then
nothing but time can have changed an answer. Answers are equal but for what changes by itself (`updated_at`, request
ids; dates and lengths are tokens already). A connection that asked more than once has series of its own, those that
asked once share theirs. A run keeps the moments of its first and last exchange; the others are spread evenly between,
so what is written, read and written again is the same. Pure, and knows no files.

Exchanges stand in the order in which they were complete. Where a recording goes back in time by more than a second, its
clock was set or it was recorded in parts: what follows is a part of its own and stays behind.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

_GOES_BACK_MS = 1000
_VOLATILE = re.compile(r'"(?:updated_at|request_id)": ?(?:"(?:[^"\\]|\\.)*"|null)')


@dataclass(frozen=True, slots=True)
class Moment:
    """When an exchange started and was complete, in milliseconds from the start of the recording."""

    started_ms: float
    completed_ms: float


@dataclass(frozen=True, slots=True)
class Told:
    """An exchange in words: what was asked and answered, when, by which connection; `is_write` if it changed things."""

    question: dict[str, Any]
    answer: dict[str, Any]
    moment: Moment
    connection: str
    is_write: bool

    @property
    def completed_ms(self) -> float:
        return self.moment.completed_ms


@dataclass(slots=True)
class Run:
    """Equal answers one after the other; `answer` is the first of them."""

    answer: dict[str, Any]
    first: Moment
    last: Moment
    steady: str
    connections: list[str]

    @property
    def count(self) -> int:
        return len(self.connections)


@dataclass(slots=True)
class Series:
    """A request, and the runs of its answers. `part` is that of the recording, from 1."""

    question: dict[str, Any]
    part: int
    runs: list[Run] = field(default_factory=list)

    def add(self, told: Told) -> None:
        steady = _steady(told.answer)
        if self.runs and self.runs[-1].steady == steady:
            self.runs[-1].connections.append(told.connection)
            self.runs[-1].last = told.moment
        else:
            self.runs.append(Run(told.answer, told.moment, told.moment, steady, [told.connection]))


def serialised(exchanges: Iterable[Told]) -> list[Series]:
    """Return the series of a recording by their first exchanges, part by part."""
    recording = list(exchanges)
    uses = Counter(told.connection for told in recording)
    parts = enumerate(_parts(recording), 1)
    return [series for number, part in parts for series in _serialised(part, number, uses)]


def _parts(recording: Iterable[Told]) -> Iterator[list[Told]]:
    """Yield the parts of a recording, each in the order in which its exchanges were complete."""
    part: list[Told] = []
    latest_ms = 0.0
    for told in recording:
        if part and told.completed_ms < latest_ms - _GOES_BACK_MS:
            yield sorted(part, key=attrgetter("completed_ms"))
            part, latest_ms = [], 0.0
        part.append(told)
        latest_ms = max(latest_ms, told.completed_ms)
    yield sorted(part, key=attrgetter("completed_ms"))


def _serialised(part: list[Told], number: int, uses: Mapping[str, int]) -> list[Series]:
    changes = _changes(part)
    found: list[Series] = []
    growing: dict[tuple[str, str | None], Series] = {}
    for told in part:
        key = _text(told.question), told.connection if uses[told.connection] > 1 else None
        if key not in growing or not _goes_on(growing[key], told, changes):
            growing[key] = Series(told.question, number)
            found.append(growing[key])
        growing[key].add(told)
    return found


def spread(first: Moment, last: Moment, count: int) -> Iterator[Moment]:
    """Yield the moments of a run's exchanges: as many, from its first to its last."""
    yield first
    for step in range(1, count - 1):
        share = step / (count - 1)
        yield Moment(
            _between(first.started_ms, last.started_ms, share), _between(first.completed_ms, last.completed_ms, share)
        )
    if count > 1:
        yield last


def _between(first_ms: float, last_ms: float, share: float) -> float:
    return min(max(first_ms, round(first_ms + (last_ms - first_ms) * share, 3)), last_ms)


def _changes(exchanges: Sequence[Told]) -> list[float]:
    """Return when writes that were carried out started and were complete."""
    writes = (told.moment for told in exchanges if told.is_write)
    return sorted(at for moment in writes for at in (moment.started_ms, moment.completed_ms))


def _goes_on(series: Series, told: Told, changes: list[float]) -> bool:
    """True when an exchange belongs to a series: it started later, and nothing changed from its first exchange on."""
    place = bisect_left(changes, series.runs[0].first.started_ms)
    is_still = place == len(changes) or changes[place] > told.moment.completed_ms
    return is_still and told.moment.started_ms >= series.runs[-1].last.started_ms


def _steady(answer: dict[str, Any]) -> str:
    return _VOLATILE.sub("", _text(answer))


def _text(value: dict[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
