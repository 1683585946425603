"""What goes because of where it stands: the corners that whole exchanges seldom show."""

from __future__ import annotations

import pytest

from gateway.cassette.removal import Removal
from gateway.cassette.secrets import request_treatment
from gateway.cassette.taint import Taint, Taints

KEY = b"k" * 32


@pytest.fixture
def removal() -> Removal:
    return Removal(Taints(KEY))


def _values(removal: Removal) -> list[bytes]:
    return [taint.value for taint in removal.found]


def test_each_value_of_a_cookie_is_hunted(removal: Removal) -> None:
    assert removal.headers(((b"cookie", b"sid=0123456; flag; other=7654321"),), request_treatment) == ()
    assert _values(removal) == [b"0123456", b"7654321"]


def test_proxy_credentials_are_hunted_with_and_without_their_scheme(removal: Removal) -> None:
    assert removal.headers(((b"proxy-authorization", b"Basic bWU6aHVudGVyMg=="),), request_treatment) == ()
    assert _values(removal) == [b"Basic bWU6aHVudGVyMg==", b"hunter2", b"bWU6aHVudGVyMg=="]


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (b"Bearer abcdef1", b"Bearer redacted-token-"),
        (b"abcdef1", b"redacted-token-"),
        (b"Basic ???", b"Basic redacted-token-"),
        (b"Basic bWU6", b"Basic redacted-token-"),
        (b"AWS4 Credential=AK/x, Signature=ab, Other=z", b"AWS4 Credential=AK/x, Signature=redacted-signature"),
    ],
)
def test_of_credentials_the_scheme_stays(removal: Removal, value: bytes, stored: bytes) -> None:
    [(_, header)] = removal.headers(((b"authorization", value),), request_treatment)
    assert header.startswith(stored)


def test_a_value_is_found_once(removal: Removal) -> None:
    removal.stand_in("a", b"abcdefg", "token")
    removal.stand_in("b", b"abcdefg", "token")
    assert _values(removal) == [b"abcdefg"]
    assert removal.rules == {"a", "b"}


def test_what_is_quoted_in_text_goes_whole(removal: Removal) -> None:
    text = removal.text(b"password='a b', token: \"\", Set-Cookie: a=b, passwords are secret: yes")
    assert text.startswith(b"password='redacted-password-")
    assert b"Set-Cookie: redacted-cookie" in text
    assert removal.found == list[Taint]()
