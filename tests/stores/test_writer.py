"""The writer thread: one transaction for what waits, one call into the loop, and nothing after the end."""

from __future__ import annotations

import asyncio
from pathlib import Path

from gateway.stores import writer
from gateway.stores.opening import open_for_writing
from gateway.stores.rows import exchange_row
from gateway.stores.sqlite import CassetteReader
from gateway.stores.writer import Ask, Outcome, Writer
from tests.stores.sample_exchanges import exchange


def test_what_waits_is_committed_together_and_before_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.sqlite"
    connection = open_for_writing(path, create=True)
    inserted: list[str] = []
    connection.set_trace_callback(lambda sql: inserted.append(sql) if sql.startswith("INSERT") else None)
    connection.execute("BEGIN IMMEDIATE")
    settled: list[Outcome] = []

    async def run() -> None:
        loop = asyncio.get_running_loop()
        asks = [Ask(loop.create_future(), exchange=exchange_row(exchange(number))) for number in range(600)]
        thread = Writer(connection, path, settled.append)
        for ask in asks:
            thread.put(ask)
        thread.close()
        await asyncio.sleep(0)

    connection.execute("ROLLBACK")
    asyncio.run(run())
    assert sum(len(outcome) for outcome in settled) == 600
    assert max(len(outcome) for outcome in settled) <= writer.BATCH
    assert len(inserted) == len(settled)
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
    thread.put(ask)
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
        thread.put(Ask(loop.create_future(), exchange=("\ud800", *exchange_row(exchange(1))[1:])))
        while not settled:
            await asyncio.sleep(0)
        thread.put(Ask(loop.create_future(), exchange=exchange_row(exchange(2))))
        thread.close()
        await asyncio.sleep(0)

    asyncio.run(run())
    [[(_, refusal)], [(_, taken)]] = settled
    assert str(refusal).startswith(f"{path}: did not take the record: 'utf-8' codec can't encode")
    assert taken == 0
