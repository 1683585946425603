"""Scalars of a JSON document by path and by position."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cassette.leaves import Span, leaves, member, objects, parsed, spans

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def test_spans_say_where_strings_stand():
    text = ' {"a" : [1, "x", {}], "b": {"c": "y"} , "d": null}'
    found = spans(text)
    assert found == [Span(("a", 1), "x", 12, 15), Span(("b", "c"), "y", 33, 36)]
    assert [text[span.start : span.end] for span in found] == ['"x"', '"y"']


@given(DOCUMENTS)
def test_spans_find_the_strings_that_parsing_finds(document):
    text = json.dumps(document, indent=1)
    assert [(s.path, s.value) for s in spans(text)] == [
        (path, leaf) for path, leaf in leaves(document) if isinstance(leaf, str)
    ]


@pytest.mark.parametrize("text", ["", "{", '{"a', '{"a": x}', "[" * 5000, '["a" "b"]{'])
def test_a_text_that_is_no_json_has_no_spans(text):
    assert [span for span in spans(text) if span.value not in "ab"] == []


def test_a_body_that_is_no_json_object_or_list_is_none():
    assert [parsed(b""), parsed(b"<html>"), parsed(b"{"), parsed(b"[1]")] == [None, None, None, [1]]


def test_objects_come_outermost_first():
    assert [path for path, _ in objects({"a": [{"b": 1}, 2]})] == [(), ("a", 0)]


def test_the_member_of_an_item_is_its_list():
    assert [member(("a", 0)), member(()), member(("a", "b"))] == ["a", "", "b"]
