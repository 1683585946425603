"""Audit records: who, what, by which rule and how it ended, without anything that must not be kept."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.access.decisions import Decision, Kind
from gateway.access.principals import Assurance, AuthMethod, Principal
from gateway.audit.anchors import Signer
from gateway.audit.canonical import canonical
from gateway.audit.chain import Head
from gateway.audit.levels import Depth, LevelRule, Levels
from gateway.auditing import (
    LONGEST_BODY,
    MOST_DEPARTURES,
    Clerk,
    aborted,
    administrative,
    anchored,
    gap,
    is_spared,
    origin_of,
)
from gateway.cassette.comparing import Departure, Weight
from gateway.cassette.redaction import Redactor
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import JsonObject
from gateway.faults.overlay import Mishap
from gateway.http.links import Links
from gateway.http.messages import Request, Response
from gateway.modes import PASSTHROUGH, RECORD, Mode
from gateway.pipeline import Pipeline, Rules
from gateway.seams import Compared, Ending, FailureKind, Forward, Reply, UpstreamFailure

PROJECT = "0123456789abcdef0123456789abcdef"
VOLUME = "5aa119a8-d25b-45a7-8d1b-88e127885635"
SHOW = f"/v2/{PROJECT}/volumes/{VOLUME}"
TOKEN = "a-token-that-nobody-may-keep-4711"
ALICE = Principal(
    user_id="u1",
    user_name="alice",
    domain_id="d1",
    project_id=PROJECT,
    roles=("operator",),
    auth_method=AuthMethod.TOKEN,
    assurance=Assurance.CLAIMED,
)
ANSWER = Response(200, ((b"content-type", b"application/json"),), b'{"volume": {"id": "v"}}')
CREATION = {"volume": {"availability_zone": "az-dc-1", "volume_type": "SSD", "size": 10}}


def ask(method: str, target: str, body: object = None, agent: str = "python-cinderclient") -> Request:
    headers = [(b"host", b"gw"), (b"x-auth-token", TOKEN.encode()), (b"user-agent", agent.encode())]
    raw = json.dumps(body).encode() if body is not None else b""
    headers += [(b"content-type", b"application/json"), (b"content-length", str(len(raw)).encode())] if raw else []
    return Request(method, target.encode(), tuple(headers), raw, connection="192.0.2.7:4000")


def piped(mode: Mode = PASSTHROUGH) -> tuple[Pipeline, Clerk]:
    redactor = Redactor(bytes(32))
    return Pipeline(CATALOGUE, Rules(mode=mode), redactor, Links(())), Clerk(redactor, Levels())


def sent(request: Request, pipeline: Pipeline) -> Forward:
    forward = pipeline.on_request(request, 1000.0)
    assert isinstance(forward, Forward), forward
    return forward


def ended(
    request: Request, outcome: Response | UpstreamFailure = ANSWER, mode: Mode = PASSTHROUGH, **more: Any
) -> JsonObject:
    """Return the record of a request that the cloud was asked about."""
    pipeline, clerk = piped(mode)
    forward = sent(request, pipeline)
    reply = pipeline.on_outcome(forward, outcome, 1000.25)
    record = clerk.complete("id", Ending(request, reply, reply.response, forward, outcome, 1000.0, 0.25, 0.2, **more))
    assert record is not None
    return record


def of_arrival(request: Request, **changed: Any) -> JsonObject:
    """Return the record of a request that was answered here, its arrival changed."""
    pipeline, clerk = piped()
    arrival = replace(sent(request, pipeline).arrival, **changed)
    record = clerk.complete("id", Ending(request, Reply(Response(403), arrival=arrival), Response(403)))
    assert record is not None
    return record


def test_a_query_is_one_record_without_a_body() -> None:
    assert ended(ask("GET", SHOW)) == {
        "stage": "complete",
        "id": "id",
        "ts_ms": 1000250,
        "recv_ms": 1000000,
        "from": {"ip": "192.0.2.7", "port": 4000, "ua": "python-cinderclient"},
        "who": None,
        "what": {
            "method": "GET",
            "target": SHOW,
            "operation": "cinder_show_volume",
            "family": "cinder",
            "project": PROJECT,
            "actions": [],
            "resources": [VOLUME],
        },
        "decision": None,
        "validation": [],
        "mode": "passthrough",
        "scope": "",
        "remarks": [],
        "cassette": None,
        "upstream": {"service": "evs", "us": 200000, "status": 200},
        "outcome": {
            "status": 200,
            "origin": "cloud",
            "us": 250000,
            "decided_us": 0,
            "bytes_in": 0,
            "bytes_out": len(ANSWER.body),
        },
        "body": {"level": "metadata"},
        "redactions": ["header:x-auth-token"],
    }


def test_a_write_is_noted_before_it_is_sent() -> None:
    pipeline, clerk = piped()
    record = clerk.received("id", sent(ask("POST", f"/v2/{PROJECT}/volumes", CREATION), pipeline))
    assert (record["stage"], record["id"], record["ts_ms"]) == ("received", "id", 1000000)
    assert "body" not in record
    assert "outcome" not in record


def test_a_write_has_its_body_and_leads_to_its_note() -> None:
    request = ask("POST", f"/v2/{PROJECT}/volumes", CREATION)
    record = ended(request, Response(202), received=7, given_id="minted")
    assert (record["received_seq"], record["given_id"]) == (7, "minted")
    assert record["body"] == {
        "level": "request",
        "request": request.body.decode(),
        "request_sha256": hashlib.sha256(request.body).hexdigest(),
        "request_bytes": len(request.body),
    }


def test_what_was_recorded_is_kept_as_the_cassette_has_it() -> None:
    record = ended(ask("POST", f"/v2/{PROJECT}/volumes", CREATION), mode=RECORD)
    assert record["cassette"] == {"status": "evs-gateway; fwd=bypass; stored", "kept": True}
    assert record["redactions"] == ["header:x-auth-token"]


def test_rules_ask_for_both_bodies_or_none() -> None:
    pipeline, _ = piped()
    request = ask("GET", SHOW)
    forward = sent(request, pipeline)
    reply = pipeline.on_outcome(forward, ANSWER, 1000.0)
    ending = Ending(request, reply, reply.response, forward, ANSWER)
    both = Clerk(Redactor(bytes(32)), Levels([LevelRule(Depth.REQUEST_RESPONSE)])).complete("id", ending)
    assert both is not None
    body = both["body"]
    assert isinstance(body, dict)
    assert (body["request"], body["response"]) == ("", ANSWER.body.decode())
    assert Clerk(Redactor(bytes(32)), Levels([LevelRule(Depth.NONE)])).complete("id", ending) is None


def test_a_failure_of_the_upstream_is_said() -> None:
    record = ended(ask("GET", SHOW), UpstreamFailure(FailureKind.LATE, "no answer"))
    assert record["upstream"] == {"service": "evs", "us": 200000, "failure": "http_response_timeout"}
    assert record["remarks"] == ["upstream: http_response_timeout"]


def test_a_request_that_was_let_nowhere_has_a_record_too() -> None:
    pipeline, clerk = piped()
    request = Request("GET", b"/v2/../secret", ((b"host", b"a"), (b"host", b"b")), connection="unix")
    reply = pipeline.on_request(request, 1000.0)
    assert isinstance(reply, Reply)
    record = clerk.complete("id", Ending(request, reply, reply.response, began_at=1000.0))
    assert record is not None
    assert record["what"] == {"method": "GET", "target": "/v2/../secret"}
    assert record["from"] == {"ip": "", "port": None, "ua": None}
    assert (record["who"], record["decision"], record["upstream"]) == (None, None, None)
    assert record["body"] == {"level": "metadata"}


def test_who_asked_is_said_without_what_it_asked_with() -> None:
    record = of_arrival(ask("GET", SHOW), principal=ALICE, decision=Decision(Kind.ALLOW))
    assert record["decision"] == Decision(Kind.ALLOW).as_json()
    assert record["who"] == {
        "user_id": "u1",
        "user_name": "alice",
        "domain_id": "d1",
        "project_id": PROJECT,
        "roles": ["operator"],
        "auth": "token",
        "assurance": ALICE.assurance.value if ALICE.assurance else None,
    }


def test_a_denial_has_its_decision_and_its_body() -> None:
    would = Decision(Kind.ALLOW)
    decision = Decision(
        Kind.EXPLICIT, "evs:volumes:delete", f"evs:*:*:volume:{VOLUME}", ("a", "b"), ("ops#0",), would=would
    )
    record = of_arrival(ask("GET", SHOW), decision=decision)
    assert record["decision"] == decision.as_json()
    assert record["what"]["actions"] == ["a", "b"]  # type: ignore[index,call-overload]
    assert record["body"]["level"] == "request"  # type: ignore[index,call-overload]


def test_findings_are_said_once() -> None:
    record = ended(ask("POST", f"/v2/{PROJECT}/volumes", {"volume": {**CREATION["volume"], "size": 1}}))
    assert record["validation"] == ["warn data-disk-size /volume/size"]
    assert record["remarks"] == []


def test_an_undocumented_request_is_called_so() -> None:
    record = ended(ask("PUT", f"/v2/{PROJECT}/nothing", {"a": 1}))
    what = record["what"]
    assert isinstance(what, dict)
    assert (what["operation"], "resources" in what) == ("undocumented", False)


@pytest.mark.parametrize(
    "target",
    [f"{SHOW}?marker={TOKEN}", f"/v2/{PROJECT}/volumes/{TOKEN}", f"/v2/{PROJECT}/nothing/{TOKEN}", f"/{TOKEN}"],
)
@pytest.mark.parametrize("agent", ["curl", f"curl {TOKEN}"])
def test_no_secret_of_a_request_is_in_its_records(target: str, agent: str) -> None:
    request = ask("GET", target, agent=agent)
    pipeline, clerk = piped()
    forward = sent(request, pipeline)
    forward = replace(
        forward,
        arrival=replace(
            forward.arrival,
            scope=TOKEN,
            decision=Decision(Kind.IMPLICIT, "a", f"volume:{TOKEN}", would=Decision(Kind.ALLOW, resource=TOKEN)),
        ),
    )
    reply = Reply(Response(403), remarks=(f"deny {TOKEN}",), arrival=forward.arrival)
    record = clerk.complete("id", Ending(request, reply, reply.response, forward))
    assert record is not None
    written = canonical({"a": clerk.received("id", forward), "b": record})
    assert TOKEN.encode() not in written


def test_a_long_body_is_cut_and_has_its_hash() -> None:
    body = {"volume": {**CREATION["volume"], "description": "x" * LONGEST_BODY}}
    kept = ended(ask("POST", f"/v2/{PROJECT}/nothing", body))["body"]
    assert isinstance(kept, dict)
    assert str(kept["request"]).endswith(f"({kept['request_bytes']} characters)")


@given(st.binary(max_size=60), st.binary(max_size=60), st.text(max_size=20))
def test_whatever_a_client_says_has_a_record(target: bytes, agent: bytes, scope: str) -> None:
    pipeline, clerk = piped()
    request = Request("GET", b"/" + target, ((b"host", b"gw"), (b"user-agent", agent)), connection="[::1]:9")
    decided = pipeline.on_request(request, 1.0, scope)
    if isinstance(decided, Forward):
        reply, forward = pipeline.on_outcome(decided, ANSWER, 2.0), decided
        assert canonical(clerk.received("id", forward))
        ending = Ending(request, reply, reply.response, forward, ANSWER)
    else:
        assert isinstance(decided, Reply)
        ending = Ending(request, decided, decided.response)
    record = clerk.complete("id", ending)
    assert record is not None
    written = canonical(record)
    assert not any(byte < 0x20 for byte in written)


def test_an_end_that_nobody_knows() -> None:
    note: JsonObject = {"stage": "received", "id": "a", "seq": 4, "what": {"method": "POST"}, "prev": "x"}
    assert aborted(note, 5.0) == {
        "stage": "aborted",
        "ts_ms": 5000,
        "id": "a",
        "what": {"method": "POST"},
        "received_seq": 4,
        "outcome": {"status": None, "origin": "unknown"},
    }


def test_what_is_no_request() -> None:
    assert administrative("start", 1.0, mode="re\ncord", pid=7, policies=None) == {
        "stage": "admin",
        "ts_ms": 1000,
        "event": "start",
        "facts": {"mode": "re\\u000acord", "pid": 7, "policies": None},
    }
    assert gap(2, 3, "full", 1.0) == {
        "stage": "gap",
        "ts_ms": 1000,
        "count": 5,
        "answered": 2,
        "refused": 3,
        "because": "full",
    }
    anchor = Signer(bytes(32)).anchor("gw", Head(3, "ab"), 9)
    assert anchored(anchor, 2) == {"stage": "anchor", "ts_ms": 9, "open_since": 2, "anchor": anchor.as_json()}


def test_only_allowed_reads_are_spared() -> None:
    pipeline, _ = piped()
    read = sent(ask("GET", SHOW), pipeline)
    write = sent(ask("POST", f"/v2/{PROJECT}/volumes", CREATION), pipeline)
    denied = replace(read.arrival, decision=Decision(Kind.IMPLICIT))
    request, nothing = read.request, Response(200)
    endings = {
        "read": Ending(request, Reply(nothing, arrival=read.arrival), nothing),
        "sent read": Ending(request, Reply(nothing), nothing, read),
        "write": Ending(write.request, Reply(nothing, arrival=write.arrival), nothing),
        "denied": Ending(request, Reply(nothing, arrival=denied), nothing),
        "turned away": Ending(request, Reply(nothing), nothing),
        "turned away write": Ending(write.request, Reply(nothing), nothing),
    }
    assert [name for name, ending in endings.items() if is_spared(ending)] == ["read", "sent read", "turned away"]


def test_who_an_answer_is_from() -> None:
    hit = Response(200, ((b"cache-status", b'evs-gateway; hit; key="a"'),))
    own = Response(503, ((b"proxy-status", b"evs-gateway"),))
    assert [
        origin_of(Reply(ANSWER, mishap=Mishap(())), ANSWER),
        origin_of(Reply(own), ANSWER),
        origin_of(Reply(hit), None),
        origin_of(Reply(ANSWER), ANSWER),
        origin_of(Reply(ANSWER), None),
    ] == ["fault", "gateway", "cassette", "cloud", "gateway"]


def test_the_trace_a_request_belongs_to_is_said() -> None:
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    request = ask("GET", SHOW)
    request = request.with_headers((*request.headers, (b"traceparent", f"00-{trace}-00f067aa0ba902b7-01".encode())))
    refused = Reply(Response(400))
    unread = piped()[1].complete("id", Ending(request, refused, refused.response))
    assert unread is not None
    assert [ended(request)["trace"], unread["trace"]] == [trace, trace]


def of_reply(**told: Any) -> JsonObject:
    """Return the record of a reply that tells more than an answer."""
    pipeline, clerk = piped()
    request = ask("GET", SHOW)
    reply = Reply(Response(424), arrival=sent(request, pipeline).arrival, **told)
    record = clerk.complete("id", Ending(request, reply, reply.response))
    assert record is not None
    return record


def test_a_miss_is_recorded_with_the_recordings_it_came_near_to() -> None:
    nearest = [{"seq": 3, "differences": [{"field": "query \u202ea"}]}]
    report = {"kind": "no-match", "nearest": nearest, "fix": f"ask with {TOKEN}"}
    told = of_reply(missed=report)["miss"]
    assert isinstance(told, dict)
    near = [{"seq": 3, "differences": [{"field": "query \\u202ea"}]}]
    assert (told["nearest"], TOKEN in str(told["fix"])) == (near, False)


def test_a_departure_from_the_recording_is_recorded() -> None:
    departure = Departure("missing", Weight.ERROR, "/volume/size", "an integer", "absent")
    row = {
        "rule": "missing",
        "severity": "error",
        "where": "/volume/size",
        "recorded": "an integer",
        "live": "absent",
    }
    assert of_reply(compared=Compared(7, (departure,)))["compared"] == {"seq": 7, "count": 1, "departures": [row]}


def test_departures_beyond_the_bound_are_counted() -> None:
    many = tuple(Departure("new", Weight.INFO, f"/{number}", "absent", "a string") for number in range(60))
    told = of_reply(compared=Compared(7, many))["compared"]
    assert isinstance(told, dict)
    assert isinstance(told["departures"], list)
    assert (told["count"], len(told["departures"])) == (60, MOST_DEPARTURES)


def test_what_was_held_against_nothing_says_nothing_of_it() -> None:
    assert {"miss", "compared"} & of_reply().keys() == set()
