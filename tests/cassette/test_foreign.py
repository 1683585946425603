"""What exchanges need on the way to other tools: URLs, valid ids, and what is worked out on the way back."""

from __future__ import annotations

import re

import pytest

from gateway.cassette.exchange import CredentialClass, Exchange
from gateway.cassette.foreign import lifelike, octets, target_of, understood, url_of
from gateway.http.messages import Request, Response


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://h/v2/p?a=1", b"/v2/p?a=1"),
        ("https://h:1", b"/"),
        ("https://h?a=1", b"/?a=1"),
        ("https://h/a b#c", b"/a%20b"),
        ("https://h/é%20", b"/%C3%A9%20"),
        ("/v2", b"/"),
    ],
)
def test_the_target_of_a_url(url: str, target: bytes) -> None:
    assert target_of(url) == target


def test_a_url_holds_no_byte_that_none_may() -> None:
    assert url_of(b'/v2/<a>"?x=\xff&y=%20', "http://h") == "http://h/v2/%3Ca%3E%22?x=%FF&y=%20"


def test_other_tools_get_ids_where_aliases_stand_but_no_made_up_secret() -> None:
    aliased = Exchange(
        "x",
        Request("GET", b"/v2/<project:1>/volumes/<volume:1>", ((b"a", b"<volume:1>"),), b'{"id":"<volume:1>"}'),
        Response(200, ((b"content-length", b"19"),), b'{"k":"<secret:1>","i":"<volume:1>"}'),
        1.0,
        2.0,
    )
    (live,) = lifelike([aliased])
    project, volume = re.fullmatch(rb"/v2/([0-9a-f]{32})/volumes/([0-9a-f-]{36})", live.request.target).groups()  # type: ignore[union-attr]
    assert live.request.headers == ((b"a", volume),)
    assert live.request.body == b'{"id":"%s"}' % volume
    body = b'{"k":"<secret:1>","i":"%s"}' % volume
    assert live.response == Response(200, ((b"content-length", str(len(body)).encode()),), body)
    assert project != volume
    assert list(lifelike([live])) == [live]


def test_a_missing_credential_is_believed_where_none_was_needed_or_wanted() -> None:
    ask = Request("POST", b"/v3/auth/tokens", ((b"content-type", b"application/json"),), b"{}")
    found = understood(ask, Response(201, (), b""), 2.0, 1.0)
    assert (found.operation, found.credential) == ("iam_create_token", CredentialClass.NONE)
    assert found.completed_at == 2.0


def test_a_header_is_latin_where_it_can_be() -> None:
    assert (octets("\xe9"), octets("€")) == (b"\xe9", "€".encode())
