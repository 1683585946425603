"""Scalars of a JSON text, found and replaced without touching the rest."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from gateway.cassette.members import Scalar, replaced, scalars


def test_each_scalar_knows_its_member_and_the_one_around_it() -> None:
    text = b'{"a": {"b": ["x", [1]], "c": true, "d": null, "\\u0065": -1.5e3}, "f": []}'
    found = [(text[each.start : each.end], each.name, each.within, each.value, each.is_text) for each in scalars(text)]
    assert found == [
        (b'"x"', "b", "", "x", True),
        (b"1", "b", "", "1", False),
        (b"-1.5e3", "e", "a", "-1.5e3", False),
    ]


def test_a_bare_scalar_has_no_name() -> None:
    assert list(scalars(b' "a" ')) == [Scalar(1, 4, "", "", "a", is_text=True)]


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(_JSON, st.booleans(), st.sampled_from([None, 1]))
def test_replacing_every_string_leaves_the_structure(value: object, ascii_only: bool, indent: int | None) -> None:
    def emptied(part: object) -> object:
        match part:
            case str():
                return ""
            case list():
                return [emptied(each) for each in part]
            case dict():
                return {name: emptied(each) for name, each in part.items()}
        return part

    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent).encode()
    assert replaced(text, lambda _: None) == text
    assert json.loads(replaced(text, lambda each: b'""' if each.is_text else None)) == emptied(value)
