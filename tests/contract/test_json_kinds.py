"""JSON values in words."""

from __future__ import annotations

import pytest

from gateway.contract.json_kinds import kind_in_words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "null"),
        (True, "a boolean"),
        (0, "a number"),
        (1.5, "a number"),
        ("", "a string"),
        ([], "an array"),
        ({}, "an object"),
    ],
)
def test_each_kind_has_its_words(value, words: str) -> None:
    assert kind_in_words(value) == words
