"""Hashes of rows: keyed by an installation, or plain."""

from __future__ import annotations

import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st

from gateway.cassette.chain import PLAIN, ChainKey


def test_a_key_is_derived_and_named_without_telling_it() -> None:
    key = ChainKey.of(b"i" * 32)
    assert key == ChainKey.of(b"i" * 32)
    assert key.name != ChainKey.of(b"j" * 32).name
    assert key.secret != b"i" * 32
    assert key.name not in key.secret.hex()
    assert not key.is_plain
    assert key.secret.hex() not in repr(key)


def test_a_hash_covers_the_row_and_the_one_before() -> None:
    key = ChainKey.of(b"i" * 32)
    mac = key.mac(b"before", b"row")
    assert mac == hmac.new(key.secret, b"beforerow", "sha256").digest()
    assert len({mac, key.mac(b"other", b"row"), key.mac(b"before", b"rows"), PLAIN.mac(b"before", b"row")}) == 4


def test_a_plain_hash_is_anybodys() -> None:
    assert PLAIN.is_plain
    assert PLAIN.mac(b"a", b"b") == hashlib.sha256(b"ab").digest()


@given(st.binary(max_size=64), st.binary(), st.lists(st.binary(), max_size=3))
def test_a_row_in_pieces_has_the_hash_of_the_whole(secret: bytes, prev: bytes, pieces: list[bytes]) -> None:
    whole = b"".join(pieces)
    key = ChainKey("k", secret)
    assert key.mac(prev, *pieces) == key.mac(prev, whole)
    if secret:
        assert key.mac(prev, whole) == hmac.digest(secret, prev + whole, "sha256")
