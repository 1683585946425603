"""Asking a live service: waiting, what cannot be asked, what is left behind."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from gateway.cassette.comparing import compare
from gateway.cassette.exchange import Exchange
from gateway.cassette.reissuing import Live, Step, Unasked, everything, reads
from gateway.fronts.reissue import Patience, Reissue
from gateway.http.messages import Request, Response
from gateway.seams import FailureKind, UpstreamFailure
from tests.cassette.test_reissuing import CREATE, DELETE, GONE, LIFE, LIST, P, V, W, exchange, numbered, said, shown


class Service:
    """A service that says its lines in turn, and how long it was waited for."""

    def __init__(self, *lines: Response | UpstreamFailure) -> None:
        self.lines = list(lines)
        self.heard: list[str] = []

    async def ask(self, _: Step, request: Request) -> Response | UpstreamFailure:
        self.heard.append(f"{request.method} {request.target.decode().removeprefix(f'/v2/{P}')}")
        return self.lines.pop(0)

    async def sleep(self, seconds: float) -> None:
        self.heard.append(f"wait {seconds}")


def reissue(service: Service, values: dict[str, str], polls: int = 5) -> Reissue:
    return Reissue(Live({"<project:1>": P, **values}), service.ask, compare, service.sleep, Patience(polls, 0.5))


def created(volume: str = W) -> Response:
    return said({"volume": {"id": volume, "name": "disk", "status": "creating"}}, 202)


def in_order(service: Service, recording: Sequence[Exchange], polls: int = 5) -> Reissue:
    done = reissue(service, {}, polls)
    asyncio.run(done.in_order(everything(recording)))
    return done


def test_a_life_is_lived_again_under_other_ids() -> None:
    listed = said({"volumes": []})
    polls = [shown(word, W).response for word in ("creating", "creating", "available")]
    service = Service(listed, created(), *polls, listed, Response(202), GONE.response)
    done = in_order(service, LIFE)
    show = f"GET /volumes/{W}"
    assert service.heard == [
        *("GET /volumes", "POST /volumes", show, "wait 0.5", show, "wait 0.5", show, "GET /volumes"),
        *(f"DELETE /volumes/{W}", show),
    ]
    assert (done.survey.counts["error"], done.unasked, done.left) == (0, [], ())


def test_patience_ends() -> None:
    service = Service(created(), *[shown("creating", W).response] * 3)
    done = in_order(service, numbered(CREATE, shown("available")), polls=2)
    assert service.heard.count("wait 0.5") == 2
    assert done.left == (f"volume {W}",)


def test_what_was_accepted_is_not_left() -> None:
    offer = exchange("POST", "/os-volume-transfer", said({"transfer": {"id": V}}, 202))
    accept = exchange("POST", f"/os-volume-transfer/{V}/accept", said({"transfer": {"id": V}}, 202))
    service = Service(*[said({"transfer": {"id": W}}, 202)] * 2)
    assert in_order(service, numbered(offer, accept)).left == ()


def test_what_was_not_made_is_not_asked_for() -> None:
    done = in_order(Service(Response(500)), numbered(CREATE, DELETE))
    assert done.unasked == [Unasked(2, "op", "nothing live is known to be <volume:1>")]
    assert done.survey.counts["error"] == 1


def test_reads_are_asked_as_soon_as_their_ids_are_known() -> None:
    other = exchange("POST", "/volumes", created())
    recording = numbered(LIST, shown("available"), other, shown("available", W))
    live = "0d6f2f4f-2f6b-4c0e-8a53-6f3a1f3c9b09"
    service = Service(said({"volumes": [{"id": live, "name": "disk"}]}), shown("available", live).response)
    done = reissue(service, {}, polls=0)
    asyncio.run(done.as_known(reads(recording)))
    assert service.heard == ["GET /volumes", f"GET /volumes/{live}"]
    assert [each.seq for each in done.unasked] == [4]


def test_a_failure_is_an_error() -> None:
    done = in_order(Service(UpstreamFailure(FailureKind.REFUSED, "no")), numbered(LIST))
    assert [row["rule"] for row in done.survey.rows()] == ["failed"]
