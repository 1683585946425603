"""Rows bound behind the head of a file."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gateway.cassette.chain import PLAIN, ChainKey, Head
from gateway.stores.chaining import Binding
from gateway.stores.rows import canonical, exchange_row
from tests.stores.sample_exchanges import exchange

ROWS = [exchange_row(exchange(number)) for number in range(3)]


def test_each_row_is_bound_behind_the_one_before() -> None:
    key = ChainKey.of(b"k" * 32)
    binding = Binding(key, Head(7, b"head"))
    bound = [binding.bind(row) for row in ROWS]
    macs = [row[-1] for row in bound]
    assert [row[-3:-1] for row in bound] == [(key.name, b"head"), (key.name, macs[0]), (key.name, macs[1])]
    assert macs[0] == key.mac(b"head", canonical(ROWS[0]))
    assert binding.head == Head(10, macs[2])


@pytest.mark.parametrize("place", range(len(ROWS[0])))
def test_every_value_counts(place: int) -> None:
    row = ROWS[0]
    changed = {str: "other", float: 5.0, int: 9, bytes: b"other"}[type(row[place])]
    assert canonical((*row[:place], changed, *row[place + 1 :])) != canonical(row)


def test_no_value_can_move_to_its_neighbour() -> None:
    one = exchange(1)
    first = replace(one, request=replace(one.request, body=b"ab"), response=replace(one.response, body=b"c"), id="x")
    second = replace(one, request=replace(one.request, body=b"a"), response=replace(one.response, body=b"bc"), id="x")
    assert canonical(exchange_row(first)) != canonical(exchange_row(second))


def test_text_without_utf_8_is_refused() -> None:
    with pytest.raises(ValueError, match="has no canonical form: str is not valid UTF-8"):
        Binding(PLAIN, Head(0, b"")).bind(("\ud800", *ROWS[0][1:]))
