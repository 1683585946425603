"""How far in the recording a client is."""

from gateway.cassette.clock import Clock, Tempo, held
from gateway.cassette.progress import Moment, Pace, Position, Progress, Segment, advanced

RUNS = (Segment(0, 2, 3, 0.0, 2.0), Segment(5, 5, 1, 4.0, 4.0), Segment(6, 7, 2, 6.0, 8.0))


def test_a_clock_that_was_never_set_stands_at_the_beginning():
    assert Clock().moment(1_700_000_000.0, 1.0) == Moment(0, 0.0)


def test_a_clock_runs_on_from_the_last_answer_at_its_speed():
    clock = Clock().served(3, 2.5, at=100.0)
    assert [clock.moment(at, speed) for at, speed in ((101.0, 1.0), (101.0, 10.0), (99.0, 1.0))] == [
        Moment(3, 3.5),
        Moment(3, 12.5),
        Moment(3, 2.5),
    ]


def test_what_is_anchored_never_goes_back():
    assert Clock().served(3, 2.5, at=1.0).served(2, 1.0, at=2.0) == Clock(3, 2.5, 2.0)


def test_the_answers_of_another_count_but_not_its_time():
    assert Clock(3, 2.5, 1.0).joined(Clock(7, 9.0, 5.0)) == Clock(7, 2.5, 1.0)


def test_an_answer_sets_the_clock_inside_its_run_or_before_the_next():
    assert [held(RUNS, Position(0, 1), clock_s) for clock_s in (0.0, 3.0, 9.0)] == [0.0, 3.0, 4.0]
    assert [held(RUNS, Position(1, 1), clock_s) for clock_s in (0.0, 5.0, 9.0)] == [4.0, 5.0, 6.0]


def test_a_last_run_that_others_led_to_holds_the_clock_and_one_that_is_alone_does_not():
    assert [held(RUNS, Position(2, 1), clock_s) for clock_s in (0.0, 7.0, 9.0)] == [6.0, 7.0, 8.0]
    assert [held(RUNS[:1], Position(0, 1), clock_s) for clock_s in (0.0, 9.0)] == [0.0, 9.0]


def test_an_operation_may_have_a_rule_of_its_own():
    tempo = Tempo(Progress.TIME, {"job": Progress.STEP}, 2)
    assert [tempo.pace_of(each) for each in ("job", "disk")] == [Pace(Progress.STEP, 2), Pace(Progress.TIME, 2)]


def polls_until_the_end(rule, pause_s):
    """Return how many polls it takes to see the end of a state that was polled 40 times in 0.8 s."""
    runs = (Segment(1, 40, 40, 0.0, 0.78), Segment(41, 41, 1, 0.8, 0.8))
    position, clock, now = Position(), Clock(), 100.0
    for polls in range(1, 10_000):
        moment = clock.moment(now, 1.0)
        position = advanced(runs, position, moment, Pace(rule))
        if position.run == 1:
            return polls
        clock = clock.served(1, held(runs, position, moment.clock_s), now)
        now += pause_s
    raise AssertionError("never over")


def test_a_slow_poller_of_what_was_polled_fast_waits_by_the_clock_and_a_fast_one_by_the_count():
    rules = (Progress.COUNT, Progress.HYBRID, Progress.STEP, Progress.TIME)
    assert {rule: [polls_until_the_end(rule, pause_s) for pause_s in (0.001, 0.4, 3.0)] for rule in rules} == {
        Progress.COUNT: [41, 41, 41],
        Progress.HYBRID: [41, 3, 2],
        Progress.STEP: [2, 2, 2],
        Progress.TIME: [801, 3, 2],
    }
