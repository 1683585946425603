"""The store: what was acknowledged is there, in order, whatever happens to the process or the disk."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.errors import CassetteError, StoreFullError
from gateway.stores import sqlite
from gateway.stores.incomplete_file import Incomplete
from gateway.stores.opening import open_for_writing
from gateway.stores.schema import MOVED
from gateway.stores.sqlite import CassetteReader, CassetteStore, write_all
from tests.stores.sample_exchanges import (
    REQUEST,
    acknowledged_until_killed,
    append_all,
    appending_process,
    exchange,
    numbers,
    run_python,
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cassette.sqlite"


@pytest.fixture
def store(path: Path) -> Iterator[CassetteStore]:
    store = CassetteStore.open(path, create=True)
    yield store
    store.close()


def test_what_was_appended_is_read_back_in_order(store: CassetteStore) -> None:
    async def run() -> None:
        for number in (1, 2, 3):
            await store.append(exchange(number))

    asyncio.run(run())
    assert list(store.read()) == [exchange(number, seq=number) for number in (1, 2, 3)]
    assert store.count() == 3


def test_many_tasks_get_one_place_each(store: CassetteStore, path: Path) -> None:
    assert append_all(store, map(exchange, range(1000))) == [None] * 1000
    store.close()
    store.close()
    reader = CassetteReader(path)
    stored = list(reader.read())
    reader.close()
    assert [each.seq for each in stored] == list(range(1, 1001))
    assert numbers(stored) == list(range(1000))


def test_a_full_queue_makes_writers_wait(store: CassetteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "QUEUE", 3)
    assert append_all(store, map(exchange, range(50))) == [None] * 50
    assert sorted(numbers(store.read())) == list(range(50))


def test_one_who_gives_up_waiting_for_room_stops_nobody(store: CassetteStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sqlite, "QUEUE_BYTES", 1)

    async def run() -> None:
        tasks = [asyncio.ensure_future(store.append(exchange(number))) for number in range(3)]
        await asyncio.sleep(0)
        tasks[1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(run())
    assert numbers(store.read()) == [0, 2]


def test_one_who_gives_up_waiting_for_the_commit_stops_nobody(store: CassetteStore) -> None:
    async def run() -> None:
        tasks = [asyncio.ensure_future(store.append(exchange(number))) for number in range(3)]
        await asyncio.sleep(0)
        tasks[1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await store.append(exchange(3))

    asyncio.run(run())
    assert numbers(store.read()) == [0, 1, 2, 3]


def test_large_exchanges_go_in_batches_of_their_own(store: CassetteStore) -> None:
    assert append_all(store, (exchange(number, size=5 * 1024 * 1024) for number in range(4))) == [None] * 4
    assert numbers(store.read()) == [0, 1, 2, 3]


def test_a_note_lasts_until_its_exchange_is_kept(path: Path) -> None:
    store = CassetteStore(open_for_writing(path, create=True), path, clock=lambda: 12.5)

    async def run() -> None:
        first, second, third = await asyncio.gather(*(store.intend(replace(REQUEST, connection=c)) for c in "abc"))
        await store.append(exchange(1), second)
        await store.withdraw(third)
        assert first < second < third

    asyncio.run(run())
    assert store.incomplete() == [Incomplete(replace(REQUEST, connection="a"), 12.5)]
    store.close()


def test_a_write_is_refused_while_little_space_is_free(path: Path) -> None:
    store = CassetteStore.open(path, create=True, free=lambda _: 1000)
    assert store.fault() == f"{path}: 1000 bytes are free; expected at least 16777216"
    with pytest.raises(StoreFullError, match="1000 bytes are free; expected at least 16777216"):
        asyncio.run(store.intend(REQUEST))
    assert append_all(store, [exchange(1)]) == [None]
    assert store.incomplete() == []
    store.close()


def test_a_write_is_refused_when_free_space_cannot_be_told(path: Path) -> None:
    def gone(_: Path) -> int:
        raise OSError(2, "No such file or directory")

    store = CassetteStore.open(path, create=True, free=gone)
    with pytest.raises(StoreFullError, match="free space cannot be told: No such file"):
        asyncio.run(store.intend(REQUEST))
    store.close()


def test_a_closed_store_takes_nothing(store: CassetteStore) -> None:
    assert store.fault() is None
    store.close()
    assert store.fault() == f"{store.path}: is closed"
    [failure] = append_all(store, [exchange(1)])
    assert isinstance(failure, StoreFullError)


def test_a_refused_batch_leaves_nothing_and_the_store_goes_on(store: CassetteStore, path: Path) -> None:
    assert append_all(store, [exchange(1)]) == [None]
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("CREATE TRIGGER full BEFORE INSERT ON exchanges BEGIN SELECT RAISE(ABORT, 'disk is full'); END")
    failures = append_all(store, [exchange(2), exchange(3)])
    assert [type(failure) for failure in failures] == [StoreFullError] * 2
    assert str(failures[0]) == f"{path}: did not take the record: disk is full"
    other.execute("DROP TRIGGER full")
    other.close()
    assert append_all(store, [exchange(4)]) == [None]
    assert [(each.seq, *numbers([each])) for each in store.read()] == [(1, 1), (2, 4)]


_FILL = """
import asyncio, resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.stores.sample_exchanges import exchange
from gateway.errors import StoreFullError
from gateway.stores.sqlite import CassetteStore

