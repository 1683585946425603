"""The verdicts on a cassette at a path: a store, the text form, and either while it is recorded."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from gateway.cassette.integrity import Bound, State
from gateway.errors import CassetteError
from gateway.stores.cassettes import open_cassette
from gateway.stores.copying import write_cassette
from gateway.stores.integrity import examine, hashes_of
from gateway.stores.ledger import PLAIN_LEDGER, Ledger
from gateway.stores.sqlite import CassetteStore
from tests.stores.sample_exchanges import append_all, exchange

GOOD = [State.GOOD] * 3


def _states(path: Path, ledger: Ledger = PLAIN_LEDGER) -> list[State]:
    return [verdict.state for verdict in examine(path, ledger).integrity.verdicts.values()]


@pytest.mark.parametrize("name", ["one.sqlite", "one.cassette"])
def test_what_is_being_recorded_is_good_as_far_as_it_goes(tmp_path: Path, name: str) -> None:
    ledger = Ledger.of(tmp_path, b"k" * 32)
    recording = open_cassette(tmp_path / name, create=True, ledger=ledger)
    append_all(recording, map(exchange, range(3)))
    assert _states(tmp_path / name, ledger) == GOOD
    recording.close()
    assert _states(tmp_path / name, ledger) == GOOD


def test_what_is_recorded_meanwhile_is_none_of_it(tmp_path: Path) -> None:
    ledger = Ledger.of(tmp_path, b"k" * 32)
    store = CassetteStore.open(tmp_path / "one.sqlite", create=True, ledger=ledger)
    append_all(store, map(exchange, range(3)))
    seen: list[int] = []

    def more(rows: Iterable[Bound], count: int) -> Iterable[Bound]:
        append_all(store, [exchange(3)])
        store.close()
        seen.append(count)
        return rows

    found = examine(tmp_path / "one.sqlite", ledger, more).integrity
    assert [verdict.state for verdict in found.verdicts.values()] == GOOD
    assert seen == [3]


def test_a_store_that_is_damaged_is_named(tmp_path: Path) -> None:
    path = tmp_path / "one.sqlite"
    write_cassette(path, (exchange(number, size=20_000) for number in range(20)))
    content = path.read_bytes()
    path.write_bytes(content[:40_000] + b"\xff" * (len(content) - 40_000))
    with pytest.raises(CassetteError, match=r"one\.sqlite: is damaged: .*; expected a cassette"):
        examine(path, PLAIN_LEDGER)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("DELETE FROM head", "its table head is empty"),
        ("DELETE FROM meta WHERE name = 'cassette'", "its table meta names no cassette"),
        ("UPDATE meta SET value = 'zz' WHERE name = 'cassette'", "its table meta names no cassette"),
    ],
)
def test_a_store_that_lacks_what_binds_it_is_damaged(tmp_path: Path, change: str, said: str) -> None:
    path = tmp_path / "one.sqlite"
    write_cassette(path, map(exchange, range(3)))
    change_store(path, change)
    with pytest.raises(CassetteError, match=rf"one\.sqlite: is damaged: {said}"):
        examine(path, PLAIN_LEDGER)


def change_store(path: Path, change: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(change)


def test_values_of_another_kind_are_a_change_at_their_row(tmp_path: Path) -> None:
    path = tmp_path / "one.sqlite"
    write_cassette(path, map(exchange, range(3)))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE exchanges SET request_body = 5 WHERE seq = 2")
    connection.close()
    content = examine(path, PLAIN_LEDGER).integrity.content
    assert [fault.place for fault in content.faults] == ["exchange 2"]


def test_a_text_is_its_json_files_and_blobs(tmp_path: Path) -> None:
    path = tmp_path / "one.cassette"
    write_cassette(path, map(exchange, range(2)))
    (path / "README.md").write_text("mine")
    (path / ".hidden").write_text("mine")
    names = hashes_of(path).keys()
    assert names >= {"cassette.json", "0010-cinder-show-volume.json", "0020-cinder-show-volume.json"}
    assert not names & {"README.md", ".hidden", "cassette.sums"}
    assert _states(path) == GOOD


def test_files_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    path = tmp_path / "one.cassette"
    write_cassette(path, [exchange(1)])
    (path / "0020-x.json").mkdir()
    with pytest.raises(CassetteError, match="cannot be read: Is a directory; expected a text cassette"):
        examine(path, PLAIN_LEDGER)
    (path / "0020-x.json").rmdir()
    (path / "cassette.sums").write_bytes(b"\xff")
    with pytest.raises(CassetteError, match=r"cassette\.sums: cannot be read as text"):
        examine(path, PLAIN_LEDGER)


def test_a_text_without_sums_cannot_be_told(tmp_path: Path) -> None:
    path = tmp_path / "one.cassette"
    write_cassette(path, [exchange(1)])
    (path / "cassette.sums").unlink()
    assert _states(path) == [State.UNKNOWN] * 3
