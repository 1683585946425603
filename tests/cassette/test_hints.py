"""Bodies that nobody has to look at closely."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cassette.hints import hints, is_plain
from gateway.cassette.removal import Removal
from gateway.cassette.taint import Taints

WORDS = st.sampled_from(
    (
        *("disk", "by", "key", "K_e-y", "pass", "pa ss", "Token", "to.ken", "cookie: a", "Authorization: Basic b"),
        *("access", "signature", "secret", '"', ":", "=", "a", " ", "{", "}", ",", "%6bey=", "\\u006b", "name", "ü"),
    )
)
# In JSON a name and a value, else plain text; of both kinds with what deceives.
TEXTS = st.lists(WORDS, max_size=6).map("".join)


@pytest.mark.parametrize("text", ["a disk by the sea", "back to Nigel", "thank you", "keep an eye on stocks"])
def test_words_that_only_look_like_a_name_from_afar_are_no_hint(text: str) -> None:
    assert is_plain(text.encode())


@pytest.mark.parametrize(
    "text", ["key", "K_E_Y", "pass word", "disk by % y", "disk by \\t", "disk by ü", "\\u0070", "disk by a cookie: b"]
)
def test_a_name_or_what_may_spell_one_is(text: str) -> None:
    assert hints(text.encode())


@given(TEXTS, TEXTS)
def test_where_the_shadow_deceives_there_is_nothing_to_remove(name: str, value: str) -> None:
    for body in (f'{{"disk by {name}":"{value}"}}', f"disk by {name}={value}", f"disk by {value}"):
        raw = body.encode()
        if not hints(raw):
            removal = Removal(Taints(bytes(32)))
            assert removal.text(raw) == raw
            assert removal.body(raw, b"application/json") in (raw, None)
            assert removal.rules == set()
