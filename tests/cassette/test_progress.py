"""When a poller goes on to the next run of equal answers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cassette.progress import START, Moment, Pace, Position, Progress, Segment, advanced

# Three answers in two seconds, then one, then two.
RUNS = (Segment(0, 2, 3, 0.0, 2.0), Segment(5, 5, 1, 4.0, 4.0), Segment(6, 7, 2, 6.0, 8.0))


def walked(pace, moments):
    """Return the run of each answer to a poller that asks at these moments."""
    position, seen = START, []
    for moment in moments:
        position = advanced(RUNS, position, moment, pace)
        seen.append(position.run)
    return seen


def polled(pace, times, clock_s=0.0):
    return walked(pace, [Moment(0, clock_s)] * times)


def at(pace, *seconds):
    return walked(pace, [Moment(0, clock_s) for clock_s in seconds])


def test_by_count_the_nth_request_gets_the_nth_answer_and_the_last_sticks():
    assert polled(Pace(Progress.COUNT), 8, clock_s=99.0) == [0, 0, 0, 1, 2, 2, 2, 2]


def test_by_step_each_run_is_served_a_fixed_number_of_times():
    assert polled(Pace(Progress.STEP), 5) == [0, 1, 2, 2, 2]
    assert polled(Pace(Progress.STEP, 2), 6) == [0, 0, 1, 1, 2, 2]


def test_by_time_the_clock_alone_tells_the_run():
    assert at(Pace(Progress.TIME), 0.0, 0.1, 0.2, 3.9, 4.0, 5.0, 6.0) == [0, 0, 0, 0, 1, 1, 2]
    assert at(Pace(Progress.TIME), 7.0) == [2]


def test_hybrid_leaves_a_run_by_count_or_by_the_clock_whichever_is_first():
    assert at(Pace(Progress.HYBRID), 0.0, 0.1, 0.2, 0.3, 0.4) == [0, 0, 0, 1, 2]
    assert at(Pace(Progress.HYBRID), 0.0, 4.0) == [0, 1]


def test_hybrid_shows_every_run_to_a_slow_poller():
    assert at(Pace(Progress.HYBRID), 99.0, 99.0, 99.0, 99.0) == [0, 1, 2, 2]


@pytest.mark.parametrize("rule", Progress)
def test_evidence_ends_every_run_that_was_seen_last_before_it(rule):
    assert [walked(Pace(rule), [Moment(latest)]) for latest in (0, 2, 3, 5, 6, 99)] == [[0], [0], [1], [1], [2], [2]]


def test_a_run_entered_anew_counts_from_one():
    assert advanced(RUNS, Position(0, 2), Moment(4), Pace()) == Position(1, 1)
    assert advanced(RUNS, Position(2, 7), Moment(0), Pace()) == Position(2, 8)


@given(
    st.sampled_from(Progress),
    st.integers(1, 3),
    st.lists(st.tuples(st.integers(0, 9), st.floats(0, 9)), max_size=20),
)
def test_nobody_ever_goes_back_and_a_served_run_reaches_past_the_evidence(rule, steps, moments):
    pace, position = Pace(rule, steps), START
    for latest, clock_s in moments:
        further = advanced(RUNS, position, Moment(latest, clock_s), pace)
        assert further.run >= position.run
        assert RUNS[further.run].last_at >= latest or further.run == len(RUNS) - 1
        position = further
