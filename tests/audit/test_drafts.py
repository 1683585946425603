"""A draft of a record and the record itself make one line."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.audit.canonical import LARGEST_NUMBER, spelled
from gateway.audit.chain import Head, linked
from gateway.audit.drafts import Draft, text_of
from gateway.contract.model import JsonObject, JsonValue

LEAVES = st.none() | st.booleans() | st.integers(-LARGEST_NUMBER, LARGEST_NUMBER) | st.text(max_size=8)
VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab_", max_size=3), inner, max_size=3)
)
# Names around those that a chain adds, and one behind them all.
NAMES = ("body", "cassette", "id", "mode", "redactions", "stage", "validation")
RECORDS = st.fixed_dictionaries({"who": VALUES}, optional=dict.fromkeys(NAMES, VALUES))


def drafted(record: JsonObject) -> Draft:
    """Return a record in pieces, as whoever knows its names would write them."""
    members = {name: f'"{name}":{text_of(value)},' for name, value in sorted(record.items())}
    pieces = [
        "".join(member for name, member in members.items() if begin <= name < end)
        for begin, end in (("", "chain"), ("chain", "prev"), ("prev", "seq"), ("seq", "v"), ("v", "~"))
    ]
    return Draft(f"{{{pieces[0]}", pieces[1], pieces[2], pieces[3], f"{pieces[4][:-1]}}}")


@given(RECORDS, st.integers(0, LARGEST_NUMBER - 1))
def test_a_draft_makes_the_line_of_its_record(record: JsonObject, seq: int) -> None:
    head = Head(seq, "0f" * 32)
    assert linked("gw-1.a_b", head, drafted(record)) == linked("gw-1.a_b", head, record)


def test_a_value_is_spelled_as_records_spell_it() -> None:
    assert spelled({"b": 1, "a": [None, "ü"]}) == '{"a":[null,"ü"],"b":1}'.encode()
    assert text_of(["ü", True]) == '["ü",true]'


@pytest.mark.parametrize("value", ["\ud800", LARGEST_NUMBER + 1])
def test_what_has_no_canonical_form_has_no_text(value: JsonValue) -> None:
    with pytest.raises(ValueError, match="no canonical form"):
        text_of(value)
