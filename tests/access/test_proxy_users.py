"""Who may use the forward proxy, and under which name."""

from __future__ import annotations

import base64

import pytest

from gateway.access.dev_tokens import digest_of
from gateway.access.proxy_users import Named, ProxyUser, Users, new_password, stated

ALICE = ProxyUser("alice", b"salt", digest_of(b"salt", b"right"))
BOB = ProxyUser("bob", b"other", digest_of(b"other", b"his"))


def basic(text: bytes, scheme: bytes = b"Basic") -> bytes:
    return scheme + b" " + base64.b64encode(text)


@pytest.mark.parametrize(
    ("credentials", "admitted"),
    [
        (basic(b"alice:right"), "alice"),
        (basic(b"bob:his", b"basic"), "bob"),
        (basic(b"alice:his"), None),
        (basic(b"bob:right"), None),
        (basic(b"nobody:right"), None),
        (basic(b"alice:"), None),
        (None, None),
    ],
)
def test_known_users_are_let_in(credentials: bytes | None, admitted: str | None) -> None:
    assert Users((ALICE, BOB)).admitted(credentials) == admitted


def test_where_nobody_is_known_anybody_is_let_in_under_his_name() -> None:
    users = Users(None)
    assert [users.admitted(each) for each in (None, basic(b"worker-1:x"), b"Bearer x")] == ["", "worker-1", ""]


def test_where_there_are_no_users_nobody_is_let_in() -> None:
    assert Users(()).admitted(basic(b"alice:right")) is None


@pytest.mark.parametrize(
    "credentials", [b"", b"Basic", b"Basic !", b"Digest " + base64.b64encode(b"a:b"), basic(b"ab"), basic(b"a b:c")]
)
def test_what_cannot_be_read_names_nobody(credentials: bytes) -> None:
    assert stated(credentials) is None


def test_passwords_may_hold_anything_and_are_not_shown() -> None:
    assert stated(basic(b"alice:a:b:\xff")) == Named("alice", b"a:b:\xff")
    assert "secret" not in repr((stated(basic(b"alice:secret")), ALICE))
    assert len({new_password() for _ in range(9)}) == 9
