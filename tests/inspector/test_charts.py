"""Charts: what they are made of, and that they have a value for each step."""

from __future__ import annotations

import pytest

from gateway.audit.entries import Term
from gateway.audit.rollup import Counted, Minute, Only, Share
from gateway.audit.search import Query
from gateway.inspector.charts import Chart, Times, chart_of, chart_of_search, choice_of, ends_of, rows_of, times_of

TIMES = Times(10, 13, 1)
FAST, DENIED = Share(10, "", "allow", 200, "cloud", 10), Share(12, "", "deny", 403, "gateway", 5)
COUNTED = ((FAST, 3), (DENIED, 2))
EMPTY = Minute(11, 0, 0, 0, 0, 0, 0)


def test_a_chart_has_a_value_for_each_step() -> None:
    chart = chart_of(COUNTED, TIMES)
    points = (Minute(10, 3, 0, 0, 0, 1024, 1024), EMPTY, Minute(12, 2, 2, 0, 0, 32, 32))
    assert (chart, chart.requests, list(rows_of(chart))) == (Chart(TIMES, points), 5, [points[0], points[2]])


def test_a_chart_as_json_has_columns_and_gaps() -> None:
    assert chart_of(COUNTED, TIMES).as_json() == {
        "step_s": 60,
        "counted_from_ms": None,
        "t": [600, 660, 720],
        "requests": [3, 0, 2],
        "denied": [0, 0, 2],
        "invalid": [0, 0, 0],
        "errors": [0, 0, 0],
        "p50_ms": [1.024, None, 0.032],
        "p95_ms": [1.024, None, 0.032],
    }


def test_a_chart_of_the_newest_records_says_from_when_on() -> None:
    assert chart_of_search(Counted(COUNTED, 600_001, True), TIMES).counted_from_ms is None
    assert chart_of_search(Counted(COUNTED, 600_001, False), TIMES) == Chart(
        TIMES, chart_of(COUNTED, TIMES).points, 600_001
    )


@pytest.mark.parametrize(
    ("query", "extent", "times"),
    [
        (Query(), None, Times(0, 0, 1)),
        (Query(), (100, 160), Times(100, 160, 1)),
        (Query(since_ms=6_600_000, until_ms=7_200_001), (100, 160), Times(110, 121, 1)),
        (Query(since_ms=60_000), (100, 100_000), Times(0, 100_000, 360)),
        (Query(since_ms=9_000_000 * 60_000), (100, 160), Times(9_000_000, 9_000_000, 1)),
    ],
    ids=["nothing", "all", "a part", "long", "after all"],
)
def test_the_time_of_a_chart_is_what_was_asked_as_far_as_there_is_something(
    query: Query, extent: tuple[int, int] | None, times: Times
) -> None:
    assert times_of(query, extent) == times


def test_no_chart_has_more_points_than_it_may() -> None:
    for end in (7, 499, 501, 12_345, 700_000, 5_000_000):
        times = times_of(Query(), (7, end))
        assert len(range(times.since, times.until, times.step)) <= 500


@pytest.mark.parametrize(
    ("query", "only"),
    [
        (Query(), Only()),
        (Query((("stage", "complete"), ("stage", "aborted"), ("stage", "admin"))), Only()),
        (Query((("operation", "a"), ("origin", "cloud"))), Only(operations=("a",), origins=("cloud",))),
        (Query((("status", "403"), ("status", "5xx"))), Only(statuses=(403,), classes=(5,))),
        (Query((("decision", "deny"), ("decision", "none"))), Only(decisions=("deny", "none"))),
        (Query((("decision", "explicit"),)), None),
        (Query((("principal", "bob"),)), None),
        (Query((("stage", "complete"),)), None),
        (Query((("status", "²00"),)), None),
        (Query((("status", "7xx"),)), None),
        (Query(words=frozenset({"disk"})), None),
    ],
    ids=[
        "all",
        "ends",
        "operation+origin",
        "status",
        "decision",
        "kind",
        "principal",
        "stage",
        "digit",
        "class",
        "words",
    ],
)
def test_the_counts_are_asked_where_they_know_what_is_chosen(query: Query, only: Only | None) -> None:
    assert choice_of(query) == only


def test_records_are_counted_that_end_a_request() -> None:
    ends: tuple[Term, ...] = (("stage", "aborted"), ("stage", "complete"))
    bob: Term = ("principal", "bob")
    assert ends_of(Query((bob, ("stage", "complete"), ("stage", "admin")))).terms == (bob, ("stage", "complete"))
    assert ends_of(Query((bob,), frozenset({"w"}), 1, 2)) == Query((bob, *ends), frozenset({"w"}), 1, 2)
    assert ends_of(Query((("stage", "gap"),))).terms == (("stage", "gap"),)
