"""Those who follow the trail: what they hear, what they missed, and what is counted instead."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import TypeVar

import pytest

from gateway.audit.search import Query
from gateway.contract.model import JsonObject
from gateway.fronts.inspector import hub as hubs
from gateway.fronts.inspector.hub import Hub, Listener, Part, missed_since
from gateway.inspector.filters import TOLD
from gateway.inspector.tailing import BEAT, RETRY, Wish
from gateway.stores.audit_following import heads_in
from tests.audit.records import denied, ended, trail_of

Result = TypeVar("Result")
ALL = Query(TOLD)
DENIED = Query((("decision", "deny"), *TOLD))


async def at_once(work: Callable[[], Result]) -> Result:
    return work()


def told(events: bytes) -> list[str]:
    """Return the places and the counts in events."""
    return re.findall(rb'"seq":"([^"]+)"|"(count":[0-9]+)', events) and [
        (place or count).decode() for place, count in re.findall(rb'"seq":"([^"]+)"|"(count":[0-9]+)', events)
    ]


def hub_of(folder: Path, most: int = 8) -> Hub:
    return Hub(folder, most, at_once)


class Following:
    """Somebody who follows a hub that looks when it is told to."""

    def __init__(self, hub: Hub, query: Query = ALL, since: dict[str, int] | None = None) -> None:
        self.events: AsyncIterator[bytes] = hub.follow(query, since)

    async def next(self) -> bytes:
        return await anext(self.events)


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at once, and again at once."""
    monkeypatch.setattr(hubs, "LOOK_S", 0.0)


@pytest.mark.usefixtures("quick")
def test_everybody_hears_what_comes_once(tmp_path: Path) -> None:
    trail_of(tmp_path, [ended(1)])

    async def story() -> tuple[list[bytes], list[bytes]]:
        hub = hub_of(tmp_path)
        serving = asyncio.create_task(hub.serve())
        first, second = Following(hub), Following(hub, DENIED)
        begun = [await first.next(), await second.next()]
        trail_of(tmp_path, [ended(2), denied(3)])
        heard = [await first.next(), await second.next()]
        hub.stop()
        await serving
        assert [each async for each in first.events] == []
        return begun, heard

    begun, heard = asyncio.run(story())
    assert begun == [RETRY, RETRY]
    assert [told(each) for each in heard] == [["gw-1:2", "gw-1:3"], ["gw-1:3"]]
    assert b"id: gw-1:3\n" in heard[0]


@pytest.mark.usefixtures("quick")
def test_whoever_comes_back_hears_what_was_missed_and_nothing_twice(tmp_path: Path) -> None:
    trail_of(tmp_path, [ended(1), ended(2), ended(3, stage="received"), denied(4)])
    trail_of(tmp_path, [ended(5)], chain="gw-2")

    async def story() -> list[bytes]:
        hub = hub_of(tmp_path)
        serving = asyncio.create_task(hub.serve())
        back = Following(hub, since={"gw-1": 1})
        heard = [await back.next()]
        trail_of(tmp_path, [ended(6)])
        heard.append(await back.next())
        hub.stop()
        await serving
        return heard

    missed, news = asyncio.run(story())
    assert (told(missed), told(news)) == (["gw-1:2", "gw-1:4", "gw-2:1"], ["gw-1:5"])
    assert b"id: gw-1:5,gw-2:1\n" in news


@pytest.mark.usefixtures("quick")
def test_a_hub_that_nobody_followed_begins_where_the_trail_is(tmp_path: Path) -> None:
    trail_of(tmp_path, [ended(1)])

    async def story() -> bytes:
        hub = hub_of(tmp_path)
        serving = asyncio.create_task(hub.serve())
        first = Following(hub)
        await first.next()
        await first.events.aclose()  # type: ignore[attr-defined]
        trail_of(tmp_path, [ended(2)])
        second = Following(hub)
        await second.next()
        trail_of(tmp_path, [ended(3)])
        heard = await second.next()
        hub.stop()
        await serving
        return heard

    assert told(asyncio.run(story())) == ["gw-1:3"]


def test_no_more_follow_than_may(tmp_path: Path) -> None:
    trail_of(tmp_path, [ended(1)])

    async def story() -> list[bool]:
        hub = hub_of(tmp_path, most=1)
        before = hub.is_full
        one = Following(hub)
        await one.next()
        full = hub.is_full
        await one.events.aclose()  # type: ignore[attr-defined]
        return [before, full, hub.is_full]

    assert asyncio.run(story()) == [False, True, False]


