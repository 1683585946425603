"""JSON with places: what is read, and where what is wrong stands."""

from __future__ import annotations

import pytest

from gateway.access.json_nodes import read_json
from gateway.access.nodes import Mapping, Place, Scalar, Sequence
from gateway.errors import PolicyError


def test_every_value_has_its_place() -> None:
    node = read_json(b'{\n  "a": ["x", 1.5e3, true],\n  "b": {}\n}', "p.json")
    assert node == Mapping(
        (
            (
                Scalar("a", Place("p.json", 2, 3)),
                Sequence(
                    (
                        Scalar("x", Place("p.json", 2, 9)),
                        Scalar("1.5e3", Place("p.json", 2, 14), is_text=False),
                        Scalar("true", Place("p.json", 2, 21), is_text=False),
                    ),
                    Place("p.json", 2, 8),
                ),
            ),
            (Scalar("b", Place("p.json", 3, 3)), Mapping((), Place("p.json", 3, 8))),
        ),
        Place("p.json", 1, 1),
    )


def test_escapes_are_read() -> None:
    assert read_json(rb'"\u0061\n\ud83d\ude00"', "x") == Scalar("a\n\N{GRINNING FACE}", Place("x", 1, 1))


def test_thirty_two_levels_are_read() -> None:
    assert read_json(b"[" * 32 + b"1" + b"]" * 32, "x").place.column == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "x:1:1: expected a value, but the file ends"),
        (b"{}\n{}", "x:2:1: expected the end of the file, found '{'"),
        (b'{"a": 1,}', "x:1:9: a comma before the end"),
        (b"[1,]", "x:1:4: a comma before the end"),
        (b"{a: 1}", "x:1:2: expected a key in double quotes"),
        (b'{"a" 1}', "x:1:6: expected ':'"),
        (b'{"a": 1 "b": 2}', "x:1:9: expected '}'"),
        (b"[01]", "x:1:2: expected a value"),
        (b"[NaN]", "x:1:2: expected a value"),
        (b"[1.]", "x:1:2: expected a value"),
        (b'["a\nb"]', "x:1:4: Invalid control character"),
        (b'["a', "x:1:2: Unterminated string"),
        (rb'["\ud800"]', "x:1:2: the string holds half of a surrogate pair"),
        (b'{"a": 1,\n "\\u0061": 2}', "x:2:2: the key 'a' stands twice"),
        (b"[" * 33, "x:1:33: nested deeper than 32 levels"),
    ],
)
def test_what_is_wrong_is_shown_where_it_stands(text: bytes, says: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read_json(text, "x")
    assert str(caught.value).startswith(says)
