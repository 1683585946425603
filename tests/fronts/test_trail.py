"""The trail beside the requests: in time, anchored, and honest about what it could not take."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import resource
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from gateway.audit.anchors import Anchor, Signer
from gateway.audit.levels import Depth, LevelRule, Levels
from gateway.audit.verification import verify
from gateway.cassette.redaction import Redactor
from gateway.drafting.drafter import Drafter
from gateway.errors import StoreFullError
from gateway.fronts import trail as trails
from gateway.fronts.trail import Terms, Trail
from gateway.http.messages import Response
from gateway.seams import Ending, Forward
from gateway.stores.audit_files import AuditFiles, files_of, lines_of
from tests.test_auditing import ANSWER, CREATION, PROJECT, SHOW, ask, piped, sent

DAY_S = 86400.0


@dataclass
class Kept:
    """A trail in a folder, with a clock to turn and what was said outside."""

    folder: Path
    terms: Terms = field(default_factory=Terms)
    levels: tuple[LevelRule, ...] = ()
    now: float = 20_000 * DAY_S
    said: list[Anchor] = field(default_factory=list)

    def __post_init__(self) -> None:
        drafter = Drafter(Redactor(bytes(32)), Levels(self.levels))
        self.files = AuditFiles(self.folder, "gw")
        self.trail = Trail(self.files, drafter, Signer(bytes(32)), self.said.append, lambda: self.now, self.terms)

    def records(self) -> list[dict[str, Any]]:
        return [json.loads(line.text) for line in lines_of(files_of(self.folder, "gw"))]

    def stages(self) -> list[str]:
        return [record["stage"] for record in self.records()]

    def is_whole(self) -> bool:
        return verify("gw", lines_of(files_of(self.folder, "gw")), self.said).is_whole

    def run(self, work: Callable[[], Awaitable[object]]) -> None:
        """Begin, do some work, close."""

        async def lived() -> None:
            self.trail.begin()
            await work()
            await self.trail.close()

        asyncio.run(lived())


def query() -> Ending:
    pipeline, _ = piped()
    forward = sent(ask("GET", SHOW), pipeline)
    reply = pipeline.on_outcome(forward, ANSWER, 2.0)
    return Ending(forward.request, reply, reply.response, forward, ANSWER)


def creation() -> Forward:
    pipeline, _ = piped()
    return sent(ask("POST", f"/v2/{PROJECT}/volumes", CREATION), pipeline)


def made(forward: Forward, received: int) -> Ending:
    pipeline, _ = piped()
    reply = pipeline.on_outcome(forward, Response(202), 2.0)
    return Ending(forward.request, reply, reply.response, forward, Response(202), received=received)


@contextmanager
def full(files: AuditFiles) -> Iterator[None]:
    """Let no file grow while the block lasts."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = max(path.stat().st_size for path in files_of(files.folder, files.chain))
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_start_and_stop_are_records_and_anchored(tmp_path: Path) -> None:
    kept = Kept(tmp_path)

    async def nothing() -> None: ...

    kept.run(nothing)
    assert kept.stages() == ["admin", "anchor", "admin", "anchor"]
    assert [record.get("event") for record in kept.records()] == ["start", None, "stop", None]
    assert [anchor.seq for anchor in kept.said] == [1, 3]
    assert kept.is_whole()


@pytest.mark.parametrize("terms", [Terms(), Terms(outlives_power=True)])
def test_a_write_has_a_note_and_an_end(tmp_path: Path, terms: Terms) -> None:
    kept = Kept(tmp_path, terms)

    async def work() -> None:
        forward = creation()
        seq = await kept.trail.received("a", forward)
        assert kept.stages()[-1] == "received"
        await kept.trail.complete("a", made(forward, seq))
        assert kept.records()[-1]["received_seq"] == seq

    kept.run(work)
    assert kept.is_whole()


def test_many_records_share_one_wait_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept(tmp_path, Terms(outlives_power=True))
    synced, sync = [], os.fdatasync

    def counted(file: int) -> None:
        synced.append(file)
        sync(file)

    monkeypatch.setattr(os, "fdatasync", counted)

    async def work() -> None:
        await asyncio.gather(*(kept.trail.complete(f"{number}", query()) for number in range(20)))

    kept.run(work)
    assert len(synced) == 1
    assert kept.stages().count("complete") == 20


def test_what_the_rules_leave_out_is_no_record(tmp_path: Path) -> None:
    kept = Kept(tmp_path, levels=(LevelRule(Depth.NONE),))
    kept.run(lambda: kept.trail.complete("a", query()))
    assert "complete" not in kept.stages()


def test_an_anchor_comes_every_so_many_records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trails, "ANCHOR_RECORDS", 5)
    kept = Kept(tmp_path)

    async def work() -> None:
        for number in range(12):
            kept.trail.note(f"{number}")

    kept.run(work)
    assert [anchor.seq for anchor in kept.said] == [1, 7, 13, 17]


