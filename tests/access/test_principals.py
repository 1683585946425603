"""Who asks, as a value."""

from __future__ import annotations

from dataclasses import astuple

from gateway.access.principals import Assurance, AuthMethod, Principal


def test_nothing_is_known_of_a_principal_unless_said() -> None:
    assert astuple(Principal()) == (None, None, None, None, None, None, (), None, None, None, None, None, None)


def test_principals_are_values() -> None:
    assert Principal(user_id="u", roles=("a",)) == Principal(user_id="u", roles=("a",))


def test_words_are_those_of_the_condition_keys() -> None:
    assert [str(method) for method in AuthMethod] == ["token", "aksk", "dev"]
    assert [str(assurance) for assurance in Assurance] == ["verified", "claimed"]
