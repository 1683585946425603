"""kill -9 at fifty moments while four clients record: what was answered is kept, nothing is kept by half, and `verify`
says so. The moments are drawn, always the same ones; what each client is at just then is up to the machine."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.cassette.exchange import Exchange
from gateway.cassette.integrity import State
from gateway.stores.cassettes import open_cassette
from gateway.stores.integrity import examine
from gateway.stores.ledger import Ledger
from tests.hostile.killed import Diary, Forks, let_clients_work

ROUNDS = 25
_NAME = re.compile(rb"[rw]-\d+-\d-\d+")


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    forks = Forks()
    yield forks
    forks.close()


def _record_and_kill(forks: Forks, cassette: Path, data: Path, number: int, most: int) -> Diary:
    draw = random.Random(number)
    moment, on_answer = draw.randint(1, most), draw.random() < 0.5
    return let_clients_work(forks.start(cassette, data), str(number), moment, on_answer)


def _name(exchange: Exchange) -> str:
    found = _NAME.search(exchange.request.target + exchange.request.body)
    assert found is not None
    return found[0].decode()


def _check_whole(exchange: Exchange) -> None:
    answer = json.loads(exchange.response.body)
    if exchange.request.method == "POST":
        assert (exchange.response.status, answer["volume"]["name"]) == (202, _name(exchange))
    else:
        assert (exchange.response.status, answer["volumes"]) == (200, [])


def _read(cassette: Path) -> tuple[list[str], list[str]]:
    """Return the names in the exchanges and in the notes of a cassette, every exchange being whole."""
    opened = open_cassette(cassette)
    exchanges = list(opened.read())
    notes = [note.request.body for note in opened.incomplete()]
    opened.close()
    for exchange in exchanges:
        _check_whole(exchange)
    return [_name(exchange) for exchange in exchanges], [json.loads(body)["volume"]["name"] for body in notes]


def _check(diaries: list[Diary], kept: list[str], noted: list[str]) -> None:
    asked = {name for diary in diaries for name in diary.asked}
    answered = {name for diary in diaries for name in diary.answered}
    assert answered <= set(kept)
    assert len(set(kept)) == len(kept)
    assert set(noted) <= asked - answered
    assert set(kept) <= asked
    assert set(noted).isdisjoint(kept)


def test_a_store_survives_every_kill(forks: Forks, tmp_path: Path) -> None:
    cassette, data = tmp_path / "one.sqlite", tmp_path / "data"
    diaries: list[Diary] = []
    for number in range(ROUNDS):
        diaries.append(_record_and_kill(forks, cassette, data, number, most=60))
        found = examine(cassette, Ledger.found(data)).integrity
        kept, noted = _read(cassette)
        _check(diaries, kept, noted)
        assert [verdict.state for verdict in found.verdicts.values()] == [State.GOOD] * 3
        assert found.content.says == "every exchange is as it was written"
        told = f"; writes with unknown outcome: {len(noted)}" if noted else "outside"
        assert found.completeness.says.endswith(told)


def test_a_text_cassette_survives_every_kill(forks: Forks, tmp_path: Path) -> None:
    cassette, data = tmp_path / "one.cassette", tmp_path / "data"
    diaries: list[Diary] = []
    for number in range(ROUNDS):
        diaries.append(_record_and_kill(forks, cassette, data, number, most=12))
        if number % 3 == 0:
            _check(diaries, *_read(cassette))
            assert not (cassette / ".recording.sqlite").exists()
            verdicts = examine(cassette, Ledger.found(data)).integrity.verdicts.values()
            assert [verdict.state for verdict in verdicts] == [State.GOOD] * 3
    _check(diaries, *_read(cassette))