def test_an_anchor_tells_the_oldest_write_that_has_no_end(tmp_path: Path) -> None:
    kept = Kept(tmp_path)

    async def work() -> None:
        first, second = creation(), creation()
        one, two = await kept.trail.received("a", first), await kept.trail.received("b", second)
        await kept.trail.complete("a", made(first, one))
        assert two == 4

    kept.run(work)
    assert kept.records()[-1]["open_since"] == 4


def test_idle_times_are_anchored_and_each_day_has_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trails, "ANCHOR_S", 0.001)
    kept = Kept(tmp_path)

    async def work() -> None:
        kept.now += DAY_S
        async with asyncio.timeout(20):
            while len(kept.said) < 3:
                await asyncio.sleep(0)

    kept.run(work)
    assert [path.name for path in files_of(tmp_path, "gw")] == ["gw.000000000001.jsonl", "gw.000000000003.jsonl"]
    assert kept.is_whole()


def test_a_file_that_somebody_took_away_is_told_and_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trails, "ANCHOR_RECORDS", 2)
    kept = Kept(tmp_path)

    async def work() -> None:
        files_of(tmp_path, "gw")[0].unlink()
        kept.trail.note("a")
        kept.trail.note("b")

    kept.run(work)
    assert kept.records()[0]["event"] == "file gone"
    assert not kept.is_whole()


def test_a_full_disk_refuses_writes_and_reads(tmp_path: Path) -> None:
    kept = Kept(tmp_path)

    async def work() -> None:
        with full(kept.files):
            for _ in range(2):
                with pytest.raises(StoreFullError):
                    await kept.trail.received("a", creation())
                with pytest.raises(StoreFullError):
                    await kept.trail.complete("b", query())
            kept.trail.note("not recorded")
            assert "did not take the record" in (kept.trail.fault() or "")
        await kept.trail.complete("c", query())
        assert kept.trail.fault() is None

    kept.run(work)
    (gap,) = [record for record in kept.records() if record["stage"] == "gap"]
    assert (gap["answered"], gap["refused"], gap["count"]) == (0, 2, 2)
    assert "not recorded" not in [record.get("event") for record in kept.records()]
    assert kept.is_whole()


def test_a_full_disk_lets_reads_through_where_it_may(tmp_path: Path) -> None:
    kept = Kept(tmp_path, Terms(sheds_reads=True))

    async def work() -> None:
        forward = creation()
        with full(kept.files):
            await kept.trail.complete("a", query())
            with pytest.raises(StoreFullError):
                await kept.trail.complete("b", made(forward, 0))

    kept.run(work)
    (gap,) = [record for record in kept.records() if record["stage"] == "gap"]
    assert (gap["answered"], gap["refused"]) == (1, 1)


def test_the_end_of_a_write_that_was_sent_comes_when_there_is_room(tmp_path: Path) -> None:
    kept = Kept(tmp_path)

    async def work() -> None:
        forward = creation()
        seq = await kept.trail.received("a", forward)
        with full(kept.files), pytest.raises(StoreFullError):
            await kept.trail.complete("a", made(forward, seq))
        kept.trail.note("room")

    kept.run(work)
    assert kept.stages()[2:5] == ["received", "complete", "admin"]
    assert kept.records()[-1]["open_since"] is None


def test_ends_that_wait_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trails, "OWED", 1)
    kept = Kept(tmp_path)

    async def work() -> None:
        forwards = [creation(), creation()]
        seqs = [await kept.trail.received("a", forward) for forward in forwards]
        with full(kept.files):
            for forward, seq in zip(forwards, seqs, strict=True):
                with pytest.raises(StoreFullError):
                    await kept.trail.complete("a", made(forward, seq))

    kept.run(work)
    assert [kept.stages().count(stage) for stage in ("received", "complete", "gap")] == [2, 1, 1]


def test_a_full_disk_is_tried_again_without_being_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trails, "RETRY_S", 0.001)
    monkeypatch.setattr(trails, "ANCHOR_S", 0.001)
    kept = Kept(tmp_path)

    async def work() -> None:
        async with asyncio.timeout(20):
            with full(kept.files):
                while kept.trail.fault() is None:
                    await asyncio.sleep(0)
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(kept.trail, "_lost", trails._Lost(0, 3))
                while kept.trail.fault() is not None:
                    await asyncio.sleep(0)

    kept.run(work)
    assert kept.stages().count("gap") == 1


def test_a_stop_that_cannot_be_recorded_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    kept = Kept(tmp_path)

    async def work() -> None:
        kept.trail.begin()
        with full(kept.files):
            await kept.trail.close()

    asyncio.run(work())
    assert [record.message for record in caplog.records] == ["audit: the stop is not recorded"]


def test_numbers_of_notes_are_those_of_the_chain(tmp_path: Path) -> None:
    kept = Kept(tmp_path)

    async def work() -> None:
        seqs = [await kept.trail.received("a", creation()) for _ in range(3)]
        assert seqs == list(itertools.islice(itertools.count(3), 3))

    kept.run(work)
