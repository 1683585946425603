"""For any bytes there is a decision and never an exception; and what was judged is what the cloud got."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.cassette.redaction import Redactor
from gateway.contract.catalogue import CATALOGUE
from gateway.http.admission import METHODS
from gateway.http.links import Links
from gateway.http.messages import Headers, Request
from gateway.pipeline import Pipeline, Rules
from gateway.seams import Forward, Reply

from .case import request
from .corpus import CORPUS
from .door import Door, talking
from .test_corpus import forwarded

PIPELINE = Pipeline(CATALOGUE, Rules(), Redactor(b"key"), Links(()))
PROJECT = b"/v2/5dd0b0056f3d47b6ab4121667d35621a"

# Bytes that get far: documented targets, broken at random places.
ROOTS = st.sampled_from([b"/", PROJECT + b"/volumes", PROJECT + b"/cloudvolumes/detail?", b"/v3/auth/tokens"])
TARGETS = st.builds(bytes.__add__, ROOTS, st.binary(max_size=20))
NAMES = st.sampled_from([b"host", b"content-type", b"x-auth-token", b"connection", b"x_auth_token", b"x-roles"])
HEADERS = st.lists(st.tuples(NAMES | st.binary(max_size=9), st.binary(max_size=20)), max_size=5).map(tuple)
STARTS = st.sampled_from([b"", b"{", b'{"volume": ', b'{"volume": {"size": 10}}', b'{"os-extend": {"new_size": '])
BODIES = st.builds(bytes.__add__, STARTS, st.binary(max_size=20))


@given(st.sampled_from(sorted(METHODS)) | st.text(max_size=9), TARGETS, HEADERS, BODIES)
def test_for_any_bytes_there_is_a_decision(method: str, target: bytes, headers: Headers, body: bytes) -> None:
    decided = PIPELINE.on_request(Request(method, target, headers, body), at=1000.0)
    assert isinstance(decided, Reply | Forward)
    if isinstance(decided, Reply):
        assert 400 <= decided.response.status <= 501
        assert json.loads(decided.response.body)
        assert decided.response.header(b"proxy-status") is not None
    else:
        sent = decided.request
        assert (sent.method, sent.target, sent.body) == (method, target, body)
        assert set(sent.headers) <= set(headers)


# Legal requests, as any client may send them.

SEGMENTS = st.from_regex(rb"([A-Za-z0-9_~!$&'()*+,=:@-]|%(E4%BD%A0|20|6[1-9]|3[0-9])){1,9}", fullmatch=True)
QUERIES = st.from_regex(rb"(\?([A-Za-z0-9&=;/?:@._~+-]|%[2-7][0-9A-E]){0,20})?", fullmatch=True)
LEGAL_TARGETS = st.builds(
    lambda segments, slash, query: b"/v9/p/" + b"/".join(segments) + slash + query,
    st.lists(SEGMENTS, min_size=1, max_size=4),
    st.sampled_from([b"", b"/"]),
    QUERIES,
)
FIELDS = st.lists(
    st.builds(
        lambda name, pad, value: b"X-" + name + b":" + pad + value + pad,
        st.from_regex(rb"Z[A-Za-z0-9!#$%&'*+.^`|~-]{0,8}", fullmatch=True),
        st.sampled_from([b"", b" ", b"\t "]),
        st.from_regex(rb"([!-~\x80-\xff]([ \t!-~\x80-\xff]{0,8}[!-~\x80-\xff])?)?", fullmatch=True),
    ),
    max_size=6,
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=8,
)
LEGAL_BODIES = st.just(b"") | st.builds(
    lambda value, ascii, indent: json.dumps(value, ensure_ascii=ascii, indent=indent).encode(),
    VALUES,
    st.booleans(),
    st.sampled_from([None, 1]),
)
REQUESTS = st.builds(
    lambda method, target, fields, body: request(method, target, *fields, body=body),
    st.sampled_from([b"GET", b"POST", b"PUT", b"DELETE", b"PATCH", b"OPTIONS"]),
    LEGAL_TARGETS,
    FIELDS,
    LEGAL_BODIES,
)


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


def test_what_was_judged_is_what_the_cloud_got() -> None:
    door = Door()

    @settings(max_examples=200, deadline=None)
    @given(REQUESTS)
    def each(said: bytes) -> None:
        before = len(door.cloud.heard)
        with talking(door.address) as talk:
            talk.say(said)
            assert talk.answer() == (200, said.partition(b"\r\n")[0])
        assert door.cloud.heard[before:] == [forwarded(said, door.cloud.address)]

    door.open_while(each)


PIECES = st.sampled_from([piece for case in CORPUS if len(case.said) < 2000 for piece in case.said.split(b"\r\n")])
NOISE = st.lists(PIECES | st.binary(max_size=9), max_size=12).map(b"\r\n".join) | st.binary(max_size=200)


def test_the_server_survives_any_bytes() -> None:
    door = Door()

    @settings(max_examples=200, deadline=None)
    @given(NOISE)
    def each(said: bytes) -> None:
        with talking(door.address) as noisy, talking(door.address) as talk:
            noisy.say(said)
            talk.say(request(b"GET", b"/v9/alive"))
            assert talk.answer() == (200, b"GET /v9/alive HTTP/1.1")

    door.open_while(each)


def test_what_is_refused_never_reaches_the_cloud_however_it_is_cut() -> None:
    """Each smuggling attempt once more, its bytes in two packets."""
    door = Door()
    attempts = [case for case in CORPUS if b"/v2/smuggled" in case.said and not case.forwards]

    def work() -> None:
        for number, case in enumerate(attempts):
            cut = (number * 37) % len(case.said)
            with talking(door.address) as talk:
                talk.say(case.said[:cut])
                talk.say(case.said[cut:])
                assert talk.answer() is not None

    door.open_while(work)
    assert door.cloud.heard == []
