"""The one way through: what becomes of a request in every mode, with the upstream as a plain value."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace

import pytest

from gateway.cassette.exchange import CredentialClass, Exchange
from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.player import Player
from gateway.cassette.redaction import Redactor
from gateway.contract.catalogue import CATALOGUE
from gateway.http.links import Links
from gateway.http.messages import Request, Response
from gateway.modes import FALLBACK, NEW_EPISODES, PASSTHROUGH, RECORD, REPLAY, Level, Undocumented
from gateway.pipeline import Pipeline, Rules
from gateway.seams import FailureKind, Forward, Reply, Service, UpstreamFailure
from gateway.validation import Severities, Severity

PROJECT = "0123456789abcdef0123456789abcdef"
VOLUME = "5aa119a8-d25b-45a7-8d1b-88e127885635"
ORIGIN = "https://evs.example.com"
TOKEN = b"a-token-nobody-may-keep"
SHOW = f"/v2/{PROJECT}/volumes/{VOLUME}"


def pipeline(rules: Rules, recording: Iterable[Exchange] = ()) -> Pipeline:
    return Pipeline(CATALOGUE, rules, Redactor(b"k" * 32), Links((ORIGIN,)), Player(MemoryIndex(recording, CATALOGUE)))


def ask(method: str, target: str, body: object = None, **headers: str) -> Request:
    sent = (
        (b"host", b"gw.example:9"),
        (b"x-auth-token", TOKEN),
        *((k.encode(), v.encode()) for k, v in headers.items()),
    )
    if body is None:
        return Request(method, target.encode(), sent)
    return Request(method, target.encode(), (*sent, (b"content-type", b"application/json")), json.dumps(body).encode())


def answer(status: int, body: object) -> Response:
    payload = json.dumps(body).encode()
    return Response(
        status, ((b"content-type", b"application/json"), (b"content-length", str(len(payload)).encode())), payload
    )


def volume(status: str = "available") -> object:
    link = {"href": f"{ORIGIN}/v2/{PROJECT}/volumes/{VOLUME}", "rel": "self"}
    return {"volume": {"id": VOLUME, "status": status, "name": "disk", "links": [link]}}


def forwarded(outcome: Reply | Forward) -> Forward:
    assert isinstance(outcome, Forward), outcome
    return outcome


def replied(outcome: Reply | Forward) -> Response:
    assert isinstance(outcome, Reply), outcome
    return outcome.response


RECORDED = (
    Exchange(
        "cinder_show_volume",
        Request("GET", SHOW.encode()),
        answer(200, volume()),
        100.0,
        100.1,
        CredentialClass.TOKEN,
        seq=1,
    ),
)


def test_passthrough_forwards_what_came_and_rewrites_links() -> None:
    core = pipeline(Rules(PASSTHROUGH))
    request = ask("GET", SHOW, connection="keep-alive", te="trailers")
    forward = forwarded(core.on_request(request, 1.0))
    assert (forward.request.target, forward.service, forward.intent) == (SHOW.encode(), Service.EVS, None)
    assert {name for name, _ in forward.request.headers} == {b"host", b"x-auth-token"}
    reply = core.on_outcome(forward, answer(200, volume()), 1.1)
    assert reply.exchange is None
    assert json.loads(reply.response.body)["volume"]["links"][0]["href"] == f"http://gw.example:9{SHOW}"
    assert reply.response.header(b"cache-status") is None


def test_record_keeps_the_redacted_exchange_with_links_to_nobody() -> None:
    core = pipeline(Rules(RECORD))
    forward = forwarded(core.on_request(ask("GET", SHOW), 1.0))
    reply = core.on_outcome(forward, answer(200, volume()), 1.5)
    assert reply.response.header(b"cache-status") == b"evs-gateway; fwd=bypass; stored"
    exchange = reply.exchange
    assert exchange is not None
    assert (exchange.operation, exchange.started_at, exchange.completed_at) == ("cinder_show_volume", 1.0, 1.5)
    assert exchange.credential is CredentialClass.TOKEN
    assert TOKEN not in repr(exchange).encode()
    kept = json.loads(exchange.response.body)["volume"]["links"][0]["href"]
    sent = json.loads(reply.response.body)["volume"]["links"][0]["href"]
    assert (kept, sent) == (f"https://evs-gateway.invalid{SHOW}", f"http://gw.example:9{SHOW}")
    assert reply.response.header(b"content-length") == str(len(reply.response.body)).encode()


def test_a_write_that_will_be_kept_has_a_redacted_intent() -> None:
    core = pipeline(Rules(RECORD))
    body = {"accept": {"auth_key": "9b31e2f4aa00c0de"}}
    forward = forwarded(core.on_request(ask("POST", f"/v2/{PROJECT}/os-volume-transfer/{VOLUME}/accept", body), 1.0))
    assert forward.intent is not None
    assert b"9b31e2f4aa00c0de" not in forward.intent.body
    assert b"9b31e2f4aa00c0de" in forward.request.body
    undocumented = forwarded(core.on_request(ask("POST", f"/v5/{PROJECT}/snapshots", {"snapshot": {}}), 1.0))
    assert undocumented.intent is not None


def test_replay_answers_with_links_to_the_gateway_asked() -> None:
    response = replied(pipeline(Rules(REPLAY), RECORDED).on_request(ask("GET", SHOW), 1.0))
    assert response.status == 200
    assert (response.header(b"cache-status") or b"").startswith(b'evs-gateway; hit; key="')
    href = json.loads(response.body)["volume"]["links"][0]["href"]
    assert href.startswith(f"http://gw.example:9/v2/{PROJECT}/volumes/")


def test_an_answer_that_is_given_again_goes_out_as_it_was_with_links_for_each_address() -> None:
    core = pipeline(Rules(REPLAY), RECORDED)
    here, there = ask("GET", SHOW), ask("GET", SHOW).with_headers(((b"host", b"there.test"), (b"x-auth-token", TOKEN)))
    shown = [replied(core.on_request(each, float(at))) for at, each in enumerate([here, here, here, there, there])]
    assert shown[1] is shown[2]
    assert shown[3] is shown[4]
    assert shown[0] == shown[1]
    assert (b"there.test" in shown[1].body, b"there.test" in shown[3].body) == (False, True)


def test_replay_miss_is_424_in_the_clients_envelope() -> None:
    response = replied(pipeline(Rules(REPLAY), RECORDED).on_request(ask("GET", f"/v2/{PROJECT}/types"), 1.0))
    assert response.status == 424
    assert response.header(b"cache-status") == b'evs-gateway; fwd=miss; detail="no-such-operation"'
    (envelope,) = json.loads(response.body).values()
    assert envelope["message"]


def test_new_episodes_forwards_a_miss_and_keeps_it() -> None:
    core = pipeline(Rules(NEW_EPISODES), RECORDED)
    assert replied(core.on_request(ask("GET", SHOW), 1.0)).status == 200
    forward = forwarded(core.on_request(ask("GET", f"/v2/{PROJECT}/types"), 1.0))
    reply = core.on_outcome(forward, answer(200, {"volume_types": []}), 1.1)
    assert reply.exchange is not None
    assert reply.response.header(b"cache-status") == b"evs-gateway; fwd=miss; stored"


@pytest.mark.parametrize("outcome", [UpstreamFailure(FailureKind.REFUSED, "no"), Response(503)])
def test_fallback_answers_reads_from_the_cassette_when_the_cloud_fails(outcome: Response | UpstreamFailure) -> None:
    core = pipeline(Rules(FALLBACK), RECORDED)
    reply = core.on_outcome(forwarded(core.on_request(ask("GET", SHOW), 1.0)), outcome, 1.1)
    assert reply.response.status == 200
    assert b"upstream" in (reply.response.header(b"cache-status") or b"")


def test_fallback_keeps_the_clouds_error_on_a_miss_and_for_writes() -> None:
    core = pipeline(Rules(FALLBACK), RECORDED)
    missed = forwarded(core.on_request(ask("GET", f"/v2/{PROJECT}/types"), 1.0))
    assert core.on_outcome(missed, Response(503), 1.1).response == Response(503)
    failed = core.on_outcome(missed, UpstreamFailure(FailureKind.LATE, "late"), 1.1).response
    assert (failed.status, failed.header(b"proxy-status") is not None) == (504, True)
    write = forwarded(core.on_request(ask("DELETE", SHOW), 1.0))
    assert core.on_outcome(write, Response(500), 1.1).response == Response(500)


def test_fallback_passes_a_good_answer_on() -> None:
    core = pipeline(Rules(FALLBACK), RECORDED)
    forward = forwarded(core.on_request(ask("GET", SHOW), 1.0))
    assert core.on_outcome(forward, answer(404, {"itemNotFound": {}}), 1.1).response.status == 404


@pytest.mark.parametrize(
    ("kind", "status"),
    [(FailureKind.REFUSED, 502), (FailureKind.CUT_OFF, 502), (FailureKind.TIMEOUT, 504), (FailureKind.LATE, 504)],
)
def test_failed_upstream_is_marked_as_the_gateways_answer(kind: FailureKind, status: int) -> None:
    core = pipeline(Rules(RECORD))
    reply = core.on_outcome(forwarded(core.on_request(ask("GET", SHOW), 1.0)), UpstreamFailure(kind, "why"), 1.1)
    assert (reply.response.status, reply.exchange) == (status, None)
    assert kind.value.encode() in (reply.response.header(b"proxy-status") or b"")


def test_invalid_request_is_refused_in_every_mode_and_forwarded_when_only_reported() -> None:
    wrong = ask("POST", f"/v2/{PROJECT}/volumes", {"volume": {"size": "very big"}})
    for mode in (PASSTHROUGH, RECORD, REPLAY, NEW_EPISODES, FALLBACK):
        response = replied(pipeline(Rules(mode)).on_request(wrong, 1.0))
        assert response.status == 400
        assert b"http_request_error" in (response.header(b"proxy-status") or b"")
    for level in (Level.REPORT, Level.OFF):
        assert (
            forwarded(pipeline(Rules(PASSTHROUGH, validation=level)).on_request(wrong, 1.0)).request.body == wrong.body
        )


def warned() -> Request:
    return ask("GET", f"/v2/{PROJECT}/volumes?colour=red")


def test_warnings_are_counted_on_the_answer_and_kept_with_the_exchange() -> None:
    core = pipeline(Rules(RECORD))
    reply = core.on_outcome(forwarded(core.on_request(warned(), 1.0)), answer(200, {"volumes": []}), 1.1)
    assert reply.response.header(b"x-evs-gateway-warnings") == b"1"
    assert reply.exchange is not None
    assert reply.exchange.findings == reply.remarks
    assert len(reply.remarks) == 1
    assert reply.remarks[0].startswith("warn ")


def test_report_changes_no_answer_and_finds_the_same() -> None:
    for request in (warned(), ask("POST", f"/v2/{PROJECT}/volumes", {"volume": {"size": "very big"}})):
        enforced = pipeline(Rules(RECORD)).on_request(request, 1.0)
        answers, arrivals = [], []
        for level in (Level.REPORT, Level.OFF):
            core = pipeline(Rules(RECORD, validation=level))
            forward = forwarded(core.on_request(request, 1.0))
            answers.append(core.on_outcome(forward, answer(200, {}), 1.1).response)
            arrivals.append(forward.arrival)
        assert answers[0] == answers[1]
        found = enforced.arrival.findings if enforced.arrival else ()
        assert (arrivals[0].findings, arrivals[1].findings) == (found, ())


def test_severities_and_disk_types_are_the_operators() -> None:
    wrong = {"volume": {"availability_zone": "az-dc-1", "size": 10, "volume_type": "ESSD"}}
    create = ask("POST", f"/v2/{PROJECT}/volumes", wrong)
    assert replied(pipeline(Rules()).on_request(create, 1.0)).status == 400
    forwarded(pipeline(Rules(volume_types=("ESSD",))).on_request(create, 1.0))
    (finding,) = forwarded(pipeline(Rules()).on_request(warned(), 1.0)).arrival.findings
    stricter = Severities({finding.rule: Severity.REJECT})
    assert replied(pipeline(Rules(severities=stricter)).on_request(warned(), 1.0)).status == 400
    silent = forwarded(pipeline(Rules(severities=Severities({finding.rule: None}))).on_request(warned(), 1.0))
    assert silent.arrival.findings == ()


def test_inadmissible_request_is_refused() -> None:
    assert replied(pipeline(Rules()).on_request(ask("GET", "/v2/../etc"), 1.0)).status == 400


def test_undocumented_operations_are_forwarded_or_refused_as_set() -> None:
    request = ask("GET", f"/v2/{PROJECT}/cloudsnapshots/detail")
    core = pipeline(Rules(RECORD))
    forward = forwarded(core.on_request(request, 1.0))
    assert forward.arrival.operation is None
    kept = core.on_outcome(forward, answer(200, {}), 1.1)
    assert kept.exchange is not None
    assert kept.remarks == kept.exchange.findings == ("undocumented: unknown-path",)
    refusing = pipeline(Rules(undocumented=Undocumented.REFUSE))
    assert replied(refusing.on_request(request, 1.0)).status == 403
    wrong_method = replied(refusing.on_request(ask("PATCH", SHOW), 1.0))
    assert (wrong_method.status, wrong_method.header(b"allow") is not None) == (405, True)


def test_two_actions_in_one_body_are_always_refused() -> None:
    both = {"os-extend": {"new_size": 20}, "os-reserve": {}}
    assert replied(pipeline(Rules()).on_request(ask("POST", f"{SHOW}/action", both), 1.0)).status == 400


def test_identity_calls_go_to_the_identity_service() -> None:
    core = pipeline(Rules())
    token = ask("POST", "/v3/auth/tokens", {"auth": {"identity": {"methods": ["password"]}}})
    assert forwarded(core.on_request(token, 1.0)).service is Service.IAM
    assert forwarded(core.on_request(ask("GET", "/v3/auth/catalog"), 1.0)).service is Service.IAM
    assert forwarded(core.on_request(ask("GET", f"/v3/{PROJECT}/volumes"), 1.0)).service is Service.EVS


def test_a_mode_can_be_set_for_one_operation() -> None:
    core = pipeline(Rules(REPLAY, modes={"cinder_list_volume_types": PASSTHROUGH}), RECORDED)
    forwarded(core.on_request(ask("GET", f"/v2/{PROJECT}/types"), 1.0))
    assert replied(core.on_request(ask("GET", SHOW), 1.0)).status == 200


def test_the_scope_header_chooses_and_never_leaves_the_gateway() -> None:
    core = pipeline(Rules(RECORD))
    forward = forwarded(core.on_request(ask("GET", SHOW, **{"x-evs-gateway-scope": "worker-1"}), 1.0))
    assert forward.arrival.scope == "worker-1"
    assert forward.request.header(b"x-evs-gateway-scope") is None


def test_the_scope_of_the_door_comes_before_the_header() -> None:
    core = pipeline(Rules(RECORD))
    forward = forwarded(core.on_request(ask("GET", SHOW, **{"x-evs-gateway-scope": "worker-1"}), 1.0, "door"))
    assert forward.arrival.scope == "door"
    assert forward.request.header(b"x-evs-gateway-scope") is None


def test_a_rule_chooses_the_scope_where_neither_door_nor_header_does() -> None:
    core = pipeline(Rules(RECORD, scopes_by="project"))
    given = [(ask("GET", SHOW), ""), (ask("GET", SHOW, **{"x-evs-gateway-scope": "h"}), ""), (ask("GET", SHOW), "d")]
    scopes = [forwarded(core.on_request(request, 1.0, door)).arrival.scope for request, door in given]
    assert scopes == [PROJECT, "h", "d"]


def test_public_url_with_a_prefix_is_cut_off_requests_and_put_into_links() -> None:
    core = pipeline(Rules(public_url="https://public.example/evs"))
    forward = forwarded(core.on_request(ask("GET", f"/evs{SHOW}"), 1.0))
    assert forward.request.target == SHOW.encode()
    reply = core.on_outcome(forward, answer(200, volume()), 1.1)
    assert json.loads(reply.response.body)["volume"]["links"][0]["href"] == f"https://public.example/evs{SHOW}"
    assert forwarded(core.on_request(ask("GET", SHOW), 1.0)).request.target == SHOW.encode()
    assert Rules(public_url="https://public.example").prefix == b""


def test_store_failure_is_503() -> None:
    core = pipeline(Rules(RECORD))
    forward = forwarded(core.on_request(ask("DELETE", SHOW), 1.0))
    assert core.on_store_failure(forward, "disk full").response.status == 503


def test_signed_requests_are_their_own_credential_class() -> None:
    core = pipeline(Rules(RECORD))
    signed = ask("GET", SHOW, authorization="SDK-HMAC-SHA256 Access=ak, SignedHeaders=host, Signature=00")
    assert forwarded(core.on_request(signed, 1.0)).arrival.credential is CredentialClass.SIGNATURE
    bare = replace(signed, headers=((b"host", b"gw"),))
    assert forwarded(core.on_request(bare, 1.0)).arrival.credential is CredentialClass.NONE


def test_details_of_a_hit_are_quotable() -> None:
    core = pipeline(Rules(FALLBACK), RECORDED)
    forward = forwarded(core.on_request(ask("GET", SHOW), 1.0))
    status = core.on_outcome(forward, Response(500), 1.1).response.header(b"cache-status") or b""
    assert b'detail="upstream answered 500' in status
