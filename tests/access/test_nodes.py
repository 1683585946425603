"""Places, and what is asked of nodes."""

from __future__ import annotations

import pytest

from gateway.access.nodes import (
    MAX_BYTES,
    Mapping,
    Place,
    Scalar,
    Sequence,
    as_items,
    as_mapping,
    as_text,
    as_words,
    decoded,
    suggestion,
    unique,
)
from gateway.errors import PolicyError

AT = Place("x", 2, 3)
WORD = Scalar("a", AT)
NUMBER = Scalar("1", AT, is_text=False)


def test_a_place_names_file_line_and_column() -> None:
    assert str(AT.error("no")) == "x:2:3: no"


def test_a_mapping_finds_its_members() -> None:
    node = Mapping(((WORD, NUMBER),), AT)
    assert (node.get("a"), node.get("b"), node.need("a")) == (NUMBER, None, NUMBER)
    with pytest.raises(PolicyError, match="b is missing"):
        node.need("b")


def test_unknown_members_are_refused_with_the_nearest_known() -> None:
    node = Mapping(((Scalar("Conditions", AT), NUMBER),), AT)
    node.only(("Conditions",), "element")
    with pytest.raises(PolicyError, match=r"unknown element 'Conditions'; did you mean 'Condition'\?"):
        node.only(("Effect", "Condition"), "element")


def test_a_suggestion_names_the_nearest_or_all_of_a_few() -> None:
    assert suggestion("enforced", ("enforce", "report")) == "; did you mean 'enforce'?"
    assert suggestion("zzz", ("enforce", "report")) == "; expected one of enforce, report"
    assert suggestion("zzz", [str(each) for each in range(20)]) == ""


def test_a_key_given_twice_is_refused() -> None:
    assert unique([(WORD, NUMBER)]) == ((WORD, NUMBER),)
    with pytest.raises(PolicyError, match="'a' stands twice"):
        unique([(WORD, NUMBER), (WORD, WORD)])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b" " * (MAX_BYTES + 1), "x:1:1: the file is longer"),
        (b"\xef\xbb\xbf{}", "x:1:1: the file begins with a byte order mark"),
        (b"{\n \xff}", "x:2:2: not UTF-8"),
    ],
)
def test_a_document_is_utf8_of_bounded_length(text: bytes, says: str) -> None:
    with pytest.raises(PolicyError) as caught:
        decoded(text, "x")
    assert str(caught.value).startswith(says)


def test_nodes_are_asked_for_what_they_are() -> None:
    words, mapping = Sequence((WORD, WORD), AT), Mapping((), AT)
    assert as_text(WORD, "w") == "a"
    assert as_mapping(mapping, "m") is mapping
    assert as_items(words, "i") == (WORD, WORD)
    assert (as_words(WORD, "w"), as_words(words, "w")) == ((WORD,), (WORD, WORD))


def test_nodes_that_are_something_else_are_refused() -> None:
    empty = Sequence((), AT)
    with pytest.raises(PolicyError, match="w must be a string"):
        as_text(NUMBER, "w")
    with pytest.raises(PolicyError, match="m must be an object"):
        as_mapping(WORD, "m")
    with pytest.raises(PolicyError, match="i must be a list"):
        as_items(WORD, "i")
    with pytest.raises(PolicyError, match="i is an empty list"):
        as_items(empty, "i")
    with pytest.raises(PolicyError, match="w must be a string"):
        as_words(Sequence((NUMBER,), AT), "w")
