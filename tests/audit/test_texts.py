"""The texts in an object."""

from __future__ import annotations

from gateway.audit.texts import with_texts


def test_every_text_is_changed_and_nothing_else() -> None:
    value = {"a": "x", "b": [1, None, True, "y", {"c": "z"}], "d": {"e": ["w"]}}
    upper = {"A": "X", "B": [1, None, True, "Y", {"C": "Z"}], "D": {"E": ["W"]}}
    assert with_texts(value, str.upper) == upper  # type: ignore[arg-type]
