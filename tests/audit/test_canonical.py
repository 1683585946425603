"""The canonical form of records, beside a library that does nothing else."""

from __future__ import annotations

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from gateway.audit.canonical import LARGEST_NUMBER, canonical

_NAMES = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=8)
_LEAVES = st.none() | st.booleans() | st.integers(-LARGEST_NUMBER, LARGEST_NUMBER) | st.text()
_VALUES = st.recursive(_LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_NAMES, inner, max_size=4))


@given(st.dictionaries(_NAMES, _VALUES))
def test_the_canonical_form_is_that_of_rfc_8785(value) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@pytest.mark.parametrize("value", [2**53, -(2**53), "\ud800", object()])
def test_what_has_no_canonical_form_is_refused(value) -> None:
    with pytest.raises(ValueError, match="has no canonical form"):
        canonical({"value": value})
