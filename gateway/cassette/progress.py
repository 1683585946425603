"""How far a poller has come in the answers to one request: which run of equal answers it is in, and when it goes on.

A run is left when the rule says so, by what was served of it or by the clock of the scope; and, under every rule, as
soon as anything was served that was recorded later than the run's last observation (evidence). So a served run always
reaches past everything served before it: all answers are as of one moment of the recording that never goes back, and a
job, its disk and a list never contradict each other (replay trial, point 10 and rule 3.4). The last run sticks.

Knows neither exchanges nor requests. Pure: time comes in as a number of seconds from the start of the recording.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from gateway.contract.fleeting import fleeting


@fleeting
class Segment:
    """A run of equal answers: the places of its first and last exchange in the recording, how many they are, and when
    those two were there, in seconds from the start of the recording."""

    first_at: int
    last_at: int
    count: int
    first_s: float
    last_s: float


class Position(NamedTuple):
    """In which run a poller is, and how many answers of that run it has been given."""

    run: int = 0
    served: int = 0


class Moment(NamedTuple):
    """What a scope knows of the recorded time it is at: the place of the latest answer it gave, and its clock."""

    latest: int
    clock_s: float = 0.0


class Progress(StrEnum):
    """When a run is over: after as many answers as were recorded, after a fixed number, when the clock reaches the
    next run, or when either its count is served or the clock reaches the next run."""

    COUNT = "count"
    STEP = "step"
    TIME = "time"
    HYBRID = "hybrid"


class Pace(NamedTuple):
    """The rule of a scope. `steps` is how often the rule `step` serves each run."""

    rule: Progress = Progress.COUNT
    steps: int = 1


START = Position()


def advanced(runs: Sequence[Segment], position: Position, moment: Moment, pace: Pace) -> Position:
    """Return the position after one more answer: the run that gives it, and that it has given one more."""
    last = len(runs) - 1
    place = _over_by_evidence(runs, position.run, moment.latest)
    if place == position.run and place < last and _is_over(runs, position, moment, pace):
        place += 1
    while pace.rule is Progress.TIME and place < last and moment.clock_s >= runs[place + 1].first_s:
        place += 1
    return Position(place, position.served + 1 if place == position.run else 1)


def is_past(runs: Sequence[Segment], latest: int) -> bool:
    """True when evidence alone ends all runs but the last, so that whoever begins is in that."""
    return _over_by_evidence(runs, 0, latest) == len(runs) - 1


def _over_by_evidence(runs: Sequence[Segment], place: int, latest: int) -> int:
    while place < len(runs) - 1 and runs[place].last_at < latest:
        place += 1
    return place


def _is_over(runs: Sequence[Segment], position: Position, moment: Moment, pace: Pace) -> bool:
    """True when the rule ends a run that has been served at least once. By the clock a poller moves on one run at a
    time: a state that was seen once only would vanish else (replay trial, point 10)."""
    if position.served == 0:
        return False
    next_run = runs[position.run + 1]
    match pace.rule:
        case Progress.COUNT:
            return position.served >= runs[position.run].count
        case Progress.STEP:
            return position.served >= pace.steps
        case Progress.TIME:
            return moment.clock_s >= next_run.first_s
        case _:
            return position.served >= runs[position.run].count or moment.clock_s >= next_run.first_s
