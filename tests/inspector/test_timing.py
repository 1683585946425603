"""How long each step took."""

from __future__ import annotations

from gateway.inspector.timing import Step, steps_of
from tests.audit.records import denied, ended


def test_the_time_of_the_gateway_and_of_the_cloud_are_told_apart() -> None:
    assert steps_of(ended()) == (Step("Upstream", 0.0, 9.0, 0.0, 75.0), Step("Gateway", 9.0, 3.0, 75.0, 25.0))


def test_the_decision_is_a_step_where_its_time_is_known() -> None:
    assert steps_of(ended(outcome={"decided_us": 600})) == (
        Step("Decided", 0.0, 0.6, 0.0, 5.0),
        Step("Upstream", 0.6, 9.0, 5.0, 75.0),
        Step("Gateway: kept and answered", 9.6, 2.4, 80.0, 20.0),
    )


def test_what_was_not_sent_took_its_time_here() -> None:
    assert steps_of(denied()) == (Step("Gateway", 0.0, 0.9, 0.0, 100.0),)


def test_times_that_do_not_fit_are_made_to() -> None:
    assert steps_of(ended(outcome={"us": 9000, "decided_us": 99_000})) == (Step("Upstream", 0.0, 9.0, 0.0, 100.0),)


def test_a_time_that_is_not_known_has_no_steps() -> None:
    assert steps_of(ended(outcome={"us": None})) == ()
