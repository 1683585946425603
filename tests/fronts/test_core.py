"""The core and the audit trail: what is on disk before what, and what becomes of requests that cannot be recorded."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field

from gateway.cassette.redaction import Redactor
from gateway.contract.catalogue import CATALOGUE
from gateway.errors import StoreFullError
from gateway.fronts.core import Answered, Core
from gateway.http.links import Links
from gateway.http.messages import Request, Response
from gateway.pipeline import Pipeline, Rules
from gateway.seams import Ending, Forward, Reply, Service, UpstreamFailure
from tests.test_auditing import CREATION, PROJECT, SHOW, ask

QUERY, CREATE = ask("GET", SHOW), ask("POST", f"/v2/{PROJECT}/volumes", CREATION)
REFUSED = ask("POST", f"/v2/{PROJECT}/volumes", {"volume": {}})


@dataclass
class Kept:
    """A trail in memory and a cloud, which tell the order of things; the trail is full after `room` records."""

    room: int = 100
    story: list[str] = field(default_factory=list)
    endings: list[Ending] = field(default_factory=list)
    recorded: int = 0

    async def received(self, request_id: str, forward: Forward) -> int:
        self._take(f"received {request_id}")
        return 7

    async def complete(self, request_id: str, ending: Ending) -> None:
        self._take(f"complete {request_id}")
        self.endings.append(ending)

    async def send(self, request: Request) -> Response | UpstreamFailure:
        self.story.append(f"sent {request.method}")
        return Response(202, ((b"x-request-id", b"cloud"),))

    async def close(self) -> None: ...

    def _take(self, what: str) -> None:
        if self.recorded == self.room:
            raise StoreFullError("full")
        self.recorded += 1
        self.story.append(what)

    def core(self) -> Core:
        pipeline = Pipeline(CATALOGUE, Rules(), Redactor(bytes(32)), Links(()))
        return Core(pipeline, {Service.EVS: self}, None, lambda: 1000.0, lambda: "minted", trail=self)

    def answer(self, request: Request) -> Answered:
        return asyncio.run(self.core().answer(request))


def found(answered: Answered) -> str:
    (envelope,) = json.loads(answered.response.body).values()
    return str(envelope["details"][0]["found"])


def test_a_write_is_in_the_trail_before_it_is_sent_and_before_its_answer() -> None:
    kept = Kept()
    assert kept.answer(CREATE).response.status == 202
    assert kept.story == ["received minted", "sent POST", "complete cloud"]
    (ending,) = kept.endings
    assert (ending.received, ending.given_id, ending.response.status) == (7, "minted", 202)


def test_a_query_is_in_the_trail_before_its_answer() -> None:
    kept = Kept()
    kept.answer(QUERY)
    assert kept.story == ["sent GET", "complete cloud"]


def test_what_was_refused_is_in_the_trail_too() -> None:
    kept = Kept()
    assert kept.answer(REFUSED).response.status == 400
    assert kept.story == ["complete minted"]
    assert (kept.endings[0].forward, kept.endings[0].received) == (None, 0)


def test_a_write_that_cannot_be_noted_is_not_sent() -> None:
    kept = Kept(room=0)
    answered = kept.answer(CREATE)
    assert (answered.response.status, kept.story) == (503, [])
    assert found(answered) == "nothing was sent to the cloud: full"


def test_a_write_whose_end_cannot_be_recorded_says_that_it_was_done() -> None:
    answered = Kept(room=1).answer(CREATE)
    assert answered.response.status == 503
    assert found(answered) == "the audit trail took no record: the cloud answered 202; full"


def test_an_answer_that_cannot_be_recorded_is_not_given() -> None:
    answered = Kept(room=0).answer(REFUSED)
    assert answered.response.status == 503
    assert found(answered) == "the audit trail took no record: full"


def test_who_is_turned_away_at_the_door_is_in_the_trail() -> None:
    kept = Kept()
    answered = asyncio.run(kept.core().turned_away(QUERY, Reply(Response(407))))
    assert (answered.response.status, kept.story) == (407, ["complete minted"])
