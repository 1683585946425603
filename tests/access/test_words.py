"""Patterns and ids."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.access.words import folded, is_uuid, pattern

UUID = "5AA119A8-D25B-45A7-8D1B-88E127885635"


def test_only_uuids_are_the_same_in_either_case() -> None:
    assert is_uuid(UUID)
    assert not is_uuid(UUID[:-1] + "g")
    assert (folded(UUID), folded("Prod")) == (UUID.lower(), "Prod")


@pytest.mark.parametrize(
    ("text", "matching", "other"),
    [
        ("abc", "abc", "abcd"),
        ("*", "", None),
        ("a*", "a", "b"),
        ("*c", "abc", "abcd"),
        ("a*a", "aba", "a"),
        ("a?c", "abc", "ac"),
        ("?*", "x", ""),
        ("a*b*c", "a-b-c", "a-c-b"),
        ("a*bc*c", "abcc", "abc"),
        ("[a].", "[a].", "a."),
        ("*?", "\n", ""),
    ],
)
def test_patterns(text: str, matching: str, other: str | None) -> None:
    assert pattern(text)(matching)
    assert other is None or not pattern(text)(other)


ALPHABET = st.text("ab*?", max_size=8)


@given(ALPHABET, st.text("ab", max_size=8))
def test_a_pattern_means_what_the_regular_expression_means(text: str, word: str) -> None:
    form = "".join({"*": ".*", "?": "."}.get(character, character) for character in text)
    assert pattern(text)(word) == bool(re.fullmatch(form, word, re.DOTALL))


def test_no_pattern_is_slow() -> None:
    started = time.process_time()
    assert not pattern("a*" * 30 + "b")("a" * 10_000)
    assert time.process_time() - started < 0.5
