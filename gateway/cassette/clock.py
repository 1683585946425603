"""The recorded time that a client of a scope has come to: as recorded in the last answer it got, and running on from
there.

Anchored so, a slow client sees every state that was recorded and waits no longer than was recorded; a clock that ran
from the start of the scope would be past all later states (replay trial, point 9). One a client of the recording: of
two equal ones recorded together each begins at its own first answer (rule 3.5). What is anchored never goes back.
Time comes in as an argument.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple

from gateway.cassette.progress import Moment, Pace, Position, Progress, Segment

_NONE: Mapping[str, Progress] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Tempo:
    """How fast a recording is replayed: the rule by which runs end (and exceptions by operation id), how often the rule
    `step` serves each run, and how many recorded seconds pass in one."""

    rule: Progress = Progress.HYBRID
    by_operation: Mapping[str, Progress] = field(default_factory=lambda: _NONE)
    steps: int = 1
    speed: float = 1.0

    def pace_of(self, operation: str) -> Pace:
        return Pace(self.by_operation.get(operation, self.rule), self.steps)


class Clock(NamedTuple):
    """How far a client has come: the place of the latest recorded answer it got, and since when it is at which second
    of the recording."""

    latest: int = 0
    anchor_s: float = 0.0
    anchored_at: float | None = None

    def moment(self, at: float, speed: float) -> Moment:
        """Return where a client is at a time. A clock that was never set stands at the beginning."""
        return Moment(self.latest, self.second(at, speed))

    def second(self, at: float, speed: float) -> float:
        """Return at which second of the recording a client is at a time."""
        if self.anchored_at is None or at <= self.anchored_at:
            return self.anchor_s
        return self.anchor_s + (at - self.anchored_at) * speed

    def served(self, place: int, anchor_s: float, at: float) -> Clock:
        """Return the clock after an answer."""
        return Clock(max(self.latest, place), max(self.anchor_s, anchor_s), at)

    def joined(self, other: Clock) -> Clock:
        """Return this clock as one who saw the answers of the other too."""
        return Clock(max(self.latest, other.latest), self.anchor_s, self.anchored_at)


def held(runs: Sequence[Segment], position: Position, clock_s: float) -> float:
    """Return what the clock is set to by an answer of a run: not before the run began. It waits at the next run until
    that is served, and where several runs led to a last one at the end of that."""
    run = runs[position.run]
    if position.run < len(runs) - 1:
        clock_s = min(clock_s, runs[position.run + 1].first_s)
    elif len(runs) > 1:
        clock_s = min(clock_s, run.last_s)
    return max(clock_s, run.first_s)
