"""A cassette written anew in its place: what belongs to it besides its exchanges stays."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.errors import CassetteError, StoreError
from gateway.stores import rewriting
from gateway.stores.cassettes import open_cassette
from gateway.stores.copying import write_cassette
from gateway.stores.integrity import examine
from gateway.stores.ledger import PLAIN_LEDGER, Ledger
from gateway.stores.rewriting import rewrite, seal
from gateway.stores.sqlite import CassetteStore, write_all
from tests.stores.sample_exchanges import REQUEST, append_all, exchange, numbers


@pytest.fixture(params=["one.sqlite", "one.cassette"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A cassette with four exchanges, a note and a seal."""
    path = tmp_path / str(request.param)
    cassette = open_cassette(path, create=True)
    append_all(cassette, map(exchange, range(4)))
    asyncio.run(cassette.intend(REQUEST))
    cassette.close()
    seal(path, "Zoë", "why not", "now", PLAIN_LEDGER)
    return path


def test_notes_and_seals_stay(path: Path, tmp_path: Path) -> None:
    ledger = Ledger.of(tmp_path, b"k" * 32)
    rewrite(path, lambda exchanges: (each for each in exchanges if each.seq % 2), ledger)
    cassette = open_cassette(path)
    assert numbers(cassette.read()) == [0, 2]
    assert [note.request for note in cassette.incomplete()] == [REQUEST]
    cassette.close()
    assert [each.by for each in examine(path, ledger).seals] == ["Zoë"]
    assert [each.name for each in tmp_path.iterdir() if each.name.endswith(".new")] == []


def test_exchanges_keep_their_ids(tmp_path: Path) -> None:
    path = tmp_path / "one.sqlite"
    write_all(path, map(exchange, range(3)))

    def ids() -> list[str]:
        cassette = open_cassette(path)
        found = [each.id for each in cassette.read()]
        cassette.close()
        return found

    before = ids()
    assert len(set(before)) == 3
    rewrite(path, lambda exchanges: (each for each in exchanges if each.seq != 2), PLAIN_LEDGER)
    assert ids() == [before[0], before[2]]


def test_a_change_that_fails_leaves_the_old_cassette(path: Path) -> None:
    def broken(_: object) -> list[object]:
        raise CassetteError("no")

    with pytest.raises(CassetteError, match="no"):
        rewrite(path, broken, PLAIN_LEDGER)  # type: ignore[arg-type]
    cassette = open_cassette(path)
    assert numbers(cassette.read()) == [0, 1, 2, 3]
    cassette.close()


def test_a_store_that_is_open_is_not_rewritten(tmp_path: Path) -> None:
    path = tmp_path / "one.sqlite"
    store = CassetteStore.open(path, create=True)
    append_all(store, [exchange(1)])
    with pytest.raises(CassetteError, match="is open elsewhere; finish the recording or replay first"):
        rewrite(path, iter, PLAIN_LEDGER)
    store.close()
    rewrite(path, iter, PLAIN_LEDGER)


def test_a_text_that_takes_no_seal_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    path = tmp_path / "one.cassette"
    write_cassette(path, [exchange(1)])
    monkeypatch.setattr(rewriting, "write_file", full)
    with pytest.raises(StoreError, match="cannot be written: No space left on device"):
        seal(path, "Zoë", "why not", "now", PLAIN_LEDGER)
