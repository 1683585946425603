"""Development tokens: long, random, kept as hashes."""

from __future__ import annotations

from gateway.access.dev_tokens import PREFIX, DevToken, digest_of, new_salt, new_token, owner_of
from gateway.access.principals import Principal


def kept(token: str, name: str) -> DevToken:
    salt = new_salt()
    return DevToken(salt, digest_of(salt, token.encode()), Principal(dev_principal=name))


def test_a_token_tells_its_owner_and_another_tells_nobody() -> None:
    tokens = {name: new_token() for name in ("alice", "bob")}
    known = [kept(token, name) for name, token in tokens.items()]
    assert [owner_of(token.encode(), known) for token in tokens.values()] == [each.principal for each in known]
    assert owner_of(new_token().encode(), known) is None
    assert owner_of(b"", []) is None


def test_tokens_are_long_and_marked_and_never_the_same() -> None:
    one, other = new_token(), new_token()
    assert one != other
    assert one.startswith(PREFIX)
    assert len(one) == len(PREFIX) + 32


def test_equal_tokens_are_kept_differently() -> None:
    assert kept("same", "a").digest != kept("same", "a").digest


def test_no_secret_shows() -> None:
    each = kept("secret", "a")
    assert repr(each.digest) not in repr(each)
