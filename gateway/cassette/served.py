"""Which recorded writes a scope has served, as numbers per tag: of those that touch a disk the first, the second...

A scope is behind an exact gate of a tag when it has served the first n of its writes and no other; such a gate is a
span of time in the recording. The same is kept for the writes of each client, for a client's own writes must fit even
where those of others came in another order. What is kept are only the number and what was served ahead of it, so it
stays small however much is served.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from gateway.cassette.index import ALWAYS, BEGINNING, END, Index, Recorded, Span, Touch, When

_Line = tuple[str, int | None]


@dataclass(slots=True)
class Numbers:
    """A set of numbers from 1: all up to `whole`, and those `beyond` a hole, sorted."""

    whole: int = 0
    beyond: list[int] = field(default_factory=list)

    def add(self, number: int) -> None:
        if not self.holds(number):
            insort(self.beyond, number)
        while self.beyond and self.beyond[0] == self.whole + 1:
            self.whole = self.beyond.pop(0)

    @property
    def count(self) -> int:
        return self.whole + len(self.beyond)

    def holds(self, number: int) -> bool:
        place = bisect_left(self.beyond, number)
        return number <= self.whole or self.beyond[place : place + 1] == [number]

    def after(self, number: int) -> Iterator[int]:
        """Yield those that are greater than a number."""
        yield from range(number + 1, self.whole + 1)
        yield from self.beyond[bisect_right(self.beyond, number) :]

    def up_to(self, number: int) -> int:
        """Return how many of them are not greater than a number."""
        return min(self.whole, number) + bisect_right(self.beyond, number)

    def highest(self, number: int) -> int:
        """Return the greatest of them that is not greater than a number, 0 when there is none."""
        place = bisect_right(self.beyond, number)
        return self.beyond[place - 1] if place else min(self.whole, number)


_NONE = Numbers()


@dataclass(slots=True)
class Served:
    """The writes that one scope has served."""

    count: int = 0
    by_actor: Counter[int] = field(default_factory=Counter)
    _lines: dict[_Line, Numbers] = field(default_factory=dict)

    def add(self, write: Recorded, touches: Iterable[Touch]) -> None:
        self.count += 1
        self.by_actor[write.actor] += 1
        for touch in touches:
            self._lines.setdefault((touch.tag, None), Numbers()).add(touch.number)
            self._lines.setdefault((touch.tag, write.actor), Numbers()).add(touch.own)

    def twin(self) -> Served:
        """Return the same, to go on differently from here."""
        lines = {line: Numbers(each.whole, each.beyond.copy()) for line, each in self._lines.items()}
        return Served(self.count, self.by_actor.copy(), lines)

    def of(self, tag: str, actor: int | None = None) -> Numbers:
        """Return the numbers of the served writes among those of a tag, or of a tag by a client."""
        return self._lines.get((tag, actor), _NONE)

    def span(self, tags: Iterable[str], index: Index, actor: int | None = None) -> Span | None:
        """Return the time in which exactly these writes (of a client) were complete; None when there was none."""
        after, before = ALWAYS
        for tag in tags:
            numbers = self._lines.get((tag, actor), _NONE)
            if numbers.beyond:
                return None
            until = numbers.whole
            after = max(after, index.completed(tag, until, actor))
            before = min(before, index.completed(tag, until + 1, actor))
        if after is BEGINNING and before is END:
            return ALWAYS
        return Span(after, before) if after < before else None

    def latest(self, tags: Iterable[str], when: When, index: Index) -> When:
        """Return when the last of the served writes that were complete before a time was complete."""
        ends = (index.completed(tag, self.of(tag).highest(index.before(tag, when))) for tag in tags)
        return max(ends, default=BEGINNING)

    def distance(self, tags: Iterable[str], when: When, index: Index) -> tuple[int, int]:
        """Return how many served writes were not complete at a time, and how many complete ones were not served. What
        touches several tags counts in each."""
        missing = extra = 0
        for tag in tags:
            numbers, complete = self.of(tag), index.before(tag, when)
            both = numbers.up_to(complete)
            missing, extra = missing + numbers.count - both, extra + complete - both
        return missing, extra


def gate_at(tags: Iterable[str], when: When, index: Index) -> Span:
    """Return the span of the gate that an exchange stands behind that began at a time."""
    span = ALWAYS
    for tag in tags:
        number = index.before(tag, when)
        span = span.within(Span(index.completed(tag, number), index.completed(tag, number + 1)))
    return span
