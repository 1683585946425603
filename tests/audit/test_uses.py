"""Who used which action."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from gateway.audit.entries import LATEST_MS
from gateway.audit.uses import DAY, EVER, HOUR, Stretch, Use, stretches, uses_of
from tests.audit.records import denied, ended

A_WEEK = st.integers(0, 7 * DAY)


def test_each_action_that_was_needed_was_used() -> None:
    record = ended(decision={"required": ["evs:volumes:get", "ims:images:get", "evs:volumes:get"]})
    used = [Use("alice", action, "cinder_show_volume", "allow") for action in ("evs:volumes:get", "ims:images:get")]
    assert list(uses_of(record)) == used


def test_of_a_denied_request_the_denied_action_counts() -> None:
    record = denied(decision={"required": ["evs:volumes:create", "ims:images:get"]})
    assert uses_of(record) == (Use("alice", "evs:volumes:create", "cinder_create_volume", "deny"),)


def test_where_no_policies_were_asked_the_operation_says_what_was_used() -> None:
    assert uses_of(ended(decision=None, who=None)) == (Use("", "", "cinder_show_volume", "none"),)


def test_what_ends_no_request_uses_nothing() -> None:
    assert (uses_of(ended(stage="received")), uses_of({"stage": "aborted"})) == ((), ())


@given(A_WEEK, A_WEEK)
def test_stretches_cover_a_time_to_the_hour_without_gap_or_overlap(since: int, length: int) -> None:
    parts = stretches(since, since + length)
    starts = [part.first for part in parts]
    ends = [part.end for part in parts]
    assert starts[1:] == ends[:-1]
    if parts:
        assert (starts[0], ends[-1]) == (since // HOUR * HOUR, -(-(since + length) // HOUR) * HOUR)


def test_whole_days_are_taken_as_days() -> None:
    assert stretches(DAY - 70, 3 * DAY + 10) == (
        Stretch(HOUR, DAY - 2 * HOUR, DAY),
        Stretch(DAY, DAY, 3 * DAY),
        Stretch(HOUR, 3 * DAY, 3 * DAY + HOUR),
    )
    assert stretches(0, LATEST_MS) == (Stretch(EVER, 0, 1),)
    assert stretches(10, 70) == (Stretch(HOUR, 0, 2 * HOUR),)
