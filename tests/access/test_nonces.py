"""A signature counts once."""

from __future__ import annotations

from gateway.access.nonces import Nonces, Sight


def test_a_signature_counts_once() -> None:
    nonces = Nonces()
    assert nonces.spend("ak", "s", 900, 0) is Sight.FIRST
    assert nonces.spend("ak", "s", 900, 900) is Sight.AGAIN
    assert nonces.spend("other", "s", 900, 0) is Sight.FIRST


def test_one_that_had_no_effect_may_come_again_once() -> None:
    nonces = Nonces()
    nonces.spend("ak", "s", 900, 0)
    nonces.give_back("ak", "s")
    assert nonces.spend("ak", "s", 900, 1) is Sight.FIRST
    assert nonces.spend("ak", "s", 900, 1) is Sight.AGAIN


def test_what_was_never_spent_may_be_given_back() -> None:
    nonces = Nonces()
    nonces.give_back("ak", "s")
    assert nonces.spend("ak", "s", 900, 0) is Sight.FIRST


def test_a_full_memory_takes_no_more_until_something_ends() -> None:
    nonces = Nonces(limit=2)
    assert [nonces.spend("ak", name, 900, 5) for name in "abc"] == [Sight.FIRST, Sight.FIRST, Sight.FULL]
    assert nonces.spend("ak", "c", 900, 5.5) is Sight.FULL
    assert nonces.spend("ak", "c", 1900, 901) is Sight.FIRST
    assert nonces.spend("ak", "c", 1900, 901) is Sight.AGAIN
