"""A reader keeps to the index that it began with, whatever becomes of the file."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gateway.cassette.exchange import Exchange
from gateway.cassette.player import Player
from gateway.contract.catalogue import CATALOGUE
from gateway.stores import index_view
from gateway.stores.index_view import View
from gateway.stores.indexes import open_index, reindex
from gateway.stores.opening import open_for_reading
from gateway.stores.sqlite import write_all
from gateway.stores.sqlite_index import SqliteIndex
from tests.cassette.recordings import Client, Playing, Recorder, recorded


def life(client: Client) -> None:
    volume = client.create()
    client.until(f"/v2/{{p}}/volumes/{volume}", "available")


RECORDING = recorded(life)
WRITES = "SELECT value FROM index_facts WHERE name = 'writes'"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cassette with an index, of which each look-up has a view of its own if it can."""
    monkeypatch.setattr(index_view, "LOOK_UPS", 1)
    write_all(tmp_path / "c.sqlite", RECORDING)
    reindex(tmp_path / "c.sqlite", CATALOGUE)
    return tmp_path / "c.sqlite"


def stopped(exchanges: Iterable[Exchange]) -> Iterator[Exchange]:
    yield from list(exchanges)[:2]
    raise KeyboardInterrupt


def misses(player: Player, scope: str) -> list[object]:
    played = Playing(player, scope)
    life(Client(played.answer))
    return list(played.misses)


def changed(path: Path, value: int) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE index_facts SET value = ? WHERE name = 'writes'", (value,))


def test_a_reader_goes_on_while_its_index_is_made_anew_and_after(path: Path) -> None:
    with closing(open_index(path, CATALOGUE)) as index:
        player = Player(index)
        assert misses(player, "before") == []
        with pytest.raises(KeyboardInterrupt):
            reindex(path, CATALOGUE, stopped, anew=True)
        assert misses(player, "while") == []
        earlier = Recorder()
        Client(earlier.answer)("GET", "/v2/{p}/types")
        write_all(path, [*earlier.exchanges, *RECORDING])
        reindex(path, CATALOGUE)
        assert (misses(player, "after"), index.exchanges) == ([], len(RECORDING))
        assert not is_taken_away(path, index)
        last = Playing(player, "last")
        Client(last.answer)("GET", "/v2/{p}/types")
        assert len(last.misses) == 1


def test_an_index_that_is_made_anew_as_it_was_is_taken_on(path: Path) -> None:
    with closing(open_index(path, CATALOGUE)) as index:
        reindex(path, CATALOGUE, anew=True)
        assert misses(Player(index), "a") == []
        assert is_taken_away(path, index)


def test_the_log_of_a_file_can_be_taken_away_after_some_look_ups(path: Path) -> None:
    with closing(open_index(path, CATALOGUE)) as index:
        write_all(path, RECORDING)
        assert is_taken_away(path, index)


def test_the_log_can_be_taken_away_while_nothing_is_looked_up(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_view, "LOOK_UPS", 1000)
    with closing(open_index(path, CATALOGUE)) as index:
        write_all(path, RECORDING)
        assert not is_taken_away(path, index)
        for _ in range(2):
            index.refresh()
            is_log_empty = is_taken_away(path, index)
        assert is_log_empty


def is_taken_away(path: Path, index: SqliteIndex) -> bool:
    """True when whoever records can take its log away while a reader looks things up: first what is in the log is put
    in its place up to where the reader is, then all of it, then nobody needs it."""
    found = []
    with closing(sqlite3.connect(path, timeout=0)) as connection:
        for number in range(3):
            found.append(int(connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]))
            for times in range(2):
                index.alias_of(f"nobody {number} {times}")
    return found[-1] == 0


def test_an_index_made_anew_just_as_a_view_is_renewed_is_not_seen(path: Path) -> None:
    connection = open_for_reading(path)
    with closing(View(connection)) as view:
        (writes,) = view.one(WRITES)
        connection.set_trace_callback(lambda sql: changed(path, 99) if sql == "ROLLBACK" else None)
        assert [view.one(WRITES) for _ in range(3)] == [(writes,)] * 3
        changed(path, writes)
        assert view.one(WRITES) == (writes,)


def test_a_view_of_a_temporary_file_stays(path: Path) -> None:
    copy = sqlite3.connect("", isolation_level=None)
    with closing(open_for_reading(path)) as connection:
        connection.backup(copy)
    with closing(View(copy)) as view:
        assert [view.rows("SELECT 1") for _ in range(3)] == [[(1,)]] * 3
