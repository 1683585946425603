"""Answers to one request behind one gate, in recorded order, and the runs of equal answers they fall into.

What a client saw itself comes before what others saw meanwhile: states change by themselves inside a gate too.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from gateway.cassette.index import ALWAYS, EVERY_WRITE, Index, Seen, Span
from gateway.cassette.progress import Position, Segment
from gateway.contract.fleeting import fleeting
from gateway.http.messages import Response

# The one time that changes without a change of state (replay trial, point 12).
_UPDATED = re.compile(rb'"updated_at"\s*:\s*(?:"[^"]*"|null)')
_DIGEST_BYTES = 8
MOST_LOOKED_AT = 20_000
# Places in tracks that are kept; these are emptied when they are more.
MOST_PLACES = 100_000


@fleeting
class Track:
    """The places of the answers, and their runs."""

    places: tuple[int, ...]
    segments: tuple[Segment, ...]

    def place(self, position: Position) -> int:
        """Return the place of the answer at a position: the last of its run when more were served than recorded."""
        before = sum(run.count for run in self.segments[: position.run])
        return self.places[before + min(position.served, self.segments[position.run].count) - 1]


def track(run: Sequence[Seen], actor: int | None) -> Track:
    """Return what an actor saw itself of a run, or else what anyone saw."""
    own = [seen for seen in run if seen.actor == actor] or run
    segments, start = [], 0
    for end, seen in enumerate(own):
        if seen.answer != own[start].answer:
            segments.append(_segment(own[start], own[end - 1], end - start))
            start = end
    segments.append(_segment(own[start], own[-1], len(own) - start))
    return Track(tuple([seen.at for seen in own]), tuple(segments))


class Tracks:
    """Tracks that were asked for lately. A poll of a long series would read all of it each time; so it is cut once."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._known: dict[tuple[int, Span, int | None], Track | None] = {}
        self._places = 0

    def find(self, series: int, span: Span, actor: int | None) -> Track | None:
        """Return what an actor, or else anyone, saw of a series in a span, None where there is nothing."""
        asked = series, span, actor
        if asked not in self._known:
            run = self._index.run(series, span)
            self._keep(asked, track(run, actor) if run else None)
        return self._known[asked]

    def _keep(self, asked: tuple[int, Span, int | None], found: Track | None) -> None:
        self._places += 1 + (len(found.places) if found else 0)
        if self._places > MOST_PLACES:
            self._known.clear()
            self._places = 0
        self._known[asked] = found


def _segment(first: Seen, last: Seen, count: int) -> Segment:
    return Segment(first.at, last.at, count, first.answered_s, last.answered_s)


def answer_mark(response: Response) -> bytes:
    """Return what two answers have in common that show the same state: a short digest of all but the update time."""
    shown = b"%d " % response.status + _UPDATED.sub(b"", response.body)
    return hashlib.blake2b(shown, digest_size=_DIGEST_BYTES).digest()


def stretches(index: Index) -> Iterator[Sequence[int]]:
    """Yield the places of all exchanges: polls together that got the same answer, from one client between two of its
    own writes or from several while nobody wrote anything, for a replay may serve any of them to any of these; every
    other exchange by itself. Of a recording that is too long to look at whole, every one by itself."""
    if index.exchanges > MOST_LOOKED_AT:
        yield from ((at,) for at in range(index.exchanges))
        return
    for series in range(index.requests):
        by_actor: dict[int, list[Seen]] = defaultdict(list)
        for seen in index.run(series, ALWAYS):
            by_actor[seen.actor].append(seen)
        own = (polls for actor, all_own in by_actor.items() for polls in _stretches(index, actor, all_own))
        yield from _joined(index, own)


def _stretches(index: Index, actor: int, own: Sequence[Seen]) -> Iterator[list[Seen]]:
    def mark(seen: Seen) -> object:
        recorded = index.recorded(seen.at)
        return seen.at if recorded.is_write else (seen.answer, index.before(EVERY_WRITE, recorded.began, actor))

    return (list(polls) for _, polls in groupby(own, key=mark))


def _joined(index: Index, stretches_of_clients: Iterable[list[Seen]]) -> Iterator[list[int]]:
    """Yield the places of stretches, those in one that share an answer and all writes before it."""
    leader: dict[object, object] = {}

    def led(mark: object) -> object:
        while leader.setdefault(mark, mark) != mark:
            leader[mark] = leader[leader[mark]]
            mark = leader[mark]
        return mark

    firsts: list[tuple[object, list[Seen]]] = []
    for polls in stretches_of_clients:
        first, *others = dict.fromkeys(_shared(index, seen) for seen in polls)
        leader.update((led(other), led(first)) for other in others)
        firsts.append((first, polls))
    groups: dict[object, list[int]] = defaultdict(list)
    for first, polls in firsts:
        groups[led(first)].extend(seen.at for seen in polls)
    yield from map(sorted, groups.values())


def _shared(index: Index, seen: Seen) -> object:
    recorded = index.recorded(seen.at)
    return seen.at if recorded.is_write else (seen.answer, index.before(EVERY_WRITE, recorded.began))
