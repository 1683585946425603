"""Faults on purpose and comparisons on the one way through: what is asked, what is kept, what moves on."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.access.identity import Identity
from gateway.access.principals import AuthMethod
from gateway.access.tokens import TokenCache
from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.journal import Alone
from gateway.cassette.player import Player
from gateway.cassette.redaction import Redactor
from gateway.contract.catalogue import CATALOGUE
from gateway.errors import StoreError
from gateway.faults.declared import FaultSettings
from gateway.faults.overlay import Cut, Overlay
from gateway.http.links import Links
from gateway.http.messages import Response
from gateway.modes import NEW_EPISODES, PASSTHROUGH, RECORD, REPLAY, VERIFY, Mode
from gateway.pipeline import Pipeline, Rules
from gateway.seams import Forward, Reply
from tests.access.signers import AT, BODY, DISKS, KEYS, sdk_signed
from tests.test_pipeline import PROJECT, RECORDED, SHOW, answer, ask, forwarded, replied, volume


def pipeline(mode: Mode, *faults: dict[str, Any]) -> Pipeline:
    overlay = Overlay(FaultSettings.model_validate(fault) for fault in faults) if faults else None
    player = Player(MemoryIndex(RECORDED, CATALOGUE))
    return Pipeline(CATALOGUE, Rules(mode), Redactor(b"k" * 32), Links(()), player, overlay=overlay)


def test_a_refusal_on_purpose_asks_nobody() -> None:
    core = pipeline(PASSTHROUGH, {"name": "down", "status": 503, "count": 1})
    reply = core.on_request(ask("GET", SHOW), 1.0)
    assert isinstance(reply, Reply)
    assert (reply.response.status, reply.response.header(b"x-evs-gateway-fault")) == (503, b"down")
    assert reply.remarks == ("fault: down",)
    assert isinstance(core.on_request(ask("GET", SHOW), 1.0), Forward)


def test_what_cannot_be_broken_is_502() -> None:
    reply = pipeline(REPLAY, {"reset": True}).on_request(ask("GET", SHOW), 1.0)
    assert replied(reply).status == 502


def test_a_cut_answer_goes_up_and_is_not_kept() -> None:
    core = pipeline(RECORD, {"cut": 5})
    forward = forwarded(core.on_request(ask("POST", f"/v2/{PROJECT}/snapshots", {"snapshot": {"volume_id": "x"}}), 1.0))
    assert forward.intent is None
    reply = core.on_outcome(forward, answer(202, {}), 1.1)
    assert reply.exchange is None
    assert reply.mishap is not None
    assert reply.mishap.ending == Cut(5)


def test_a_missed_one_is_not_kept_either() -> None:
    core = pipeline(NEW_EPISODES, {"latency_ms": 5})
    forward = forwarded(core.on_request(ask("GET", f"/v2/{PROJECT}/types"), 1.0))
    assert core.on_outcome(forward, answer(200, {}), 1.1).exchange is None


def test_a_fault_is_for_one_operation_of_one_method() -> None:
    core = pipeline(REPLAY, {"status": 500, "operation": "undocumented", "method": "GET"})
    assert replied(core.on_request(ask("GET", SHOW), 1.0)).status == 200
    assert replied(core.on_request(ask("GET", f"/v5/{PROJECT}/x"), 1.0)).status == 500


def test_whoever_signed_may_send_the_same_again_after_a_fault() -> None:
    identity = Identity(frozenset(AuthMethod), TokenCache(b"key"), KEYS)
    overlay = Overlay([FaultSettings(status=503, count=1)])
    core = Pipeline(CATALOGUE, Rules(), Redactor(b"key"), Links(()), None, identity, overlay=overlay)
    request = sdk_signed("POST", DISKS, body=BODY)
    first = core.on_request(request, AT)
    assert isinstance(first, Reply)
    assert first.response.status == 503
    assert isinstance(core.on_request(request, AT), Forward)


class Unkept(Alone):
    """The journal of a replay whose file takes no more than some turns."""

    def __init__(self, turns: int) -> None:
        self._left = turns

    def turn(self, scope: str) -> Alone:
        self._left -= 1
        if self._left < 0:
            raise StoreError(f"state: cannot be kept for {scope!r}")
        return self

    def scopes(self) -> list[str]:
        return ["other"]


def unshared(rules: Rules, identity: Identity | None = None, turns: int = 0) -> Pipeline:
    player = Player(MemoryIndex(RECORDED, CATALOGUE), journal=Unkept(turns))
    return Pipeline(CATALOGUE, rules, Redactor(b"k" * 32), Links(()), player, identity)


@pytest.mark.parametrize(("rules", "scope"), [(Rules(REPLAY), ""), (Rules(REPLAY, scopes_by="token"), "other")])
def test_a_replay_whose_state_cannot_be_kept_refuses_in_the_shape_of_the_service(rules: Rules, scope: str) -> None:
    reply = unshared(rules).on_request(ask("GET", SHOW), 1.0)
    assert isinstance(reply, Reply)
    (error,) = json.loads(reply.response.body).values()
    assert (reply.response.status, error["code"]) == (503, "EVS.5503")
    assert error["details"] == [{"rule": "record", "found": f"state: cannot be kept for {scope!r}"}]
    assert reply.remarks == ("replay: state not kept",)


def test_whoever_signed_may_send_the_same_again_when_a_state_was_not_kept() -> None:
    core = unshared(Rules(REPLAY), Identity(frozenset(AuthMethod), TokenCache(b"key"), KEYS))
    request = sdk_signed("POST", DISKS, body=BODY)
    assert [replied(core.on_request(request, AT)).status for _ in range(2)] == [503, 503]


def test_a_comparison_that_learns_nothing_does_not_go_on() -> None:
    core = unshared(Rules(VERIFY), turns=2)
    reply = core.on_outcome(forwarded(core.on_request(ask("GET", SHOW), 1.0)), answer(200, volume()), 1.1)
    assert (reply.response.status, reply.remarks) == (503, ("store: not kept",))


def compared(core: Pipeline, response: Response) -> list[tuple[int, str]]:
    forward = forwarded(core.on_request(ask("GET", SHOW), 1.0))
    reply = core.on_outcome(forward, response, 1.1)
    assert reply.exchange is None
    assert reply.compared is not None
    assert len(reply.remarks) == len(reply.compared.departures)
    return [(reply.compared.seq, each.rule) for each in reply.compared.departures]


def test_a_live_answer_is_held_against_the_recorded_one() -> None:
    assert compared(pipeline(VERIFY), answer(200, volume())) == []
    shown = {"volume": {"id": "a", "status": "available", "name": "disk", "links": []}}
    assert compared(pipeline(VERIFY), answer(200, {**shown, "more": 1})) == [(1, "added")]
    assert compared(pipeline(VERIFY), answer(404, {})) == [(1, "status")]


def test_an_answer_that_may_hold_a_secret_is_not_compared() -> None:
    noise = Response(200, ((b"content-type", b"application/octet-stream"),), bytes(range(256)) * 4)
    assert compared(pipeline(VERIFY), noise) == [(1, "withheld")]


def test_writes_are_not_sent_where_the_service_is_only_looked_at() -> None:
    response = replied(pipeline(VERIFY).on_request(ask("DELETE", SHOW), 1.0))
    assert response.status == 403
    (envelope,) = json.loads(response.body).values()
    assert envelope["code"] == "EVSGateway.0403"
