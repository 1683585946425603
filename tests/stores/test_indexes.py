"""When the index of a cassette is made, and where it is kept."""

from __future__ import annotations

import logging
import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from gateway.cassette.exchange import Exchange
from gateway.cassette.in_memory import MemoryIndex
from gateway.cassette.player import Player
from gateway.contract.catalogue import CATALOGUE, Catalogue
from gateway.errors import CassetteError, StoreError
from gateway.stores import index_tables, index_writer, indexes, opening
from gateway.stores.cassettes import open_cassette
from gateway.stores.copying import write_cassette
from gateway.stores.indexes import index_of, open_index, reindex
from gateway.stores.sqlite import write_all
from gateway.stores.sqlite_index import SqliteIndex
from tests.cassette.recordings import Client, Playing, recorded


def life(client: Client) -> None:
    volume = client.create()
    client.until(f"/v2/{{p}}/volumes/{volume}", "available")


RECORDING = recorded(life)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write_all(tmp_path / "c.sqlite", RECORDING)
    return tmp_path / "c.sqlite"


def tables(path: Path) -> set[str]:
    connection = sqlite3.connect(path)
    found = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    connection.close()
    return {name for name in found if name.startswith("index_")}


def plays(index: SqliteIndex) -> bool:
    played = Playing(Player(index))
    life(Client(played.answer))
    index.close()
    return played.misses == []


def test_an_index_is_made_once_and_told_in_the_log(path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    assert [plays(open_index(path, CATALOGUE)) for _ in range(2)] == [True, True]
    assert [record.getMessage() for record in caplog.records] == ["indexing the cassette"]
    assert "index_places" in tables(path)


def test_an_index_that_is_behind_is_made_again(path: Path) -> None:
    open_index(path, CATALOGUE).close()
    write_all(path, RECORDING)
    index = open_index(path, CATALOGUE)
    assert index.exchanges == 2 * len(RECORDING)
    index.close()


def test_an_index_of_other_rules_is_made_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    open_index(path, CATALOGUE).close()
    assert reindex(path, CATALOGUE) is False
    monkeypatch.setattr(indexes, "RULES", 0)
    assert reindex(path, CATALOGUE) is True


def test_an_index_can_be_made_anew_and_its_progress_shown(path: Path) -> None:
    open_index(path, CATALOGUE).close()
    read: list[int] = []

    def shown(exchanges: Iterable[Exchange]) -> Iterator[Exchange]:
        for exchange in exchanges:
            read.append(exchange.seq)
            yield exchange

    assert reindex(path, CATALOGUE, shown, anew=True) is True
    assert read == [*range(1, len(RECORDING) + 1)] * 2


def test_a_half_made_index_does_not_count(path: Path) -> None:
    def stopped(exchanges: Iterable[Exchange]) -> Iterator[Exchange]:
        yield from list(exchanges)[:2]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        reindex(path, CATALOGUE, stopped)
    assert plays(open_index(path, CATALOGUE))


def test_a_file_that_cannot_be_written_gets_its_index_elsewhere(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.chmod(0o444)
    before = path.read_bytes()
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)
    assert plays(open_index(path, CATALOGUE))
    assert (path.read_bytes(), tables(path)) == (before, set())


def test_what_is_no_cassette_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CassetteError, match="no such cassette"):
        open_index(tmp_path / "gone.sqlite", CATALOGUE)
    with pytest.raises(CassetteError, match=r"gone.sqlite: no such cassette"):
        reindex(tmp_path / "gone.sqlite", CATALOGUE)


def test_a_damaged_cassette_is_said_so(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE head")
    connection.close()
    with pytest.raises(CassetteError, match="is damaged: no such table: head; expected a cassette"):
        open_index(path, CATALOGUE)


def test_an_empty_cassette_has_an_index_too(tmp_path: Path) -> None:
    write_all(tmp_path / "c.sqlite", [])
    index = open_index(tmp_path / "c.sqlite", CATALOGUE)
    assert (index.exchanges, index.begun_at, index.projects, index.only_actor) == (0, 0.0, (), None)
    index.close()


def test_either_form_of_a_cassette_has_its_index(path: Path, tmp_path: Path) -> None:
    write_cassette(tmp_path / "c.cassette", RECORDING)
    found = []
    for each in (path, tmp_path / "c.cassette"):
        cassette = open_cassette(each)
        index = index_of(each, cassette, CATALOGUE)
        found.append((type(index), index.exchanges))
        index.close()
        cassette.close()
    assert found == [(SqliteIndex, len(RECORDING)), (MemoryIndex, len(RECORDING))]


def test_a_cassette_without_its_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        CassetteError, match=r"c\.sqlite: cannot be read: No such file or directory; expected a cassette"
    ):
        reindex(tmp_path / "no folder" / "c.sqlite", CATALOGUE)


def test_a_file_that_somebody_holds_gets_its_index_elsewhere(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("PRAGMA journal_mode = WAL")
    open_cassette(path, create=True).close()
    monkeypatch.setattr(opening, "_LOCK_WAIT_S", 0)
    monkeypatch.setattr(indexes, "open_for_writing", lambda each, **_: opening._connect(each, "mode=rw"))
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="its index cannot be written: database is locked"):
        reindex(path, CATALOGUE)
    assert plays(open_index(path, CATALOGUE))
    holder.close()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("DELETE FROM head", "its table head is empty"),
        ("DROP TABLE head", "no such table: head"),
        (
            "DROP TABLE head; CREATE TABLE head (count, mac); INSERT INTO head VALUES (NULL, 7)",
            "its table head is empty",
        ),
    ],
)
def test_a_cassette_without_a_head_is_said_to_be_damaged(path: Path, change: str, words: str) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(change)
    connection.close()
    for ask in (open_index, reindex):
        with pytest.raises(CassetteError, match=f"c.sqlite: is damaged: {words}; expected a cassette"):
            ask(path, CATALOGUE)
    with pytest.raises(CassetteError, match=words):
        reindex(path, CATALOGUE, anew=True)


def test_an_index_that_others_make_anew_by_their_own_rules_is_left_to_them(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def overtaken(path: Path, catalogue: Catalogue) -> None:
        with monkeypatch.context() as theirs:
            theirs.setattr(index_writer, "RULES", 0)
            reindex(path, catalogue, anew=True)

    monkeypatch.setattr(indexes, "reindex", overtaken)
    assert plays(open_index(path, CATALOGUE))


def test_what_is_recorded_while_an_index_is_made_need_not_be_in_it(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def outrun(path: Path, catalogue: Catalogue) -> None:
        reindex(path, catalogue)
        write_all(path, RECORDING)

    monkeypatch.setattr(indexes, "reindex", outrun)
    assert plays(open_index(path, CATALOGUE))


def test_no_room_for_an_index_is_said_so(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(connection: sqlite3.Connection) -> None:
        connection.execute("PRAGMA max_page_count = 2")
        made(connection)

    made = index_tables.make
    monkeypatch.setattr(index_tables, "make", full)
    with pytest.raises(StoreError, match=r"cannot be written, nor a temporary one: database or disk is full"):
        open_index(path, CATALOGUE)
