"""What is stored at sight is what a close look would store, whatever came before."""

from __future__ import annotations

import json
import re
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cassette.at_sight import AtSight, Stored
from gateway.cassette.hints import is_plain
from gateway.cassette.redaction import Redactor
from gateway.cassette.removal import Removal, names_no_secret
from gateway.cassette.taint import Taints
from gateway.contract.catalogue import CATALOGUE
from gateway.http.messages import Headers, Request, Response

KEY = bytes(range(32))
SHOW = CATALOGUE.by_id["cinder_show_volume"]
SECRETS = [b"token-abcdef-%d" % number for number in range(4)] + [b"0123456789abcdef0123", b"short", b"a\nb/c\nd"]
SIGNED = b"SDK-HMAC-SHA256 Access=AK, SignedHeaders=host, Signature=" + b"5d41402abc4b2a76" * 4
PAGE = b"x" * 9000
_LONE = re.compile(rb"(?i)access|signature")

_WORDS = st.sampled_from([*SECRETS, SIGNED, b"available", b"", b"redacted-token-0123456789ab", b"\xc3\xa9", b"\xff\0"])
_TEXTS = st.lists(_WORDS | st.binary(max_size=6), max_size=3).map(b" ".join)
_NAMES = st.sampled_from(
    [
        *(b"x-auth-token", b"authorization", b"cookie", b"accept", b"user-agent", b"x-own", b"x-subject-token"),
        *(b"location", b"date", b"content-type", b"content-length", b"content-encoding", b"set-cookie", b"x-api-key"),
    ]
)
_HEADERS = st.lists(st.tuples(_NAMES, _TEXTS), max_size=4).map(tuple)
_FRAMES = st.sampled_from([b"/v2/p/", b"/v2?limit=", b"/v2/tokens/", b"/?token="])
_TARGETS = st.builds(lambda frame, text: frame + quote(text).encode(), _FRAMES, _TEXTS)
_PLAIN_BODIES = st.builds(
    lambda name, text, pad: json.dumps({name: text.decode("latin-1"), "pad": "x" * pad}).encode(),
    st.sampled_from(["name", "description", "adminPass", "links"]),
    _TEXTS,
    st.sampled_from([0, 300, 9000]),
)
_BODIES = _PLAIN_BODIES | _TEXTS | st.just(b"")
_REQUESTS = st.builds(Request, st.just("POST"), _TARGETS, _HEADERS, _BODIES)
_RESPONSES = st.builds(Response, st.just(200), _HEADERS, _BODIES)


@given(st.lists(st.tuples(_REQUESTS, _RESPONSES), min_size=1, max_size=6), st.lists(st.integers(0, 5), max_size=12))
def test_what_is_stored_at_sight_is_what_a_close_look_stores(
    exchanges: list[tuple[Request, Response]], order: list[int]
) -> None:
    quick, careful = Redactor(KEY), Redactor(KEY)
    for place in (*range(len(exchanges)), *order):
        request, response = exchanges[place % len(exchanges)]
        assert quick.redact(request, response, SHOW) == careful.redact_closely(request, response, SHOW)


def _stored(
    sight: AtSight, headers: Headers, body: bytes, answered: Headers = (), target: bytes = b"/v2/p"
) -> Stored | None:
    return sight.stored(Request("GET", target, headers), Response(200, answered, body))


TOKEN = ((b"x-auth-token", SECRETS[4]), (b"accept", b"*/*"))


@pytest.mark.parametrize("body", [b"{}", b"y" * 300, PAGE])
def test_an_answer_is_searched_again_when_there_is_another_secret(body: bytes) -> None:
    sight = AtSight(Taints(KEY))
    shown = body + SECRETS[4]
    assert _stored(sight, (), shown) is not None
    assert _stored(sight, (), shown) is not None
    assert _stored(sight, TOKEN, shown) is None
    assert _stored(sight, (), shown) is None


def test_ordinary_traffic_is_stored_at_sight() -> None:
    sight = AtSight(Taints(KEY))
    answered = ((b"date", b"now"), (b"x-own", b"1"), (b"location", b"https://h/v2/p?limit=1"))
    for _ in range(2):
        stored = _stored(sight, TOKEN, PAGE, answered, b"/v2/p?limit=2&marker=m")
        assert stored == (
            Request("GET", b"/v2/p?limit=2&marker=m", ((b"accept", b"*/*"),)),
            Response(200, (answered[0], answered[2]), PAGE),
            ("header:x-auth-token",),
        )


def test_a_signature_is_hunted_in_its_own_exchange() -> None:
    sight = AtSight(Taints(KEY))
    headers = ((b"authorization", SIGNED),)
    assert _stored(sight, headers, PAGE) is not None
    assert _stored(sight, headers, PAGE) is not None
    assert _stored(sight, headers, PAGE + SIGNED[-64:]) is None
    assert _stored(sight, headers, b"y" * 300 + SIGNED[-64:]) is None
    assert _stored(sight, (), PAGE + SIGNED[-64:]) is not None


@pytest.mark.parametrize(
    "answered",
    [((b"set-cookie", b"a=b"),), ((b"location", b"https://h?token=abcdefg"),), ((b"content-encoding", b"gzip"),)],
)
def test_headers_of_an_answer_may_call_for_a_close_look(answered: Headers) -> None:
    assert _stored(AtSight(Taints(KEY)), (), b"", answered) is None


def test_a_coded_body_calls_for_a_close_look() -> None:
    coded = ((b"content-encoding", b"gzip"),)
    sight = AtSight(Taints(KEY))
    assert sight.stored(Request("POST", b"/", coded, b"zip"), Response(202)) is None
    assert sight.stored(Request("POST", b"/", coded), Response(202)) is not None


def test_headers_too_large_to_be_remembered_are_looked_at_each_time() -> None:
    sight = AtSight(Taints(KEY))
    large = (*TOKEN, (b"user-agent", b"u" * 20_000))
    assert [_stored(sight, large, b"{}") for _ in range(2)] == [
        (Request("GET", b"/v2/p", large[1:]), Response(200, (), b"{}"), ("header:x-auth-token",))
    ] * 2


@given(_BODIES | st.binary())
def test_a_body_that_is_plain_loses_nothing(body: bytes) -> None:
    """A lone access key is no secret, and a signature no member (`secrets.STEMS`)."""
    if is_plain(body) and not _LONE.search(body):
        removal = Removal(Taints(KEY))
        assert removal.body(body, b"") in (body, None)
        assert removal.rules == set()


@given(_TARGETS | st.binary())
def test_a_url_that_names_no_secret_loses_nothing(url: bytes) -> None:
    removal = Removal(Taints(KEY))
    if names_no_secret(url):
        assert removal.link(url) == url
        assert removal.rules == set()