def test_a_hub_that_nobody_follows_stops_at_once(tmp_path: Path) -> None:
    async def story() -> None:
        hub = hub_of(tmp_path)
        serving = asyncio.create_task(hub.serve())
        await hub.listening.wait()
        hub.stop()
        await serving

    asyncio.run(story())


@pytest.mark.usefixtures("quick")
def test_in_silence_there_is_a_beat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "BEAT_S", 0.0)
    trail_of(tmp_path, [ended(1)])

    async def story() -> list[bytes]:
        hub = hub_of(tmp_path)
        serving = asyncio.create_task(hub.serve())
        one = Following(hub)
        heard = [await one.next(), await one.next()]
        hub.stop()
        await serving
        return heard

    assert asyncio.run(story()) == [RETRY, BEAT]


def test_whoever_followed_long_is_let_go_to_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "LONGEST_S", -1.0)
    trail_of(tmp_path, [ended(1)])

    async def story() -> list[bytes]:
        return [each async for each in hub_of(tmp_path).follow(ALL, None)]

    assert asyncio.run(story()) == [RETRY]


def test_of_much_at_once_the_newest_are_told_and_the_rest_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hubs, "MOST_TRIED", 4)
    monkeypatch.setattr(hubs, "MOST_TOLD", 2)
    trail_of(tmp_path, [ended(1)])
    follower = hubs.Follower(tmp_path)
    trail_of(tmp_path, [ended(number) for number in range(2, 9)])
    seen = hubs.looked(follower, {ALL: Wish(ALL), DENIED: Wish(DENIED)}, {"gw-1": 1})
    assert seen.heads == {"gw-1": 8}
    assert list(seen.parts) == [ALL]
    assert told(seen.parts[ALL].told("gw-1:1")) == ['count":5', "gw-1:7", "gw-1:8"]


def test_every_chain_has_its_share_of_what_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "MOST_TOLD", 2)
    follower = hubs.Follower(tmp_path)
    for chain in ("gw-1", "gw-2"):
        trail_of(tmp_path, [ended(1), ended(2), ended(3)], chain=chain)
    seen = hubs.looked(follower, {ALL: Wish(ALL)}, {})
    assert told(seen.parts[ALL].told("")) == ['count":4', "gw-1:3", "gw-2:3"]


@pytest.mark.usefixtures("quick")
def test_after_more_than_anybody_can_read_the_next_look_waits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "MOST_TOLD", 1)
    monkeypatch.setattr(hubs, "BUSY_S", 0.0)
    trail_of(tmp_path, [ended(1)])

    async def story() -> bytes:
        hub = hub_of(tmp_path)
        serving = asyncio.create_task(hub.serve())
        one = Following(hub)
        await one.next()
        trail_of(tmp_path, [ended(2), ended(3)])
        heard = await one.next()
        hub.stop()
        await serving
        return heard

    assert told(asyncio.run(story())) == ['count":1', "gw-1:3"]


def test_lines_that_are_no_records_are_told_to_nobody(tmp_path: Path) -> None:
    trail_of(tmp_path, [ended(1)])
    follower = hubs.Follower(tmp_path)
    (path,) = tmp_path.glob("*.jsonl")
    path.write_bytes(path.read_bytes() + b"no record\n")
    seen = hubs.looked(follower, {Query(): Wish(Query())}, {"gw-1": 1})
    assert (seen.parts[Query()].records, seen.heads) == (1, {"gw-1": 0})


def test_of_much_that_was_missed_the_newest_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "FARTHEST", 4)
    monkeypatch.setattr(hubs, "MOST_MISSED", 2)
    records: list[JsonObject] = [ended(number) for number in range(1, 9)]
    trail_of(tmp_path, records)
    part = missed_since(tmp_path, Wish(ALL), {"gw-1": 1}, heads_in(tmp_path))
    assert told(part.told("gw-1:1")) == ['count":5', "gw-1:7", "gw-1:8"]
    later = missed_since(tmp_path, Wish(ALL), {"gw-1": 5}, {"gw-1": 6})
    assert told(later.told("gw-1:5")) == ["gw-1:6"]


def test_whoever_does_not_keep_up_loses_the_oldest_and_hears_how_many() -> None:
    listener = Listener(ALL)
    for number in range(hubs.MOST_WAITING + 2):
        listener.hear(Part(b"event %d\n\n" % number, 3, left_out=1))
    said = listener.take("gw:1")
    assert said.startswith(b'event: dropped\nid: gw:1\ndata: {"count":8}\n\n')
    assert (b"event 1\n" in said, b"event 2\n" in said) == (False, True)
    assert listener.take("gw:1") == b""
