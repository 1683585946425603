import pytest

from gateway.contract.model import JsonValue
from gateway.simulator.reading import flag, member, pairs, text, whole


@pytest.mark.parametrize("body", [None, [], "x", {}, {"volume": None}, {"volume": []}])
def test_a_member_that_is_no_object_is_empty(body: JsonValue) -> None:
    assert member(body, "volume") == {}


def test_a_member_is_the_object_under_the_key() -> None:
    assert member({"volume": {"size": 1}}, "volume") == {"size": 1}


def test_text_is_a_string_or_nothing() -> None:
    assert (text({"a": "b"}, "a"), text({"a": None}, "a"), text({}, "a")) == ("b", None, None)


@pytest.mark.parametrize(
    ("given", "expected"), [(10, 10), (10.9, 10), ("10", 10), ("10.9", 10), ("ten", None), (None, None), ([], None)]
)
def test_whole_is_the_integral_part(given: JsonValue, expected: int | None) -> None:
    assert whole({"size": given}, "size") == expected


@pytest.mark.parametrize(("given", "expected"), [(True, True), ("true", True), ("False", False), (None, False)])
def test_flag_reads_booleans_and_their_words(given: JsonValue, expected: bool) -> None:
    assert flag({"force": given}, "force") is expected


def test_pairs_are_strings() -> None:
    assert pairs({"a": "b", "n": 1, "gone": None}) == {"a": "b", "n": "1"}
