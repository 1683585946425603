"""Questions to the index, off the loop."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.errors import StoreError
from gateway.fronts.inspector import reading
from gateway.fronts.inspector.reading import Answer, Reading
from gateway.stores.audit_index import AuditIndex
from tests.audit.records import ended, trail_of


def totals(index: AuditIndex) -> int:
    return sum(value.records for value in index.totals(10) if value.kind == "status")


def asked(looker: Reading, times: int = 1) -> list[Answer[int]]:
    async def story() -> list[Answer[int]]:
        return [await looker.ask(totals) for _ in range(times)]

    return asyncio.run(story())


def test_a_question_knows_of_what_was_just_written(tmp_path: Path) -> None:
    looker = Reading(trail_of(tmp_path, [ended(1)]))
    first = asked(looker)
    trail_of(tmp_path, [ended(2)])
    assert [*first, *asked(looker, 2)] == [Answer(1), Answer(2), Answer(2)]
    looker.drawn()
    looker.close()


def test_while_somebody_draws_answers_say_what_they_do_not_know(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "AT_ONCE_BYTES", 100)
    trail_of(tmp_path, [ended(1)])
    size = sum(path.stat().st_size for path in tmp_path.glob("*.jsonl"))
    looker = Reading(tmp_path, lambda _: ["sleep", "600"])
    assert asked(looker, 2) == [Answer(0, size), Answer(0, size)]
    looker.close()


def test_where_there_is_no_trail_nothing_is_asked(tmp_path: Path) -> None:
    looker = Reading(tmp_path)
    with pytest.raises(StoreError, match="holds no audit trail"):
        asked(looker)
    looker.close()
