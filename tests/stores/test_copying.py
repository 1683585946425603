"""Writing a whole cassette: the place holds the old one or the new one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.cassette.exchange import Exchange
from gateway.errors import CassetteError, StoreError
from gateway.stores.cassettes import open_cassette
from gateway.stores.copying import refuse_existing, write_cassette
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