async def main(store):
    number = 0
    try:
        while True:
            await store.append(exchange(number, size=20_000))
            print(number, flush=True)
            number += 1
    except StoreFullError:
        pass
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    await store.append(exchange(-1))
    print(-1, flush=True)

resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, resource.RLIM_INFINITY))
store = CassetteStore.open(Path(sys.argv[1]), create=True)
asyncio.run(main(store))
store.close()
"""


def test_a_full_disk_loses_nothing_and_the_store_goes_on(path: Path) -> None:
    process = run_python(_FILL, path)
    output, _ = process.communicate()
    kept = [int(line) for line in output.split()]
    reader = CassetteReader(path)
    assert numbers(reader.read()) == kept
    reader.close()
    assert len(kept) > 5
    assert kept[-1] == -1


def test_nothing_acknowledged_is_lost_by_kill_9(path: Path) -> None:
    acknowledged = acknowledged_until_killed(appending_process(path, 0), 300)
    store = CassetteStore.open(path, create=False)
    stored = list(store.read())
    store.close()
    assert set(acknowledged) <= set(numbers(stored))
    assert [each.seq for each in stored] == list(range(1, len(stored) + 1))
    assert stored[0] == exchange(numbers(stored[:1])[0], seq=1, size=2000)


def test_two_processes_write_one_file_without_gap_or_clash(path: Path) -> None:
    processes = [appending_process(path, first) for first in (0, 1_000_000)]
    acknowledged = [number for process in processes for number in acknowledged_until_killed(process, 200)]
    reader = CassetteReader(path)
    stored = list(reader.read())
    reader.close()
    assert [each.seq for each in stored] == list(range(1, len(stored) + 1))
    assert len(set(numbers(stored))) == len(stored)
    assert set(acknowledged) <= set(numbers(stored))


def test_a_reader_sees_what_is_committed_while_it_reads(store: CassetteStore, path: Path) -> None:
    append_all(store, map(exchange, range(300)))
    reader = CassetteReader(path)
    reading = reader.read()
    next(reading)
    append_all(store, [exchange(300)])
    assert numbers(reading) == list(range(1, 301))
    reader.close()


@pytest.mark.parametrize("replaced", [False, True])
def test_a_file_that_was_taken_away_takes_nothing_more(path: Path, replaced: bool) -> None:
    store = CassetteStore.open(path, create=True)
    append_all(store, [exchange(1)])
    path.rename(path.with_name("moved.sqlite"))
    if replaced:
        shutil.copy(path.with_name("moved.sqlite"), path)
    said = f"{path}: is not the file any more that was opened; start the gateway again"
    assert list(map(str, append_all(store, [exchange(2), exchange(3)]))) == [said, said]
    with pytest.raises(StoreFullError, match="is not the file any more"):
        asyncio.run(store.intend(REQUEST))
    assert store.fault() == said
    store.close()


def test_a_damaged_file_is_named(store: CassetteStore, path: Path) -> None:
    append_all(store, (exchange(number, size=4000) for number in range(200)))
    store.close()
    content = path.read_bytes()
    path.write_bytes(content[:400_000] + b"\xff" * (len(content) - 400_000))
    reader = CassetteReader(path)
    with pytest.raises(CassetteError, match=r"cassette.sqlite: is damaged: .*; expected a cassette"):
        list(reader.read())
    reader.close()


def test_a_damaged_row_is_named(path: Path) -> None:
    write_all(path, [exchange(1)])
    with sqlite3.connect(path) as other:
        other.execute("UPDATE exchanges SET credential = 'other'")
    other.close()
    reader = CassetteReader(path)
    with pytest.raises(CassetteError, match="exchange 1 is damaged: 'other'"):
        list(reader.read())
    reader.close()


@pytest.mark.parametrize(
    ("change", "said"), [("DELETE FROM head", "head is empty"), ("UPDATE head SET mac = 5", MOVED)]
)
def test_a_store_whose_head_was_taken_away_takes_nothing_and_goes_on(path: Path, change: str, said: str) -> None:
    write_all(path, [exchange(1)])
    changed(path, change)
    store = CassetteStore.open(path, create=False)
    (outcome,) = append_all(store, [exchange(2)])
    assert isinstance(outcome, StoreFullError)
    assert said in str(outcome)
    store.close()


def test_a_store_that_names_no_cassette_is_damaged(path: Path) -> None:
    write_all(path, [exchange(1)])
    changed(path, "DELETE FROM meta WHERE name = 'cassette'")
    with pytest.raises(CassetteError, match="is damaged: its table meta names no cassette"):
        CassetteStore.open(path, create=False)


def test_a_damaged_note_is_named(path: Path) -> None:
    write_all(path, [], notes=[Incomplete(REQUEST, 1.0)])
    changed(path, "UPDATE intents SET request_headers = '{'")
    reader = CassetteReader(path)
    with pytest.raises(CassetteError, match=r"cassette\.sqlite: a note of a write is damaged: "):
        reader.incomplete()
    reader.close()


def changed(path: Path, change: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(change)


def test_a_whole_recording_is_written_or_nothing(path: Path) -> None:
    write_all(path, [exchange(1)])

    def broken() -> Iterator[object]:
        yield exchange(2)
        raise sqlite3.OperationalError("disk is full")

    with pytest.raises(StoreFullError, match="did not take the exchanges: disk is full"):
        write_all(path, broken())  # type: ignore[arg-type]
    reader = CassetteReader(path)
    assert numbers(reader.read()) == [1]
    reader.close()
