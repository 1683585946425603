"""The way of a request whose sender is asked for: before anything else is said, and once more with the IAM's word."""

from __future__ import annotations

import json

from gateway.access.brokering import Broker, UpstreamToken
from gateway.access.identity import Identity
from gateway.access.principals import AuthMethod, Principal
from gateway.access.tokens import UNKNOWN, TokenCache, Trouble
from gateway.cassette.redaction import Redactor
from gateway.contract.catalogue import CATALOGUE
from gateway.http.links import Links
from gateway.http.messages import Request, Response
from gateway.pipeline import Pipeline, Rules
from gateway.seams import FailureKind, Forward, Question, Reply, UpstreamFailure

from .access.signers import ALICE, AT, BODY, DISKS, KEYS, PROJECT, sdk_signed

BOB = Principal(user_id="bob", project_id=PROJECT, auth_method=AuthMethod.TOKEN, expires_at=AT + 600)


def pipeline(broker: Broker | None = None) -> Pipeline:
    identity = Identity(frozenset(AuthMethod), TokenCache(b"key"), KEYS)
    return Pipeline(CATALOGUE, Rules(), Redactor(b"key"), Links(()), None, identity, broker)


def bearing(token: bytes, path: str = DISKS, body: bytes = b"") -> Request:
    return Request("POST" if body else "GET", path.encode(), ((b"host", b"gw"), (b"x-auth-token", token)), body)


def asked(way: Pipeline, request: Request) -> Question:
    question = way.on_request(request, AT)
    assert isinstance(question, Question)
    return question


def test_only_the_iam_knows_a_new_token() -> None:
    way = pipeline()
    question = asked(way, bearing(b"secret"))
    assert question.token == b"secret"
    assert "secret" not in repr(question)
    forward = way.on_verdict(question, BOB)
    assert isinstance(forward, Forward)
    assert (forward.arrival.principal, forward.request.header(b"x-auth-token")) == (BOB, b"secret")


def test_a_verdict_may_be_a_refusal() -> None:
    way = pipeline()
    statuses = []
    for verdict in (UNKNOWN, Trouble("down"), Principal(project_id="another")):
        reply = way.on_verdict(asked(way, bearing(b"t")), verdict)
        assert isinstance(reply, Reply)
        statuses.append((reply.response.status, json.loads(reply.response.body)["error"]["code"]))
    assert statuses == [(401, "EVS.5401"), (503, "EVS.5503"), (400, "EVS.0001")]


def test_a_refusal_comes_before_findings_and_findings_after_it() -> None:
    way, invalid = pipeline(), b'{"volume": {"size": -1}}'
    nobody = way.on_request(Request("POST", DISKS.encode(), ((b"host", b"gw"),), invalid), AT)
    assert isinstance(nobody, Reply)
    assert (nobody.response.status, nobody.remarks, nobody.arrival) == (
        401,
        ("not let in: the request has no credentials",),
        None,
    )
    known = way.on_verdict(asked(way, bearing(b"t", body=invalid)), BOB)
    assert isinstance(known, Reply)
    assert known.response.status == 400


def test_who_signed_stands_with_the_arrival_and_ours_goes_up() -> None:
    way = pipeline(Broker(UpstreamToken(b"own"), {}))
    forward = way.on_request(sdk_signed("POST", DISKS, body=BODY), AT)
    assert isinstance(forward, Forward)
    assert forward.arrival.principal == ALICE
    assert forward.request.header(b"x-auth-token") == b"own"
    assert forward.request.header(b"authorization") is None
    assert forward.arrival.request.header(b"authorization") is not None


def signed(way: Pipeline, request: Request) -> Forward:
    forward = way.on_request(request, AT)
    assert isinstance(forward, Forward)
    return forward


def test_what_was_not_sent_or_had_no_effect_may_come_again() -> None:
    way, write = pipeline(), sdk_signed("POST", DISKS, body=BODY)
    way.on_outcome(signed(way, write), UpstreamFailure(FailureKind.REFUSED, "refused"), AT)
    way.on_outcome(signed(way, write), Response(429), AT)
    reply = way.on_note_failure(signed(way, write), "disk full")
    assert (reply.response.status, b"nothing was sent to the cloud: disk full" in reply.response.body) == (503, True)
    way.on_outcome(signed(way, write), UpstreamFailure(FailureKind.CUT_OFF, "gone"), AT)
    again = way.on_request(write, AT)
    assert isinstance(again, Reply)
    assert again.response.status == 401


def test_without_an_identity_a_note_that_fails_says_so_too() -> None:
    way = Pipeline(CATALOGUE, Rules(), Redactor(b"key"), Links(()))
    forward = way.on_request(bearing(b"t"), AT)
    assert isinstance(forward, Forward)
    assert forward.arrival.principal is None
    assert way.on_note_failure(forward, "full").response.status == 503


def test_versions_and_tokens_are_for_everybody() -> None:
    way = pipeline()
    token = b'{"auth": {"identity": {}}}'
    for request in (Request("GET", b"/"), Request("GET", b"/v2"), Request("POST", b"/v3/auth/tokens", (), token)):
        assert isinstance(way.on_request(request, AT), Forward)
