"""JSON for tables holds whatever JSON can say."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.cassette.spoken import as_bytes, as_text, dumped, loaded

# Code points of every kind, halves of surrogate pairs too.
TEXT = st.text(st.characters(codec=None))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
)


@given(VALUES)
def test_a_value_comes_back(value):
    assert loaded(dumped(value)) == value


@given(TEXT)
def test_a_text_comes_back(text):
    assert as_text(as_bytes(text)) == text


def test_a_number_too_large_for_the_quick_reader_comes_back():
    assert loaded(dumped(2**80)) == 2**80
