"""The manner of a replay as a test sets it: when states go on, and which times answers show."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from gateway.errors import SettingsError
from gateway.fronts.embedded import evs_gateway
from gateway.fronts.testing.handle import EvsGateway

CASSETTE = Path(__file__).parents[2] / "cassettes" / "first-session.cassette"
PROJECT = "e57e57e57e57e57e57e57e57e57e57e5"
ORDER = {"name": "mine", "size": 40, "volume_type": "SSD", "availability_zone": "az-dc-1"}
# 2030-03-17T17:46:40Z
NOW = 1_900_000_000.0


def ask(gateway: EvsGateway, path: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    headers = {"X-Auth-Token": "t", "Content-Type": "application/json"}
    request = urllib.request.Request(f"{gateway.endpoint}/v2/{PROJECT}{path}", data, headers)
    with urllib.request.urlopen(request, timeout=20) as answer:
        return json.loads(answer.read())["volume"]


def polled(gateway: EvsGateway, times: int = 9) -> list[str]:
    """Return what a disk says that is polled without a pause, as long as it says the same."""
    created = ask(gateway, "/volumes", {"volume": ORDER})
    statuses = [ask(gateway, f"/volumes/{created['id']}")["status"] for _ in range(times)]
    return statuses[: statuses.index("available") + 1]


def test_step_shows_each_state_once_and_count_as_often_as_recorded() -> None:
    with evs_gateway(CASSETTE, progress="step", clock=lambda: NOW) as gateway:
        assert polled(gateway) == ["creating", "available"]
    with evs_gateway(CASSETTE, progress="count", clock=lambda: NOW) as gateway:
        statuses = polled(gateway)
        assert (statuses[-2:], len(statuses) > 2) == (["creating", "available"], True)


def test_the_clock_ends_a_state_and_runs_at_the_speed_that_is_set() -> None:
    moments = iter(NOW + number * 0.01 for number in range(1000))
    with evs_gateway(CASSETTE, speed=1000, clock=lambda: next(moments)) as gateway:
        assert polled(gateway) == ["creating", "available"]


def test_shifted_times_begin_with_the_replay_and_recorded_ones_stay() -> None:
    with evs_gateway(CASSETTE, times="shifted", clock=lambda: NOW) as gateway:
        assert ask(gateway, "/volumes", {"volume": ORDER})["created_at"][:16] == "2030-03-17T17:46"
    with evs_gateway(CASSETTE, clock=lambda: NOW) as gateway:
        assert ask(gateway, "/volumes", {"volume": ORDER})["created_at"][:4] == "2026"


def test_a_manner_that_nobody_knows() -> None:
    with pytest.raises(SettingsError, match=r"replay\.speed is '-1'"), evs_gateway(CASSETTE, speed=-1):
        pass
