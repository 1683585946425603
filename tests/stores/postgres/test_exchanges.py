"""Exchanges in the shared store: each once, and the recording of all gateways the same for whoever draws it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from gateway.cassette.exchange import Exchange
from gateway.errors import CassetteError, StoreError
from gateway.stores.postgres.couriers import BATCH, Couriers
from gateway.stores.postgres.drawing import draw
from gateway.stores.sqlite import CassetteReader, write_all
from tests.stores.sample_exchanges import exchange, numbers


def brought(store: str, path: Path) -> int:
    couriers = Couriers(store, None, "gw", path)
    taken = 0
    while more := couriers.round()[0]:
        taken += more
    couriers.close()
    return taken


def drawn(store: str, name: str, folder: Path) -> list[Exchange]:
    target = folder / "drawn" / name
    draw(store, name, target)
    reader = CassetteReader(target)
    try:
        return list(reader.read())
    finally:
        reader.close()


def test_cassettes_of_one_name_are_one_recording_in_the_order_of_time(store: str, tmp_path: Path) -> None:
    for name, these in (("a", (1, 3, 5)), ("b", (2, 4)), ("c", (9,))):
        (tmp_path / name).mkdir()
        write_all(tmp_path / name / ("other.sqlite" if name == "c" else "life.sqlite"), map(exchange, these))
    for name in ("a", "b", "a"):
        brought(store, tmp_path / name / "life.sqlite")
    brought(store, tmp_path / "c" / "other.sqlite")
    assert numbers(drawn(store, "life.sqlite", tmp_path)) == [1, 2, 3, 4, 5]
    assert drawn(store, "life.sqlite", tmp_path / "x") == drawn(store, "life.sqlite", tmp_path / "y")


def test_a_long_recording_is_brought_in_batches_and_what_was_brought_stays(store: str, tmp_path: Path) -> None:
    path = tmp_path / "life.sqlite"
    write_all(path, map(exchange, range(2 * BATCH + 1)))
    assert (brought(store, path), brought(store, path)) == (2 * BATCH + 1, 0)
    assert numbers(drawn(store, "life.sqlite", tmp_path)) == list(range(2 * BATCH + 1))


def test_a_recording_that_nobody_made(store: str, tmp_path: Path) -> None:
    with pytest.raises(CassetteError, match=r"postgresql:///evs\d+: no recording 'none\.sqlite'; record one first"):
        draw(store, "none.sqlite", tmp_path / "none.sqlite")


def test_no_cassette_yet_is_nothing_to_bring(store: str, tmp_path: Path) -> None:
    assert brought(store, tmp_path / "life.sqlite") == 0


def test_a_place_that_cannot_be_made(store: str, tmp_path: Path) -> None:
    write_all(tmp_path / "life.sqlite", [exchange(1)])
    brought(store, tmp_path / "life.sqlite")
    (tmp_path / "drawn").write_text("a file")
    with pytest.raises(StoreError, match="drawn: cannot be made"):
        drawn(store, "life.sqlite", tmp_path)


def test_a_damaged_exchange_is_named_and_not_brought(store: str, tmp_path: Path) -> None:
    path = tmp_path / "life.sqlite"
    write_all(path, [exchange(1, size=10_000)])
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE exchanges SET response_body = CAST(response_body || x'00' AS BLOB)")
    couriers = Couriers(store, None, "gw", path)
    said = f"{path}: exchange 1 is damaged: a packed body does not end where it should"
    assert couriers.round() == (0, [said])
    couriers.close()
    reader = CassetteReader(path)
    with pytest.raises(CassetteError, match="exchange 1 is damaged: a packed body does not end"):
        list(reader.read())
    reader.close()
