"""Names that sort by time."""

from __future__ import annotations

import re

from gateway.stores.ulid import new_id


def test_names_sort_by_time_and_differ() -> None:
    names = [new_id(at) for at in (0.0, 1.0, 1_700_000_000.5, 1_700_000_000.501, 4e9)]
    assert names == sorted(names)
    assert all(re.fullmatch("[0-7][0-9A-HJKMNP-TV-Z]{25}", name) for name in names)
    assert len({new_id(1.0) for _ in range(1000)}) == 1000


def test_the_time_stands_in_front() -> None:
    # Source: the example of the specification, 1469918176385 ms.
    assert new_id(1469918176.385).startswith("01ARYZ6S41")


def test_a_time_out_of_reach_is_the_nearest_one() -> None:
    assert new_id(-5.0)[:10] == "0000000000"
    assert new_id(1e15)[:10] == "7ZZZZZZZZZ"
