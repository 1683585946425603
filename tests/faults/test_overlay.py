"""Which request has which fault: by seed and number alone."""

from __future__ import annotations

from statistics import median
from typing import Any

import pytest

from gateway.faults import overlay
from gateway.faults.declared import FaultSettings
from gateway.faults.overlay import Broken, Cut, Dripping, Ending, Faulty, Mishap, Overlay


def faults(*tables: dict[str, Any]) -> Overlay:
    return Overlay(FaultSettings.model_validate(table) for table in tables)


def struck(made: Overlay, times: int = 10, scope: str = "") -> list[int]:
    """Return the numbers of the requests, from 1, that had a fault."""
    return [number for number in range(1, times + 1) if made.met(scope, "cinder_show_volume", "GET") is not None]


@pytest.mark.parametrize(
    ("table", "ending"),
    [
        ({"status": 500, "code": "EVS.1", "message": "no"}, Faulty(500, "EVS.1", "no")),
        ({"rate_limited": {"retry_after_s": 3}}, Faulty(429, retry_after_s=3)),
        ({"reset": True}, Broken(is_reset=True)),
        ({"empty": True}, Broken(is_reset=False)),
        ({"cut": 7}, Cut(7)),
        ({"drip_ms": 250}, Dripping(0.25)),
    ],
)
def test_each_kind_has_its_ending(table: dict[str, Any], ending: Ending) -> None:
    assert faults(table).met("", "x", "GET") == Mishap(("fault-1",), 0.0, ending)


def test_after_and_count_bound_what_is_struck() -> None:
    assert struck(faults({"status": 500, "after": 2, "count": 3})) == [3, 4, 5]


def test_only_what_it_is_for_is_counted() -> None:
    made = faults({"status": 500, "operation": "cinder_show_volume", "method": "GET", "after": 1})
    assert made.met("", "cinder_list_volumes", "GET") is None
    assert made.met("", "cinder_show_volume", "HEAD") is None
    assert struck(made, 2) == [2]


def test_a_seed_gives_the_same_positions_again_and_another_gives_others() -> None:
    table = {"status": 500, "probability": 0.2, "seed": 7}
    positions = struck(faults(table), 1000)
    assert positions == struck(faults(table), 1000)
    assert positions != struck(faults({**table, "seed": 8}), 1000)
    assert 150 < len(positions) < 250


def test_no_fault_moves_the_positions_of_another() -> None:
    often = {"name": "often", "latency_ms": 1}
    seldom = {"name": "seldom", "status": 500, "probability": 0.3}
    alone, beside = faults(seldom), faults(often, seldom)
    for _ in range(50):
        mishap = beside.met("", "x", "GET")
        assert mishap is not None
        assert (alone.met("", "x", "GET") is None) == (mishap.ending is None)


def test_each_scope_has_its_own_positions_until_it_is_forgotten() -> None:
    made = faults({"status": 500, "count": 1})
    assert [struck(made, 2, scope) for scope in ("a", "b", "a")] == [[1], [1], []]
    made.forget("a")
    assert struck(made, 2, "a") == [1]


def test_scopes_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(overlay, "REMEMBERED_SCOPES", 2)
    made = faults({"status": 500, "count": 1})
    assert [struck(made, 1, scope) for scope in ("a", "b", "a", "c", "a", "b")] == [[1], [1], [], [1], [], [1]]


def test_delays_add_up_and_the_first_ending_is_had() -> None:
    made = faults({"latency_ms": 500}, {"latency_ms": 250, "name": "slow"}, {"cut": 1}, {"reset": True})
    assert made.met("", "x", "GET") == Mishap(("fault-1", "slow", "fault-3", "fault-4"), 0.75, Cut(1))


def test_a_uniform_latency_lies_between() -> None:
    times = delays(faults({"latency_ms": [100, 300]}))
    assert 0.1 <= min(times) < 0.12 < 0.28 < max(times) <= 0.3


def test_a_log_normal_latency_has_its_median_and_a_long_tail() -> None:
    times = delays(faults({"latency_ms": {"median": 100, "sigma": 0.5}}))
    assert 0.09 < median(times) < 0.11
    assert max(times) > 0.25


def delays(made: Overlay) -> list[float]:
    return [mishap.delay_s for _ in range(400) if (mishap := made.met("", "x", "GET")) is not None]


@pytest.mark.parametrize(
    ("ending", "hides", "loses"),
    [
        (None, False, False),
        (Dripping(1), False, False),
        (Cut(1), False, True),
        (Faulty(500), True, True),
        (Broken(is_reset=True), True, True),
    ],
)
def test_what_becomes_of_the_services_answer(ending: Ending | None, hides: bool, loses: bool) -> None:
    mishap = Mishap(("a", "b"), 0.0, ending)
    assert (mishap.hides_service, mishap.loses_answer) == (hides, loses)
    assert mishap.header == (b"x-evs-gateway-fault", b"a, b")
