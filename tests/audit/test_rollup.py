"""Requests counted by the minute."""

from __future__ import annotations

from itertools import pairwise

import pytest

from gateway.audit.rollup import MINUTE_MS, WIDTHS, Minute, Share, minute_of, share_of, step_of, width_of
from tests.audit.records import AT_MS, denied, ended

MINUTE = AT_MS // MINUTE_MS


def test_a_request_is_counted_by_what_and_how_it_ended() -> None:
    assert share_of(ended()) == Share(MINUTE, "cinder_show_volume", "allow", 200, "cloud", 14)
    assert share_of(denied()) == Share(MINUTE, "cinder_create_volume", "deny", 403, "gateway", 10)


def test_a_request_of_unknown_end_is_counted_as_that() -> None:
    record = ended(stage="aborted", outcome={"status": None, "origin": "unknown", "us": None})
    assert share_of(record) == Share(MINUTE, "cinder_show_volume", "allow", 0, "unknown", 0)


def test_a_record_that_says_nothing_is_counted_all_the_same() -> None:
    assert share_of({"stage": "complete"}) == Share(0, "none", "none", 0, "unknown", 0)


def test_what_ends_no_request_is_not_counted() -> None:
    assert (share_of(ended(stage="received")), share_of({"stage": "admin"})) == (None, None)


def test_counts_are_summed_and_times_bounded() -> None:
    fast, slow = Share(5, "a", "allow", 200, "cloud", 10), Share(5, "a", "allow", 200, "cloud", 20)
    others = {Share(5, "a", "deny", 403, "gateway", 5): 2, Share(5, "a", "none", 400, "gateway", 5): 1}
    lost = {Share(5, "a", "allow", 0, "unknown", 0): 1}
    summed = minute_of(5, {fast: 90, slow: 6, **others, **lost})
    assert summed == Minute(5, 100, 2, 1, 1, 1 << 10, 1 << 20, 1)
    assert summed.as_json() == {
        "ts_ms": 300_000,
        "requests": 100,
        "denied": 2,
        "refused": 1,
        "invalid": 1,
        "failed": 1,
        "p50_us_below": 1024,
        "p95_us_below": 1048576,
    }


def test_a_minute_without_requests_took_no_time() -> None:
    assert minute_of(5, {}) == Minute(5, 0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize(
    ("minutes", "step"),
    [(0, 1), (1, 1), (500, 1), (501, 2), (5_000, 10), (9_000, 20), (30_000, 60), (720_000, 1440), (720_001, 2880)],
)
def test_a_step_is_as_short_as_the_points_allow(minutes: int, step: int) -> None:
    assert (step_of(minutes, 500), minutes <= step * 500) == (step, True)


def test_a_step_is_made_of_whole_spans() -> None:
    steps = {1: 1, 5: 1, 20: 10, 30: 10, 120: 60, 720: 60, 1440: 1440, 2880: 1440}
    assert {step: width_of(step) for step in steps} == steps
    assert all(long % short == 0 for short, long in pairwise(WIDTHS))
