"""JSON read piece by piece, each value with the characters it was written in."""

from __future__ import annotations

import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cli.check.json_stream import JsonStream, NotReadable


def stream(text: str, chunk: int = 3) -> JsonStream:
    """Return a stream that gets its text in small pieces whatever it asks for."""
    source = io.StringIO(text)
    return JsonStream(lambda _: source.read(chunk))


def test_a_value_comes_with_its_own_text() -> None:
    read = stream(' {"a": 1, "a": NaN} 12.50 "x"')
    assert read.value() == ({"a": "NaN"}, '{"a": 1, "a": NaN}')
    assert read.value() == ("12.50", "12.50")
    assert read.value() == ("x", '"x"')
    assert read.peek() == ""


def test_members_and_elements_are_walked_one_at_a_time() -> None:
    read = stream('{"a": [1, {"b": []}], "c": {}}')
    seen = [(name, list(read.elements()) if name == "a" else read.value()[0]) for name in read.members()]
    assert seen == [("a", ["1", {"b": []}]), ("c", {})]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "ends before '{'"),
        ("[1]", "expected '{', found '['"),
        ('{"a" 1}', "expected ':', found '1'"),
        ('{"a": 1 "b": 2}', "expected ',', found '\"'"),
        ('{"a": 1, ', "expected a key in double quotes"),
        ('{"a": tru', "not JSON: Expecting value"),
        ('{"a": ' + "[" * 100_000, "not JSON: nested too deeply"),
    ],
)
def test_what_is_wrong_is_told(text: str, why: str) -> None:
    read = stream(text, 1 << 20)
    with pytest.raises(NotReadable) as raised:
        [read.value() for _ in read.members()]
    assert str(raised.value) == why


VALUES = st.recursive(
    st.none() | st.booleans() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
)


@given(st.lists(VALUES, max_size=4), st.integers(1, 9))
def test_any_array_comes_out_as_it_went_in(values: list[object], chunk: int) -> None:
    assert list(stream(json.dumps(values), chunk).elements()) == values
