"""How much the differences of two recordings weigh."""

from __future__ import annotations

import pytest

from gateway.cassette.comparing import Weight
from gateway.cassette.diff import ABSENT, Change, Difference
from gateway.cassette.weighing import heaviest, reaches, weight_of, weights_of

BODY = "/response/body/json"


def differing(*changes: Change, first: int = 1, second: int = 1) -> Difference:
    return Difference("show", "GET /", first, second, changes)


@pytest.mark.parametrize(
    ("change", "weight"),
    [
        (Change("/response/status", "200", "404"), Weight.ERROR),
        (Change("/response/status", "200", "202"), Weight.WARN),
        (Change(f"{BODY}/a", '"x"', ABSENT), Weight.ERROR),
        (Change(f"{BODY}/a", ABSENT, '"x"'), Weight.INFO),
        (Change(f"{BODY}/a", "1", '"1"'), Weight.ERROR),
        (Change(f"{BODY}/a", "1", "true"), Weight.ERROR),
        (Change(f"{BODY}/a", "1", "1.5"), Weight.WARN),
        (Change(f"{BODY}/a", '"x"', '"y"'), Weight.WARN),
        (Change(f"{BODY}/a/0", '"x"', ABSENT), Weight.WARN),
        (Change(f"{BODY}/a/0/b", '"x"', ABSENT), Weight.ERROR),
        (Change("/request/body/json/a", "1", ABSENT), Weight.WARN),
    ],
)
def test_a_change_weighs_by_what_it_does_to_a_client(change: Change, weight: Weight) -> None:
    assert weights_of(differing(change)) == (weight,)


def test_an_item_less_is_no_member_less() -> None:
    changes = (Change(f"{BODY}/volumes/1/id", '"x"', ABSENT), Change(f"{BODY}/volumes/1/size", "1", ABSENT))
    assert weights_of(differing(*changes)) == (Weight.WARN, Weight.WARN)


def test_an_exchange_that_only_one_has() -> None:
    assert [weight_of(differing(first=1, second=0)), weight_of(differing(first=0))] == [Weight.WARN, Weight.INFO]


def test_the_heaviest_counts() -> None:
    changes = (Change(f"{BODY}/a", ABSENT, "1"), Change("/response/status", "200", "500"))
    assert weight_of(differing(*changes)) is heaviest([Weight.INFO, Weight.ERROR]) is Weight.ERROR
    assert [reaches(weight, Weight.WARN) for weight in Weight] == [True, True, False]
