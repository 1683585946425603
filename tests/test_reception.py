"""What a request asks: read once for equal bytes, and the same as whoever reads it step by step would say."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import reception
from gateway.access.identity import Bearer, Identity
from gateway.access.principals import AuthMethod
from gateway.access.tokens import TokenCache
from gateway.arrivals import Received
from gateway.cassette.credentials import credential_class
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import Family, JsonValue, Match
from gateway.http.admission import Inadmissible, admit
from gateway.http.messages import Headers, Request, end_to_end
from gateway.modes import PASSTHROUGH, RECORD, Level
from gateway.reception import Reception, Twice, family_of
from gateway.rules import Rules
from gateway.validation import Severities, VolumeTypes, validate

P, V = "0123456789abcdef0123456789abcdef", "5aa119a8-d25b-45a7-8d1b-88e127885635"
SHOW = f"/v2/{P}/volumes/{V}"
HEADERS: Headers = ((b"host", b"gw:1"), (b"x-auth-token", b"t"), (b"accept", b"*/*"))
VOLUME = {"volume": {"availability_zone": "az", "volume_type": "SSD", "size": 40, "name": "n"}}


def ask(method: str = "GET", target: str = SHOW, body: object = None, headers: Headers = HEADERS) -> Request:
    return Request(method, target.encode(), headers, b"" if body is None else json.dumps(body).encode())


def read(desk: Reception, request: Request) -> Received:
    received = desk.read(request)
    assert isinstance(received, Received), received
    return received


def desk(rules: Rules | None = None) -> Reception:
    return Reception(CATALOGUE, rules or Rules(), None)


def test_what_is_asked_often_is_read_once() -> None:
    here = desk()
    often = [read(here, ask()) for _ in range(4)]
    assert often[2] is often[3]
    assert len({id(each.asked.head) for each in (*often, read(here, ask(target="/v2")))}) == 1


def test_lines_of_requests_with_a_body_are_shared_and_bodies_are_not() -> None:
    here = desk()
    one, two, three, four = (
        read(here, ask("POST", f"/v2/{P}/volumes", {"volume": {**VOLUME["volume"], "size": size}}))
        for size in (10, 20, 30, 40)
    )
    assert one.asked != two.asked
    assert two.asked is three.asked is four.asked
    assert isinstance(four.identified, Match)
    assert four.identified.body == {"volume": {**VOLUME["volume"], "size": 40}}


def test_actions_on_one_line_ask_different_things() -> None:
    here, target = desk(), f"{SHOW}/action"
    bodies: list[dict[str, JsonValue]] = [{"os-extend": {"new_size": 50}}, {"os-reserve": {}}, {"nothing": {}}]
    for _ in range(3):
        found = [read(here, ask("POST", target, body)).asked.operation for body in bodies]
        assert [each and each.action_keys for each in found] == [("os-extend",), ("os-reserve",), None]


def test_header_fields_are_read_with_what_they_say() -> None:
    here = Reception(CATALOGUE, Rules(), Identity(frozenset(AuthMethod), TokenCache(b"key")))
    more = ((b"connection", b"close"), (b"x-evs-gateway-scope", b"s"), (b"x-project-id", b"p"), (b"x-domain-id", b"d"))
    head = read(here, ask(headers=(*HEADERS, *more))).asked.head
    assert (head.host, head.base_url, head.scope) == ("gw:1", "http://gw:1", "s")
    assert (head.project, head.domain) == ("p", "d")
    assert head.headers == (*HEADERS, more[0], more[2], more[3])
    assert head.outgoing == (*HEADERS, more[2], more[3])
    assert head.judged == (more[2],)
    assert isinstance(head.shown, Bearer)


@pytest.mark.parametrize(("scheme", "url"), [("http", "http://gw:1"), ("https", "https://gw:1")])
def test_links_lead_to_the_address_that_was_asked(scheme: str, url: str) -> None:
    request = Request("GET", SHOW.encode(), HEADERS, scheme=scheme)
    assert read(desk(), request).asked.base_url == url
    assert read(desk(Rules(public_url="https://other")), request).asked.base_url == "https://other"


def test_manners_of_operations_are_told() -> None:
    here = desk(Rules(PASSTHROUGH, {"cinder_show_volume": RECORD}))
    shown, created = read(here, ask()).asked, read(here, ask("POST", f"/v2/{P}/volumes", VOLUME)).asked
    token, unknown = read(here, ask("POST", "/v3/auth/tokens", {"auth": {}})).asked, read(here, ask("PUT", "/x")).asked
    assert [each.mode for each in (shown, created)] == [RECORD, PASSTHROUGH]
    assert [each.is_write for each in (shown, created, token, unknown)] == [False, True, False, True]
    assert [each.about_iam for each in (shown, created, token, unknown)] == [False, False, True, False]
    assert (token.family, unknown.family) == (Family.IAM, family_of(b"/x"))
    assert read(here, ask("PATCH", "/v3/projects/p")).asked.about_iam


def test_a_body_that_is_announced_too_large_is_refused_before_it_is_there() -> None:
    here, headers = desk(), (*HEADERS, (b"content-length", b"99999999"))
    for _ in range(3):
        assert here.read(ask(headers=headers)) == Inadmissible(413, "The request body is larger than 12582912 bytes.")


def test_large_lines_and_fields_are_not_kept() -> None:
    here = desk()
    for request in (ask(target=f"{SHOW}?marker={'m' * 3000}"), ask(headers=(*HEADERS, (b"x", b"x" * 9000)))):
        often = [read(here, request) for _ in range(4)]
        assert often[2] is not often[3]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reception, "MOST_REMEMBERED", 2)
    monkeypatch.setattr(reception, "MOST_SEEN", 4)
    head = read(desk(), ask()).asked.head
    kept: Twice[int] = Twice()
    for number in range(8):
        for _ in range(2):
            kept.keep(("GET", b"/%d" % number, head, "http"), number)
    assert list(kept.known.values()) == [6, 7]


# What is read step by step, nothing of it remembered.

TARGETS = st.sampled_from(
    [
        *(SHOW, f"{SHOW}/", f"/v2/{P}/volumes", f"/v2/{P}/volumes/not-an-id", f"/v2/{P}/volumes/detail?limit=0&x=1"),
        *(f"/v2/{P}/volumes/detail?limit=5&limit=6", f"/v2/{P}/cloudvolumes", f"{SHOW}/action", f"{SHOW}//x"),
        *(f"/v2/{P}/os-quota-sets/q?usage=True", "/", "/v2", "/v5", "/v3/auth/tokens", "/a/../b", f"/v2/{P}/%zz"),
        *(f"/v1/{P}/jobs/{V}", f"/v2/{P}/os-vendor-snapshots/{V}/rollback", f"{SHOW}/metadata/k?a=b"),
    ]
)
FIELDS = st.lists(
    st.sampled_from(
        [
            *((b"content-type", b"application/json"), (b"content-type", b"text/plain"), (b"content-type", b"?")),
            *((b"content-encoding", b"gzip"), (b"x-project-id", P.encode()), (b"x-project-id", b"other")),
            *((b"authorization", b"a"), (b"x-auth-token", b"t"), (b"connection", b"keep-alive, x-a"), (b"x-a", b"1")),
            *((b"x-user-id", b"u"), (b"te", b"x"), (b"content-length", b"9"), (b"host", b"bad host"), (b"_", b"\0")),
        ]
    ),
    max_size=4,
)
BODIES = st.sampled_from(
    [
        *(b"", b"{}", b"[1]", b"null", b"{", b"text", json.dumps(VOLUME).encode(), b'{"volume": {"size": 0}}'),
        *(b'{"os-extend": {"new_size": 50}}', b'{"os-extend": {}, "os-reserve": {}}', b'{"a": 1, "a": 2}'),
        *(b'{"rollback": {"volume_id": "v"}}', b'{"meta": {"k": null}}', b'{"auth": {}}'),
    ]
)
REQUESTS = st.builds(
    lambda method, target, fields, body: Request(method, target.encode(), ((b"host", b"gw"), *fields), body),
    st.sampled_from(["GET", "GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS", "TRACE"]),
    TARGETS,
    FIELDS,
    BODIES,
)
RULES = st.sampled_from(
    [
        *(Rules(), Rules(validation=Level.OFF), Rules(volume_types=("ESSD",))),
        Rules(severities=Severities({"size-range": None, "parameter-unknown": None})),
    ]
)


def plainly(request: Request, rules: Rules) -> object:
    admitted = admit(request)
    if isinstance(admitted, Inadmissible):
        return admitted
    asked = admitted.request
    identified = CATALOGUE.identify(asked.method, asked.path, asked.query, admitted.body)
    said = (asked.headers, end_to_end(asked.headers), credential_class(asked))
    if not isinstance(identified, Match) or rules.validation is Level.OFF:
        return *said, identified, ()
    types = VolumeTypes(added=rules.volume_types)
    findings = validate(identified, admitted.has_body, asked.headers, types)
    return *said, identified, rules.severities.applied(identified.operation.id, findings)


def told(received: Received | Inadmissible) -> object:
    if isinstance(received, Inadmissible):
        return received
    head = received.asked.head
    return head.headers, head.outgoing, head.credential, received.identified, received.findings


@given(st.lists(REQUESTS, min_size=1, max_size=3), RULES)
def test_what_is_remembered_is_what_reading_step_by_step_says(requests: list[Request], rules: Rules) -> None:
    here = desk(rules)
    for _ in range(3):
        assert [told(here.read(each)) for each in requests] == [plainly(each, rules) for each in requests]
