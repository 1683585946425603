"""What of a recording is asked of a live service, in which order, and under which ids."""

from __future__ import annotations

import json
from typing import Any

from gateway.cassette.comparing import Departure, Weight, compare
from gateway.cassette.exchange import Exchange
from gateway.cassette.kinds import PROJECT
from gateway.cassette.reissuing import Live, Step, Unasked, departures, everything, mark, reads
from gateway.http.messages import Request, Response

P, V, W = "40acc331ac784f34842ba4f08ff2be48", *(f"0d6f2f4f-2f6b-4c0e-8a53-6f3a1f3c9b0{n}" for n in (1, 2))
JSON = ((b"content-type", b"application/json"),)


def said(body: Any, status: int = 200) -> Response:
    return Response(status, JSON, json.dumps(body).encode())


def exchange(method: str, path: str, answer: Response, body: bytes = b"") -> Exchange:
    request = Request(method, f"/v2/{P}{path}".encode(), ((b"accept", b"a"), (b"user-agent", b"b")), body)
    return Exchange("op", request, answer, 1.0, 2.0)


def shown(status: str, volume: str = V) -> Exchange:
    return exchange("GET", f"/volumes/{volume}", said({"volume": {"id": volume, "status": status}}))


def numbered(*exchanges: Exchange) -> list[Exchange]:
    return [each.numbered(seq) for seq, each in enumerate(exchanges, 1)]


CREATE = exchange("POST", "/volumes", said({"volume": {"id": V, "name": "disk", "status": "creating"}}, 202))
LIST = exchange("GET", "/volumes", said({"volumes": [{"id": V, "name": "disk"}]}))
GONE = exchange("GET", f"/volumes/{V}", said({"itemNotFound": {}}, 404))
DELETE = exchange("DELETE", f"/volumes/{V}", Response(202))
LIFE = numbered(LIST, CREATE, shown("creating"), LIST, shown("available"), shown("available"), DELETE, GONE)


def asked(steps: Any) -> list[tuple[int, list[object]]]:
    return [(step.seq, list(step.answers)) for step in steps]


def test_reads_are_asked_once_with_their_last_answer_those_without_ids_first() -> None:
    assert asked(reads(LIFE)) == [(4, [(200, None)]), (8, [(404, None)])]


def test_a_read_waits_for_what_was_shown_before_the_next_write() -> None:
    assert asked(everything(LIFE)) == [
        (1, [(200, None)]),
        (2, [(202, "creating")]),
        (3, [(200, "available")]),
        (4, [(200, None)]),
        (7, [(202, None)]),
        (8, [(404, None)]),
    ]


def test_a_quicker_service_is_no_surprise_while_others_write() -> None:
    other = exchange("POST", "/volumes", said({"volume": {"id": W}}, 202))
    recording = numbered(CREATE, shown("creating"), other, shown("available"), DELETE, GONE)
    assert asked(everything(recording))[1] == (2, [(200, "creating"), (200, "available")])


def test_real_ids_are_known_and_projects_replaced() -> None:
    live = Live.of(LIFE, ("q",))
    assert live.values == {"<project:1>": "q", "<volume:1>": V}
    assert Live.of(LIFE, (), frozenset({PROJECT})).values == {"<project:1>": P}
    request = live.asked(reads(LIFE)[1])
    assert request == Request("GET", f"/v2/q/volumes/{V}".encode(), ((b"accept", b"a"),))


def test_what_cannot_be_asked_says_why() -> None:
    live = Live({"<project:1>": "q"})
    assert live.asked(reads(LIFE)[1]) == Unasked(8, "op", "nothing live is known to be <volume:1>")
    secret = exchange("POST", "/x", Response(200), b'{"password": "redacted-password-0123456789ab"}')
    (step,) = everything([secret])
    assert live.asked(step) == Unasked(0, "op", "redaction took a secret out of the request")


def test_ids_are_learnt_from_answers_once() -> None:
    live = Live({"<project:1>": "q"})
    step = list(everything(LIFE))[1]
    assert live.learn(step, said({"volume": {"id": W, "name": "disk", "status": "creating"}}, 202))
    assert not live.learn(step, said({"volume": {"id": P, "name": "disk", "status": "creating"}}, 202))
    assert live.values == {"<project:1>": "q", "<volume:1>": W}


def test_one_live_thing_stands_for_one_recorded_thing() -> None:
    live = Live({"<volume:1>": W})
    other = exchange("POST", "/volumes", said({"volume": {"id": W}}, 202))
    step = list(everything(numbered(CREATE, other)))[1]
    assert not live.learn(step, said({"volume": {"id": W}}, 202))


def test_a_mark_is_the_status_of_the_one_thing_shown() -> None:
    marks = [mark(said(body)) for body in ({"status": "INIT", "a": 1}, {"volume": {"status": 3}}, [1], {})]
    assert marks == [(200, "INIT"), (200, None), (200, None), (200, None)]


def test_a_thing_that_is_gone_is_no_departure_of_the_service() -> None:
    step: Step = reads(numbered(CREATE, shown("available")))[0]
    gone = Departure("gone", Weight.INFO, "status", "200", "404: it is not there any more")
    assert departures(step, said({}, 404), compare) == (gone,)
    assert departures(reads(LIFE)[0], said({}, 404), compare)[0].weight is Weight.ERROR
