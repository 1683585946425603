"""Exchanges, in a file that processes share and in a store that machines share.

Notes of writes whose outcome is unknown are of the file alone: they stay with the gateway that can end them.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from itertools import count as counted
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.cassette.exchange import CredentialClass, Exchange
from gateway.http.messages import Request, Response
from gateway.stores.cassettes import open_cassette
from gateway.stores.sqlite import CassetteReader, write_all
from tests.cassette.test_text import EXCHANGES
from tests.stores.sample_exchanges import (
    acknowledged_until_killed,
    append_all,
    appending_process,
    exchange,
    numbers,
)

from .shelves import Shelf, Shelves

ALL_BYTES = bytes(range(256))
FOLDERS = counted(1)


def recorded(shelf: Shelf, writer: str, exchanges: Iterable[Exchange]) -> None:
    """Record as a gateway does, and bring it."""
    with closing(open_cassette(shelf.place(writer), create=True)) as cassette:
        assert set(append_all(cassette, exchanges)) <= {None}
    shelf.bring(writer)


def places(exchanges: Iterable[Exchange]) -> list[int]:
    return [each.seq for each in exchanges]


def unplaced(exchange: Exchange) -> Exchange:
    return exchange.numbered(0)


def test_they_come_back_as_written_in_order_and_counted(shelf: Shelf) -> None:
    recorded(shelf, "a", map(exchange, (1, 2, 3)))
    assert shelf.read() == [exchange(number, seq=number) for number in (1, 2, 3)]
    assert shelf.count() == 3


def test_what_comes_later_stands_behind_what_was_there(shelf: Shelf) -> None:
    for number in (1, 2, 3):
        recorded(shelf, "a", [exchange(number)])
        assert places(shelf.read()) == list(range(1, number + 1))
    assert numbers(shelf.read()) == [1, 2, 3]


def test_brought_again_nothing_is_there_twice(shelf: Shelf) -> None:
    recorded(shelf, "a", map(exchange, range(5)))
    recorded(shelf, "b", map(exchange, range(5, 8)))
    once = shelf.read()
    for writer in "aab":
        shelf.bring_again(writer)
    assert (shelf.read(), shelf.count()) == (once, 8)


def test_several_writers_at_once_get_one_place_each_and_keep_their_order(shelf: Shelf) -> None:
    def write(writer: int) -> None:
        for some in ((writer, writer + 3), (writer + 6, writer + 9)):
            recorded(shelf, f"w{writer}", map(exchange, some))

    threads = [Thread(target=write, args=(writer,)) for writer in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    read = shelf.read()
    assert places(read) == list(range(1, 13))
    assert sorted(numbers(read)) == list(range(12))
    for writer in range(3):
        own = [number for number in numbers(read) if number % 3 == writer]
        assert own == sorted(own)


def test_read_while_others_write_it_is_whole_as_far_as_it_goes(shelf: Shelf) -> None:
    recorded(shelf, "w0", [exchange(0)])

    def write() -> None:
        for first in range(1, 300, 30):
            recorded(shelf, "w0", map(exchange, range(first, first + 30)))

    writing = Thread(target=write)
    writing.start()
    lengths = []
    while writing.is_alive():
        read = shelf.read()
        lengths.append(len(read))
        assert (places(read), numbers(read)) == (list(range(1, len(read) + 1)), list(range(len(read))))
    writing.join()
    assert lengths == sorted(lengths)
    assert numbers(shelf.read()) == list(range(301))


def test_what_a_killed_writer_was_told_is_kept_is_there(shelf: Shelf) -> None:
    process = appending_process(shelf.place("a"), 1)
    acknowledged = acknowledged_until_killed(process, 60)
    shelf.bring("a")
    read = shelf.read()
    assert set(acknowledged) <= set(numbers(read))
    assert places(read) == list(range(1, len(read) + 1))
    assert shelf.count() == len(read)


@pytest.mark.parametrize("count", [0, 1, 12_000])
def test_bodies_of_any_size_and_bytes(shelf: Shelf, count: int) -> None:
    given = replace(
        exchange(1),
        request=Request("POST", b"/v2/" + ALL_BYTES, ((b"x" + ALL_BYTES, ALL_BYTES), (b"x", b"")), ALL_BYTES * count),
        response=Response(599, ((b"a", b"1"), (b"b", b""), (b"a", b"2")), b"\x00\\" * count),
        credential=CredentialClass.SIGNATURE,
        redactions=("a\x00\n\t\x7f", "é\u2028\U0001f4be"),
        findings=("", "\\N", "\\."),
    )
    recorded(shelf, "a", [given, exchange(2)])
    assert shelf.read() == [given.numbered(1), exchange(2, seq=2)]


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(exchanges=st.lists(EXCHANGES, min_size=1, max_size=4))
def test_any_exchange_comes_back_as_it_was_recorded(
    shelves: Shelves, tmp_path: Path, exchanges: list[Exchange]
) -> None:
    shelf = shelves(tmp_path / f"f{next(FOLDERS)}")
    write_all(shelf.place("a"), sorted(exchanges, key=lambda each: each.started_at))
    with closing(CassetteReader(shelf.place("a"))) as reader:
        kept = sorted(reader.read(), key=lambda each: (each.started_at, each.id))
    shelf.bring("a")
    read = shelf.read()
    assert places(read) == list(range(1, len(exchanges) + 1))
    assert sorted(map(unplaced, read), key=lambda each: (each.started_at, each.id)) == list(map(unplaced, kept))
    assert [each.started_at for each in read] == sorted(each.started_at for each in exchanges)
