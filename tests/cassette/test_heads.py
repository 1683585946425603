"""What is known of a head says the same of each request as looking at all of it."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cassette.heads import _HINTS, Crowded, Head
from gateway.cassette.redaction import Redactor
from gateway.cassette.secrets import EXACT_NAMES, SECRET_NAMES
from gateway.http.messages import Header, Headers, Request

KEPT = frozenset({b"user-agent"})
TOKEN = b"MIIF9wYJKoZIhvcNAQcCoIIF6DCCBeQCAQExDTAL"
PASSWORD = b"Tr0ub4dor&3"
SIGNATURE = b"0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0"
PROJECT = b"0123456789abcdef0123456789abcdef"
AGENT = (b"user-agent", b"python-cinderclient")
SIGNED = (b"authorization", b"SDK-HMAC-SHA256 Access=AK1, SignedHeaders=host, Signature=" + SIGNATURE)
SECRETS: tuple[Header, ...] = (
    (b"x-auth-token", TOKEN),
    (b"x-auth-token", b"another-token-4711"),
    (b"x-auth-token", b"short"),
    (b"x-subject-token", TOKEN[::-1]),
    (b"authorization", b"Basic " + b64encode(b"alice:" + PASSWORD)),
    (b"authorization", b"Bearer " + TOKEN.lower()),
    (b"cookie", b"session=" + quote(PASSWORD).encode() + b"; theme=dark"),
    (b"proxy-authorization", b"Basic " + b64encode(b"bob:hunter2hunter2")),
    SIGNED,
)
HEADERS = st.lists(
    st.sampled_from((AGENT, (b"user-agent", b"agent of " + TOKEN), (b"accept", b"*/*"), *SECRETS)), max_size=4
).map(tuple)
WORDS = st.sampled_from(
    (
        *(PROJECT, TOKEN, TOKEN[4:], quote(PASSWORD).encode(), PASSWORD, SIGNATURE, b64encode(TOKEN), b"short"),
        *(b"another-token-4711", b"?", b"&", b"=", b"limit=10", b"marker=%61", b"pass_word=x", b"%70assword=y"),
        *(b"/tokens/abc", b"Access=1", b"signature=" + SIGNATURE, b"volumes", b"/", b"\xe2\x84\xaa", b"token=redacted"),
    )
)
TARGETS = st.lists(WORDS, max_size=4).map(lambda words: b"/v2/" + b"".join(words))


def seen(redactor: Redactor, headers: Headers, target: bytes) -> tuple[bytes, Headers, tuple[str, ...]]:
    """Return what all of a head shows: target, headers that stay, rules."""
    clean = redactor.head(Request("GET", target, headers), KEPT)
    return clean.request.target, clean.request.headers, clean.rules


@given(st.lists(st.tuples(HEADERS, TARGETS), max_size=6))
def test_what_is_known_of_a_head_agrees_with_the_whole(requests: list[tuple[Headers, bytes]]) -> None:
    plain, quick = Redactor(bytes(32)), Redactor(bytes(32))
    heads = quick.heads(KEPT)
    known: dict[Headers, Head | Crowded] = {}
    for headers, target in requests:
        head = known.setdefault(headers, heads.of(headers))
        shown = seen(plain, headers, target)
        assert isinstance(head, Head)
        if heads.shows_none(head, target):
            assert shown == (target, head.stays, head.rules)
        else:
            assert shown == seen(quick, headers, target)
        assert list(plain._taints._recent) == list(quick._taints._recent)


@pytest.mark.parametrize(
    "target",
    [
        b"/v2/" + PROJECT + b"/volumes",
        b"/v2/volumes?limit=10&offset=2",
        b"/v2/volumes?name=my%20disk",
        b"/v2/volumes?name=the+passage",
    ],
)
def test_an_ordinary_request_is_told_at_once(target: bytes) -> None:
    heads = Redactor(bytes(32)).heads(KEPT)
    head = heads.of((AGENT, (b"x-auth-token", TOKEN)))
    assert isinstance(head, Head)
    assert heads.shows_none(head, target)
    assert (head.stays, head.rules) == ((AGENT,), ("header:x-auth-token",))


@pytest.mark.parametrize("spelled", [TOKEN, b64encode(TOKEN), b"x" * 200 + TOKEN[-16:]])
def test_a_secret_of_this_head_or_an_earlier_one_shows(spelled: bytes) -> None:
    heads = Redactor(bytes(32)).heads(KEPT)
    with_token, without = heads.of(((b"x-auth-token", TOKEN),)), heads.of((AGENT,))
    assert isinstance(with_token, Head)
    assert isinstance(without, Head)
    assert not heads.shows_none(with_token, b"/v2/" + spelled)
    assert not heads.shows_none(without, b"/v2/" + spelled)


def test_a_signature_is_hunted_in_its_own_request_alone() -> None:
    heads = Redactor(bytes(32)).heads(KEPT)
    signed, other = heads.of((SIGNED,)), heads.of((AGENT,))
    assert isinstance(signed, Head)
    assert isinstance(other, Head)
    assert (heads.shows_none(signed, b"/" + SIGNATURE), heads.shows_none(other, b"/" + SIGNATURE)) == (False, True)


def test_a_head_of_many_secrets_is_looked_at_whole() -> None:
    headers = tuple((b"x-%d-token" % number, b"secret-number-%d" % number) for number in range(40))
    assert Redactor(bytes(32)).heads(KEPT).of(headers) == Crowded()


def test_every_secret_name_holds_what_is_looked_for() -> None:
    names = [name.encode() for name in (*SECRET_NAMES, *EXACT_NAMES)]
    assert [name for name in names if not any(hint in name for hint in _HINTS)] == []
