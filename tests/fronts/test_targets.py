"""Looking up what requests name: remembered for a moment, for one asker, and for no longer than the next write."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import replace

from gateway.access.principals import Principal
from gateway.access.requirements import Target as Named
from gateway.access.values import ABSENT
from gateway.contract.model import Resource
from gateway.fronts.targets import KEPT_S, Targets
from gateway.http.messages import Request, Response
from gateway.pipeline import Rules
from gateway.seams import FailureKind, LookUp, Service, UpstreamFailure
from tests.test_pipeline import SHOW, ask, forwarded, pipeline

FORWARD = forwarded(pipeline(Rules()).on_request(ask("GET", SHOW), 1.0))
LOOK = LookUp(FORWARD.arrival, Named(Resource.VOLUME, "v1"), FORWARD)
FOUND = Response(200, ((b"content-type", b"application/json"),), json.dumps({"volume": {"size": 7}}).encode())


class Cloud:
    """Answers with what it is given, and counts."""

    def __init__(self, *answers: Response | UpstreamFailure) -> None:
        self.answers = list(answers)
        self.asked = 0
        self.meanwhile: Callable[[], None] = lambda: None

    async def send(self, request: Request) -> Response | UpstreamFailure:
        self.asked += 1
        self.meanwhile()
        return self.answers.pop(0)

    async def close(self) -> None:
        """Nothing is open."""


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def targets(cloud: Cloud, clock: Clock) -> Targets:
    return Targets({Service.EVS: cloud}, clock)


def state(looking: Targets, look_up: LookUp = LOOK) -> object:
    return asyncio.run(looking.state_of(look_up))


def test_a_state_is_remembered_for_a_moment() -> None:
    cloud, clock = Cloud(FOUND, Response(404)), Clock()
    looking = targets(cloud, clock)
    assert [state(looking), state(looking)] == [{"size": 7}, {"size": 7}]
    assert cloud.asked == 1
    clock.now = KEPT_S + 0.1
    assert state(looking) is None


def test_another_asker_asks_for_itself() -> None:
    cloud = Cloud(FOUND, Response(403))
    looking = targets(cloud, Clock())
    other = replace(LOOK, arrival=replace(LOOK.arrival, principal=Principal(user_id="u2")))
    assert [state(looking), state(looking, other)] == [{"size": 7}, ABSENT]


def test_what_cannot_be_known_is_asked_again() -> None:
    cloud = Cloud(UpstreamFailure(FailureKind.REFUSED, "no"), FOUND)
    looking = targets(cloud, Clock())
    assert [state(looking), state(looking)] == [ABSENT, {"size": 7}]
    assert state(Targets({}, Clock())) is ABSENT


def test_nothing_from_before_a_write_is_remembered() -> None:
    cloud = Cloud(FOUND, FOUND)
    looking = targets(cloud, Clock())
    state(looking)
    looking.forget()
    state(looking)
    assert cloud.asked == 2


def test_what_was_asked_before_a_write_is_not_remembered_after_it() -> None:
    cloud = Cloud(FOUND, FOUND)
    looking = targets(cloud, Clock())
    cloud.meanwhile = looking.forget
    state(looking)
    state(looking)
    assert cloud.asked == 2
