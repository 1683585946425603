"""Any body comes out of the file as it went in."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.stores import bodies
from gateway.stores.bodies import MARK, PACKED_FROM, Packing, unpacked

_BODIES = st.builds(
    lambda head, text, times: head + text * times, st.sampled_from([b"", MARK]), st.binary(), st.sampled_from([1, 5000])
)


@given(st.lists(st.tuples(_BODIES, st.sampled_from(["/a", "/b"])), max_size=6))
def test_any_body_comes_back(asked: list[tuple[bytes, str]]) -> None:
    packing = Packing()
    for body, target in (*asked, *asked):
        assert unpacked(packing.of(body, target)) == body


def test_long_bodies_are_packed_and_short_ones_stay() -> None:
    short, long = b"x" * (PACKED_FROM - 1), b"x" * PACKED_FROM
    packing = Packing()
    assert packing.of(short, "/") is short
    assert packing.of(long, "/").startswith(MARK)
    assert len(packing.of(long, "/")) < 100


def test_a_body_is_packed_once_while_it_is_the_answer() -> None:
    packing = Packing()
    first = packing.of(b"x" * 5000, "/")
    assert packing.of(b"x" * 5000, "/") is first
    assert packing.of(b"y" * 5000, "/") != first
    assert packing.of(b"x" * 5000, "/") == first


def test_what_is_longer_than_any_body_stays_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LONGEST", 5000)
    assert Packing().of(b"x" * 5001, "/") == b"x" * 5001


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        (MARK, "does not end where it should"),
        (MARK + b"no zlib", "cannot be read: Error -3"),
        (MARK + zlib.compress(b"x" * 6001), "does not end where it should"),
        (MARK + zlib.compress(b"x") + b"more", "does not end where it should"),
        (MARK + zlib.compress(b"x" * 6000)[:-1], "does not end where it should"),
    ],
)
def test_what_was_not_packed_here_is_refused(stored: bytes, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LONGEST", 6000)
    with pytest.raises(ValueError, match=said):
        unpacked(stored)
