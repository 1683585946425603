"""Charts over time: how many requests, how they went, how long they took; a value for each step, gaps included.

What a chart is made of is decided here: from the counts of the index where they know what is chosen, else from the
newest records that fit, up to a bound, and then it says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from gateway.audit.entries import Term
from gateway.audit.rollup import MINUTE_MS, Counted, Minute, Only, Share, minute_of, step_of
from gateway.audit.search import Query
from gateway.contract.model import JsonObject, JsonValue

MOST_POINTS = 500
# So many of the newest records are counted where counts do not know what is chosen.
MOST_COUNTED = 10_000
_VERDICTS = frozenset({"allow", "deny", "none"})
_KNOWN = frozenset({"operation", "decision", "status", "origin", "stage"})
_ENDS = frozenset({"complete", "aborted"})


@dataclass(frozen=True, slots=True)
class Times:
    """The time of a chart in minutes since the epoch, `until` is out, and its step."""

    since: int
    until: int
    step: int


@dataclass(frozen=True, slots=True)
class Chart:
    """A value for each step. `counted_from_ms` is set where only the newest records were counted: from then on."""

    times: Times
    points: tuple[Minute, ...]
    counted_from_ms: int | None = None

    @property
    def requests(self) -> int:
        return sum(point.requests for point in self.points)

    def as_json(self) -> JsonObject:
        """Return columns, as they are drawn. Times are seconds; none is said of how long no request took."""
        return {
            "step_s": self.times.step * 60,
            "counted_from_ms": self.counted_from_ms,
            "t": [point.minute * 60 for point in self.points],
            "requests": [point.requests for point in self.points],
            "denied": [point.denied for point in self.points],
            "invalid": [point.invalid for point in self.points],
            "errors": [point.failed for point in self.points],
            "p50_ms": [_ms(point, point.p50_us) for point in self.points],
            "p95_ms": [_ms(point, point.p95_us) for point in self.points],
        }


def times_of(query: Query, extent: tuple[int, int] | None, most: int = MOST_POINTS) -> Times:
    """Return the time of a chart: what was asked for, as far as there is something. `extent` are the first minute that
    was counted and the one behind the last."""
    first, end = extent or (query.since_ms // MINUTE_MS, query.since_ms // MINUTE_MS)
    since = max(query.since_ms // MINUTE_MS, first)
    until = max(min(-(-query.until_ms // MINUTE_MS), end), since)
    # One point less, for a time that does not begin where a step does touches one more.
    step = step_of(until - since, most - 1)
    return Times(since // step * step, until, step)


def choice_of(query: Query) -> Only | None:
    """Return what is counted for a query, None where the counts cannot tell."""
    kinds = {kind for kind, _ in query.terms}
    stages = {word for kind, word in query.terms if kind == "stage"}
    statuses = [word for kind, word in query.terms if kind == "status"]
    decisions = tuple(word for kind, word in query.terms if kind == "decision")
    if query.words or kinds - _KNOWN or (stages and not stages >= _ENDS) or set(decisions) - _VERDICTS:
        return None
    if not all(_is_code(word) or _is_class(word) for word in statuses):
        return None
    return Only(
        tuple(word for kind, word in query.terms if kind == "operation"),
        decisions,
        tuple(int(word) for word in statuses if _is_code(word)),
        tuple(int(word[0]) for word in statuses if _is_class(word)),
        tuple(word for kind, word in query.terms if kind == "origin"),
    )


def ends_of(query: Query) -> Query:
    """Return the query for those of its records that are the end of a request."""
    stages = {word for kind, word in query.terms if kind == "stage"}
    wanted = stages & _ENDS or stages or _ENDS
    others = tuple(term for term in query.terms if term[0] != "stage")
    ends: list[Term] = [("stage", word) for word in sorted(wanted)]
    return Query((*others, *ends), query.words, query.since_ms, query.until_ms)


def chart_of(counted: Iterable[tuple[Share, int]], times: Times) -> Chart:
    """Return the chart of what was counted, in the order of its steps."""
    known = {step: minute_of(step, dict(shares)) for step, shares in groupby(counted, lambda each: each[0].minute)}
    steps = range(times.since, times.until, times.step)
    return Chart(times, tuple(known.get(step) or Minute(step, 0, 0, 0, 0, 0, 0) for step in steps))


def chart_of_search(counted: Counted, times: Times) -> Chart:
    """Return the chart of the records that a search counted."""
    chart = chart_of(counted.shares, times)
    return chart if counted.is_all else Chart(times, chart.points, counted.since_ms)


def rows_of(chart: Chart) -> Iterator[Minute]:
    """Yield the points that say something, for a table."""
    return (point for point in chart.points if point.requests)


def _ms(point: Minute, us: int) -> JsonValue:
    return us / 1000 if point.requests else None


def _is_code(word: str) -> bool:
    return word.isascii() and word.isdigit() and len(word) == 3


def _is_class(word: str) -> bool:
    return len(word) == 3 and word[0] in "12345" and word.endswith("xx")
