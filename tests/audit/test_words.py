"""Strings of clients in records."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.audit.canonical import canonical
from gateway.audit.words import LONGEST, plain, plain_bytes


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("vol-1", "vol-1"),
        ("Grüße", "Grüße"),
        ("a\r\nb", "a\\u000d\\u000ab"),
        ("\x1b[31mred", "\\u001b[31mred"),
        ("abc\u202edef", "abc\\u202edef"),
        ("\ud800", "\\ud800"),
        ("a" * (LONGEST + 1), "a" * LONGEST + f"… ({LONGEST + 1} characters)"),
    ],
)
def test_what_moves_a_cursor_is_shown_and_does_nothing(text: str, said: str) -> None:
    assert plain(text) == said


def test_bytes_that_are_no_text_are_shown() -> None:
    assert plain_bytes(b"/v2/\xff\x00") == "/v2/\\xff\\u0000"


@given(st.text(st.characters(exclude_categories=())))
def test_any_text_may_stand_in_a_record(text: str) -> None:
    said = plain(text)
    assert not any(unicodedata.category(letter) == "Cc" or letter in "\u202e\u2066\u2028" for letter in said)
    assert canonical({"text": said})
