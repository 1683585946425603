"""YAML with places, and without its surprises."""

from __future__ import annotations

import pytest

from gateway.access.nodes import Mapping, Place, Scalar, Sequence
from gateway.access.yaml_nodes import read_yaml
from gateway.errors import PolicyError


def test_scalars_are_the_text_they_are() -> None:
    assert read_yaml(b"a: [off, 0012,\n  '~']", "s") == Mapping(
        (
            (
                Scalar("a", Place("s", 1, 1)),
                Sequence(
                    (
                        Scalar("off", Place("s", 1, 5)),
                        Scalar("0012", Place("s", 1, 10)),
                        Scalar("~", Place("s", 2, 3)),
                    ),
                    Place("s", 1, 4),
                ),
            ),
        ),
        Place("s", 1, 1),
    )


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "s:1:1: the file is empty"),
        (b"a: 1\na: 2", "s:2:1: the key 'a' stands twice"),
        (b"a: &x 1", "s:1:4: anchors and aliases are not read here"),
        (b"a: *x", "s:1:4: anchors and aliases are not read here"),
        (b"a: !!str 1", "s:1:4: tags are not read here"),
        (b"a: !x {}", "s:1:4: tags are not read here"),
        (b"[1]: 2", "s:1:1: a key must be a word"),
        (b"a: [1", "s:1:6: "),
        (b"a: 1\n---\nb: 2", "s:2:1: "),
        (b"a: \x01", "s:1:1: unacceptable character"),
        (b"[" * 40, "s:1:33: nested deeper than 32 levels"),
    ],
)
def test_what_is_wrong_is_shown_where_it_stands(text: bytes, says: str) -> None:
    with pytest.raises(PolicyError) as caught:
        read_yaml(text, "s")
    assert str(caught.value).startswith(says)
