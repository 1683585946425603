"""Ids of requests that brought none."""

from __future__ import annotations

import random
import uuid
from itertools import islice

from gateway.fronts.request_ids import MADE_AT_ONCE, RequestIds


def test_each_is_a_random_uuid_and_another_one() -> None:
    ids = RequestIds(random.Random(7).randbytes)
    given = list(islice(iter(ids, ""), 3 * MADE_AT_ONCE))
    assert len(set(given)) == len(given)
    assert {(len(each), uuid.UUID(each).version, uuid.UUID(each).variant) for each in given} == {(32, 4, uuid.RFC_4122)}


def test_the_system_is_asked_for_many_at_once() -> None:
    asked: list[int] = []

    def zeros(count: int) -> bytes:
        asked.append(count)
        return bytes(count)

    ids = RequestIds(zeros)
    assert [ids() for _ in range(MADE_AT_ONCE + 1)] == [f"{'0' * 12}4{'0' * 3}8{'0' * 15}"] * (MADE_AT_ONCE + 1)
    assert asked == [16 * MADE_AT_ONCE] * 2


def test_the_random_of_the_machine_is_what_they_are_of() -> None:
    assert RequestIds()() != RequestIds()()
