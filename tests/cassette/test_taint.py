"""The hunt for removed values."""

from __future__ import annotations

import base64
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from gateway.cassette.taint import REMEMBERED, Taints, hunted, is_hunted, is_placeholder

KEY = b"k" * 32


def test_equal_secrets_have_equal_placeholders_under_one_key_only() -> None:
    one = Taints(KEY).placeholder(b"secret", "auth_key")
    assert one == Taints(KEY).remember(b"secret", "auth_key").placeholder
    assert one.startswith(b"redacted-auth_key-")
    assert one != Taints(b"other").placeholder(b"secret", "auth_key")
    assert is_placeholder(one)


def test_placeholders_and_their_aliases_are_no_secrets() -> None:
    assert is_placeholder(b"redacted-signature")
    assert is_placeholder(b"<secret:1>")
    assert not is_placeholder(b"redacted-token-xyz")


def test_short_values_and_words_of_the_api_are_not_hunted() -> None:
    assert [is_hunted(value) for value in (b"abcde", b"Available", b"abcdef")] == [False, False, True]


def test_the_oldest_unseen_value_is_forgotten_first() -> None:
    taints = Taints(KEY)
    first = taints.remember(b"first-secret", "token")
    second = taints.remember(b"second-secret", "token")
    for number in range(REMEMBERED - 1):
        assert taints.remember(b"first-secret", "token") is first
        taints.remember(b"secret-%d" % number, "token")
    assert len(list(taints)) == REMEMBERED
    assert first in taints
    assert second not in taints


@given(st.binary(min_size=6), st.integers(0, 2), st.booleans())
def test_any_value_is_found_in_any_spelling(value: bytes, shift: int, url_safe: bool) -> None:
    encode = base64.urlsafe_b64encode if url_safe else base64.b64encode
    taint = Taints(KEY).once(value, "token")
    for text in (value, quote(value, safe="").encode(), encode(b"x" * shift + value + b"yy")):
        assert taint.may_be_in(text)
        clean = hunted(text, [taint])
        assert clean is not None
        assert taint.placeholder in clean


def test_a_value_that_is_spelled_in_a_strange_way_is_recognised() -> None:
    taint = Taints(KEY).once(b"0123456789abcdef0123/x", "token")
    assert hunted(b"0123456789abcdef0123%u002fx", [taint]) is None


@given(
    st.lists(st.binary(min_size=6, max_size=24), max_size=12), st.lists(st.integers(0, 400), max_size=6), st.binary()
)
def test_all_values_are_looked_for_at_once(values: list[bytes], shown: list[int], text: bytes) -> None:
    taints = Taints(KEY)
    for value in (*values, *(b"0123456789abcdef%d" % number for number in range(len(values)))):
        taints.remember(value, "token")
    planted = [taints.needles[place % len(taints.needles)] for place in shown if taints.needles]
    for written in (text, *planted, text.join(planted), b"".join(planted)):
        assert taints.may_be_in(written) == any(each.may_be_in(written) for each in taints)


def test_a_value_that_comes_back_is_hunted_again_as_it_was() -> None:
    taints = Taints(KEY)
    first = taints.remember(b"first-secret", "token")
    for number in range(REMEMBERED):
        taints.remember(b"secret-%d" % number, "token")
    assert taints.hunts(b"first-secret", "token") is None
    assert not taints.may_be_in(b"first-secret")
    assert taints.remember(b"first-secret", "token") is first
    assert taints.hunts(b"first-secret", "token") is first
    assert taints.may_be_in(b"first-secret")
