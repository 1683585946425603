"""Writing a whole cassette: the place holds the old one or the new one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.cassette.exchange import Exchange
from gateway.cassette.integrity import State
from gateway.errors import CassetteError, StoreError
from gateway.stores import text_folder
from gateway.stores.cassettes import open_cassette
from gateway.stores.copying import refuse_existing, write_cassette
from gateway.stores.integrity import examine
from gateway.stores.ledger import PLAIN_LEDGER
from tests.stores.sample_exchanges import append_all, exchange, numbers


@pytest.mark.parametrize("name", ["one.sqlite", "one.cassette"])
def test_a_cassette_takes_the_place_of_the_old_one(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    refuse_existing(path)
    write_cassette(path, map(exchange, range(3)))
    write_cassette(path, [exchange(5)])
    with pytest.raises(CassetteError, match="is there already; give --force to replace it"):
        refuse_existing(path)
    cassette = open_cassette(path)
    assert numbers(cassette.read()) == [5]
    cassette.close()
    assert [each.name for each in tmp_path.iterdir() if not each.name.startswith("one")] == []


def test_a_folder_under_recording_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "one.cassette"
    recording = open_cassette(path, create=True)
    append_all(recording, [exchange(1)])
    with pytest.raises(CassetteError, match=r"has a recording under way in \.recording\.sqlite; finish it first"):
        write_cassette(path, [])
    recording.close()


@pytest.mark.parametrize("files", range(7))
def test_a_text_whose_replacing_was_cut_off_is_the_new_one_for_whoever_comes_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: int
) -> None:
    path = tmp_path / "one.cassette"
    write_cassette(path, map(exchange, range(6)))
    left, written = files, text_folder.write_file

    def until_killed(place: Path, content: bytes) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(28, "No space left on device")
        written(place, content)

    monkeypatch.setattr(text_folder, "write_file", until_killed)
    with pytest.raises(StoreError, match=r"one\.cassette: cannot be written: No space left on device"):
        write_cassette(path, map(exchange, (0, 2, 7, 8, 9)))
    monkeypatch.undo()
    cassette = open_cassette(path)
    assert numbers(cassette.read()) == [0, 2, 7, 8, 9]
    cassette.close()
    assert examine(path, PLAIN_LEDGER).integrity.verdicts["content"].state is State.GOOD


def test_a_text_stays_when_what_should_replace_it_cannot_be_read(tmp_path: Path) -> None:
    def broken() -> Iterator[Exchange]:
        yield exchange(5)
        raise CassetteError("exchange 2 is damaged")

    path = tmp_path / "one.cassette"
    write_cassette(path, [exchange(1)])
    before = sorted(path.rglob("*"))
    with pytest.raises(CassetteError, match="exchange 2 is damaged"):
        write_cassette(path, broken())
    assert sorted(path.rglob("*")) == before


def test_a_file_that_somebody_has_open_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "one.sqlite"
    recording = open_cassette(path, create=True)
    append_all(recording, [exchange(1)])
    with pytest.raises(CassetteError, match="is open elsewhere; finish the recording or replay first"):
        write_cassette(path, [exchange(2)])
    append_all(recording, [exchange(3)])
    recording.close()
    cassette = open_cassette(path)
    assert numbers(cassette.read()) == [1, 3]
    cassette.close()


def test_a_file_that_somebody_opened_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    path = tmp_path / "one.sqlite"
    write_cassette(path, [exchange(1)])
    opened = []

    def exchanges() -> Iterator[Exchange]:
        opened.append(open_cassette(path, create=True))
        yield exchange(2)

    with pytest.raises(CassetteError, match="is open elsewhere"):
        write_cassette(path, exchanges())
    assert numbers(opened[0].read()) == [1]
    opened[0].close()


def test_what_is_no_store_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "one.sqlite"
    path.write_bytes(b"something else" * 100)
    write_cassette(path, [exchange(1)])
    cassette = open_cassette(path)
    assert numbers(cassette.read()) == [1]
    cassette.close()


def test_a_folder_of_something_else_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("dear")
    with pytest.raises(CassetteError, match="holds something else"):
        write_cassette(tmp_path, [])


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "one.sqlite").write_bytes(b"")
    (tmp_path / ".one.sqlite.new").mkdir()
    with pytest.raises(StoreError, match="cannot be written"):
        write_cassette(tmp_path / "one.sqlite", [])
