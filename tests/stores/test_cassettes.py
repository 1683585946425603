"""A cassette by its path, in either form."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.errors import CassetteError, StoreFullError
from gateway.stores.cassettes import cassette_exists, open_cassette
from tests.stores.sample_exchanges import REQUEST, append_all, exchange, numbers

FORMS = ("one.sqlite", "one.cassette")


@pytest.fixture(params=FORMS)
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / str(request.param)


def _recorded(path: Path) -> None:
    cassette = open_cassette(path, create=True)
    assert append_all(cassette, map(exchange, range(3))) == [None] * 3
    cassette.close()


def test_either_form_is_recorded_and_read(path: Path) -> None:
    _recorded(path)
    cassette = open_cassette(path)
    assert (numbers(cassette.read()), cassette.count(), cassette.incomplete()) == ([0, 1, 2], 3, [])
    assert numbers(cassette.read()) == [0, 1, 2]
    cassette.close()


def test_either_form_is_recorded_further(path: Path) -> None:
    _recorded(path)
    _recorded(path)
    cassette = open_cassette(path)
    assert [(each.seq, *numbers([each])) for each in cassette.read()] == list(enumerate([0, 1, 2] * 2, 1))
    cassette.close()


def test_a_cassette_that_is_read_takes_nothing(path: Path) -> None:
    _recorded(path)
    cassette = open_cassette(path)
    [failure] = append_all(cassette, [exchange(9)])
    assert isinstance(failure, StoreFullError)
    with pytest.raises(StoreFullError, match="is open for reading; DELETE cannot be noted"):
        asyncio.run(cassette.intend(REQUEST))
    with pytest.raises(StoreFullError, match="is open for reading; it holds no note 1"):
        asyncio.run(cassette.withdraw(1))
    assert cassette.fault() == f"{path}: is open for reading"
    cassette.close()


def test_it_exists_once_something_was_recorded(path: Path) -> None:
    assert not cassette_exists(path)
    _recorded(path)
    assert cassette_exists(path)


def test_it_exists_while_it_is_recorded(path: Path) -> None:
    cassette = open_cassette(path, create=True)
    assert cassette_exists(path)
    cassette.close()


def test_an_empty_folder_or_file_is_no_cassette_yet(tmp_path: Path) -> None:
    (tmp_path / "empty").write_bytes(b"")
    assert not cassette_exists(tmp_path / "empty")
    assert not cassette_exists(tmp_path)


def test_a_missing_cassette_is_named(path: Path) -> None:
    with pytest.raises(CassetteError) as caught:
        open_cassette(path)
    assert str(caught.value) == f"{path}: no such cassette; record one first with --mode record"


def test_another_folder_is_no_cassette(tmp_path: Path) -> None:
    with pytest.raises(CassetteError, match=r"is a folder but no text cassette; expected cassette\.json in it"):
        open_cassette(tmp_path)
