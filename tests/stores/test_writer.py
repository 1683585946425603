"""The writer thread: one transaction for what waits, one call into the loop, and nothing after the end."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from gateway.cassette.chain import Head
from gateway.stores import writer
from gateway.stores.chaining import head_of
from gateway.stores.ledger import Ledger
from gateway.stores.opening import open_for_writing
from gateway.stores.rows import exchange_row
from gateway.stores.schema import cassette_id
from gateway.stores.sqlite import CassetteReader, CassetteStore
from gateway.stores.writer import Ask, Outcome, Writer
from tests.stores.sample_exchanges import REQUEST, append_all, exchange, numbers


def test_what_waits_is_committed_together_and_before_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    connection = open_for_writing(path, create=True)
    statements: list[str] = []
    connection.set_trace_callback(statements.append)
    connection.execute("BEGIN IMMEDIATE")
    settled: list[Outcome] = []

    async def run() -> None:
        loop = asyncio.get_running_loop()
        asks = [Ask(loop.create_future(), exchange=exchange_row(exchange(number))) for number in range(600)]
        thread = Writer(connection, path, settled.append)
        thread.put(asks[:1])
        thread.put(asks[1:])
        thread.close()
        await asyncio.sleep(0)

    connection.execute("ROLLBACK")
    asyncio.run(run())
    assert sum(len(outcome) for outcome in settled) == 600
    assert max(len(outcome) for outcome in settled) <= writer.BATCH
    inserted = {sql for sql in statements if sql.startswith("INSERT INTO exchanges")}
    assert len(inserted) == len(settled)
    assert [sql for sql in statements if sql.startswith(("BEGIN", "COMMIT"))][1:] == ["BEGIN IMMEDIATE", "COMMIT"]
    reader = CassetteReader(path)
    assert reader.count() == 600
    reader.close()


def test_nobody_is_told_when_the_loop_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    loop = asyncio.new_event_loop()
    ask = Ask(loop.create_future(), exchange=exchange_row(exchange(1)))
    loop.close()
    settled: list[Outcome] = []
    thread = Writer(open_for_writing(path, create=True), path, settled.append)
    thread.put([ask])
    thread.close()
    assert settled == []
    reader = CassetteReader(path)
    assert reader.count() == 1
    reader.close()


def test_text_that_cannot_be_stored_fails_its_batch_only(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    settled: list[Outcome] = []

    async def run() -> None:
        loop = asyncio.get_running_loop()
        thread = Writer(open_for_writing(path, create=True), path, settled.append)
        thread.put([Ask(loop.create_future(), exchange=("\ud800", *exchange_row(exchange(1))[1:]))])
        while not settled:
            await asyncio.sleep(0)
        thread.put([Ask(loop.create_future(), exchange=exchange_row(exchange(2)))])
        thread.close()
        await asyncio.sleep(0)

    asyncio.run(run())
    [[(_, refusal)], [(_, taken)]] = settled
    assert str(refusal).startswith(f"{path}: did not take the record: has no canonical form: str is not valid UTF-8")
    assert taken == 0


def test_a_batch_goes_behind_what_another_process_appended(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    first, second = (CassetteStore.open(path, create=True) for _ in range(2))
    for number in range(3):
        assert append_all(first, [exchange(2 * number)]) == [None]
        assert append_all(second, [exchange(2 * number + 1)]) == [None]
    first.close()
    second.close()
    reader = CassetteReader(path)
    assert numbers(reader.read()) == [0, 1, 2, 3, 4, 5]
    reader.close()
    with sqlite3.connect(path) as connection:
        chain = connection.execute("SELECT prev, mac FROM exchanges ORDER BY seq").fetchall()
        assert head_of(connection) == Head(6, chain[-1][1])
        assert [prev for prev, _ in chain[1:]] == [mac for _, mac in chain[:-1]]
    connection.close()


def test_the_head_is_told_at_the_end(tmp_path: Path) -> None:
    ledger = Ledger.of(tmp_path, b"k" * 32)
    store = CassetteStore.open(tmp_path / "a.sqlite", create=True, ledger=ledger)
    append_all(store, map(exchange, range(3)))
    assert store.count() == 3
    store.close()
    with sqlite3.connect(tmp_path / "a.sqlite") as connection:
        head = head_of(connection)
        [anchor] = ledger.told(cassette_id(connection))
    connection.close()
    assert (anchor.count, anchor.head) == (3, head.mac.hex())


def test_an_exchange_and_the_end_of_its_note_go_together(tmp_path: Path) -> None:
    store = CassetteStore.open(tmp_path / "a.sqlite", create=True)

    async def run() -> None:
        await store.append(exchange(1))
        await store.append(exchange(2), await store.intend(REQUEST))

    asyncio.run(run())
    assert (numbers(store.read()), store.incomplete()) == ([1, 2], [])
    store.close()


def test_notes_without_room_are_refused_and_exchanges_beside_them_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    store = CassetteStore.open(path, create=True, free=lambda _: 1000)

    async def run() -> Sequence[object]:
        asked = store.intend(REQUEST), store.append(exchange(1)), store.intend(REQUEST)
        return await asyncio.gather(*asked, return_exceptions=True)

    said = f"{path}: 1000 bytes are free; expected at least 16777216"
    assert list(map(str, asyncio.run(run()))) == [said, "None", said]
    assert (numbers(store.read()), store.incomplete()) == ([1], [])
    store.close()
