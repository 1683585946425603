"""Those who follow the trail: one look at its files serves all of them.

A look is taken off the loop, a few times a second and only while somebody follows. What it finds is told once for all
who want the same, the newest records of a look and no more than anybody can read; the rest is counted. Whoever does
not keep up loses the oldest, and hears how many.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

from gateway.audit.search import Query
from gateway.inspector.tailing import BEAT, RETRY, Heads, Told, Wish, event, place_of
from gateway.stores.audit_following import Follower, heads_in
from gateway.stores.audit_reading import last_records, parsed

Result = TypeVar("Result")

LOOK_S = 0.25
# After a look at more than anybody can read: followers are not to slow down those who are served.
BUSY_S = 1.0
BEAT_S = 15.0
LONGEST_S = 3600.0
# Records of one look that are told, and that are looked through for them, the newest first.
MOST_TOLD = 20
MOST_TRIED = 200
# What a connection that was lost is told afterwards, and how far back that is looked for.
MOST_MISSED = 200
FARTHEST = 5_000
# Parts that wait for somebody who does not read.
MOST_WAITING = 32


class Run(Protocol):
    """Runs work off the loop."""

    def __call__(self, work: Callable[[], Result]) -> Awaitable[Result]: ...


@dataclass(frozen=True, slots=True)
class Part:
    """Events that are told at once: how many records they tell of, and how many they leave out."""

    events: bytes
    records: int
    left_out: int = 0

    def told(self, place: str) -> bytes:
        if not self.left_out:
            return self.events
        return event("dropped", {"count": self.left_out}, place) + self.events


@dataclass(eq=False, slots=True)
class Listener:
    """Somebody who follows."""

    query: Query
    waiting: deque[Part] = field(default_factory=deque)
    has_news: asyncio.Event = field(default_factory=asyncio.Event)
    lost: int = 0

    def hear(self, part: Part) -> None:
        if len(self.waiting) >= MOST_WAITING:
            oldest = self.waiting.popleft()
            self.lost += oldest.records + oldest.left_out
        self.waiting.append(part)
        self.has_news.set()

    def beat(self) -> None:
        """Say something, if only that the connection stands."""
        self.has_news.set()

    def take(self, place: str) -> bytes:
        """Return all that waits, and how much was lost."""
        lost, self.lost = self.lost, 0
        told = b"".join(part.told(place) for part in self.waiting)
        self.waiting.clear()
        self.has_news.clear()
        return (event("dropped", {"count": lost}, place) if lost else b"") + told


@dataclass(frozen=True, slots=True)
class Seen:
    """What a look found for each wish, and where the trail ended."""

    parts: dict[Query, Part]
    heads: Heads


class Hub:
    """Serves those who follow, as long as the process serves. `run` runs work off the loop."""

    def __init__(self, folder: Path, most: int, run: Run) -> None:
        self.listening = asyncio.Event()
        self._folder = folder
        self._most = most
        self._run = run
        self._listeners: set[Listener] = set()
        self._follower: Follower | None = None
        self._heads: Heads = {}
        self._wishes: dict[Query, Wish] = {}
        self._has_listeners = asyncio.Event()
        self._turn = asyncio.Lock()
        self._is_stopped = False

    async def serve(self) -> None:
        """Look while somebody follows, until the stop."""
        self.listening.set()
        now = asyncio.get_running_loop().time
        beaten = now()
        while not self._is_stopped:
            await self._has_listeners.wait()
            if not self._is_stopped:
                is_much = await self._look()
                if now() - beaten >= BEAT_S:
                    beaten = now()
                    self._beat()
                await asyncio.sleep(BUSY_S if is_much else LOOK_S)

    def stop(self) -> None:
        """Let everybody go."""
        self._is_stopped = True
        self._has_listeners.set()
        self._beat()

    @property
    def is_full(self) -> bool:
        """Whether no more may follow."""
        return len(self._listeners) >= self._most

    async def follow(self, query: Query, since: Heads | None) -> AsyncIterator[bytes]:
        """Yield events for whoever wants what a query asks for: at first what came since a place. Ends now and then, so
        that whoever comes back is looked at again."""
        listener, now = Listener(query), asyncio.get_running_loop().time
        until = now() + LONGEST_S
        self._listeners.add(listener)
        try:
            yield RETRY + await self._begin(listener, since)
            while not self._is_stopped and now() < until:
                await listener.has_news.wait()
                yield listener.take(place_of(self._heads)) or BEAT
        finally:
            self._listeners.discard(listener)
            if not self._listeners and not self._is_stopped:
                self._has_listeners.clear()

    async def _begin(self, listener: Listener, since: Heads | None) -> bytes:
        """Return what a listener missed; from then on it hears what each look finds."""
        async with self._turn:
            if self._follower is None or not self._has_listeners.is_set():
                self._follower, self._heads = await self._run(self._opened)
            listener.waiting.clear()
            heads, wish = self._heads, Wish(listener.query)
            self._has_listeners.set()
            return b"" if since is None else await self._missed(wish, since, heads)

    async def _missed(self, wish: Wish, since: Heads, heads: Heads) -> bytes:
        part = await self._run(lambda: missed_since(self._folder, wish, since, heads))
        return part.told(place_of(heads))

    async def _look(self) -> bool:
        """Tell everybody what came, and return whether that was more than is told."""
        async with self._turn:
            follower, heads, queries = self._follower, self._heads, {each.query for each in self._listeners}
            assert follower is not None, "who is followed was looked up"
            self._wishes = {query: self._wishes.get(query) or Wish(query) for query in queries}
            seen = await self._run(lambda: looked(follower, self._wishes, heads))
            self._heads = seen.heads
            for listener in self._listeners:
                part = seen.parts.get(listener.query)
                if part is not None:
                    listener.hear(part)
        return any(part.left_out for part in seen.parts.values())

    def _beat(self) -> None:
        for listener in self._listeners:
            listener.beat()

    def _opened(self) -> tuple[Follower, Heads]:
        follower = Follower(self._folder)
        return follower, heads_in(self._folder)


def looked(follower: Follower, wishes: dict[Query, Wish], heads: Heads) -> Seen:
    """Return what came since the last look, for each wish the newest."""
    came: dict[str, list[bytes]] = {}
    for chain, part in follower.parts():
        came.setdefault(chain, []).append(part)
    news = [_News(chain, b"".join(parts)) for chain, parts in came.items()]
    parts = {query: _part(wish, news, heads) for query, wish in wishes.items()}
    ends = {each.chain: each.end for each in news}
    return Seen({query: part for query, part in parts.items() if part.records or part.left_out}, {**heads, **ends})


def missed_since(folder: Path, wish: Wish, since: Heads, until: Heads) -> Part:
    """Return what somebody missed between two places, of much the newest."""
    found = [told for chain, last in until.items() for told in _between(folder, chain, since.get(chain, 0), last)]
    found.sort(key=_moment)
    wanted = [told for told in found if wish.wants(told.record)]
    behind = sum(max(0, last - since.get(chain, 0)) for chain, last in until.items()) - len(found)
    return _as_part(wanted[-MOST_MISSED:], since, max(behind, 0) + max(len(wanted) - MOST_MISSED, 0))


def _between(folder: Path, chain: str, since: int, until: int) -> list[Told]:
    found: list[Told] = []
    for record in last_records(folder, chain):
        seq = record.get("seq")
        if not isinstance(seq, int) or seq <= since or len(found) >= FARTHEST:
            break
        if seq <= until:
            found.append(Told(chain, seq, record))
    return found


class _News:
    """What came of one chain: whole lines, each read once, the newest first."""

    def __init__(self, chain: str, text: bytes) -> None:
        self.chain = chain
        self._text = text
        self._told: dict[int, Told] = {}

    @property
    def end(self) -> int:
        """The number of the last record."""
        return self._at(*next(self._lines())).seq

    def newest(self, wish: Wish, most: int) -> tuple[list[Told], int]:
        """Return the newest records that are wanted, and how many older lines may be too."""
        wanted, tried, older = list[Told](), 0, len(self._text)
        for begin, end in self._lines():
            if len(wanted) >= most or tried >= MOST_TRIED:
                break
            older = begin
            if wish.may_want(self._text[begin:end]):
                told, tried = self._at(begin, end), tried + 1
                wanted.extend([told] if wish.wants(told.record) else [])
        return wanted, wish.count(self._text, older)

    def _lines(self) -> Iterator[tuple[int, int]]:
        """Yield the places of lines, the last one first."""
        end = len(self._text)
        while end > 0:
            begin = self._text.rfind(b"\n", 0, end - 1) + 1
            yield begin, end
            end = begin

    def _at(self, begin: int, end: int) -> Told:
        known = self._told.get(begin)
        if known is None:
            record = parsed(self._text[begin:end]) or {}
            seq = record.get("seq")
            known = self._told[begin] = Told(self.chain, seq if isinstance(seq, int) else 0, record)
        return known


def _part(wish: Wish, news: list[_News], heads: Heads) -> Part:
    most = -(-MOST_TOLD // max(len(news), 1))
    found = [each.newest(wish, most) for each in news]
    wanted = sorted((told for newest, _ in found for told in newest), key=_moment)
    return _as_part(wanted, heads, sum(older for _, older in found))


def _as_part(wanted: Iterable[Told], heads: Heads, left_out: int) -> Part:
    at, events = dict(heads), list[bytes]()
    for told in wanted:
        events.append(told.event(at))
        at[told.chain] = max(told.seq, at.get(told.chain, 0))
    return Part(b"".join(events), len(events), left_out)


def _moment(told: Told) -> tuple[int, str, int]:
    ts_ms = told.record.get("ts_ms")
    return ts_ms if isinstance(ts_ms, int) else 0, told.chain, told.seq
