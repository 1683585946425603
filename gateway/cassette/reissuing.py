"""A recording turned into requests for a live service: what is asked, in which order, and what would be no surprise.

Pure. Requests name things by their aliases; `Live` knows which live id stands for which, and learns more of them from
the live answers. Only reads are asked for, each once, against the last answer it got; or in a sandbox everything, in
recorded order, where a read is asked until it shows what the recording shows before the next write to that thing.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from gateway.cassette.aliases import aliased, learnt
from gateway.cassette.comparing import Compare, Departure, Weight
from gateway.cassette.exchange import CredentialClass, Exchange
from gateway.cassette.key import READ_METHODS
from gateway.cassette.kinds import ALIAS_MARK, PROJECT, SECRET, kind_of
from gateway.cassette.leaves import parsed
from gateway.cassette.pairing import paired
from gateway.http.messages import Request, Response

_ALIAS = re.compile(ALIAS_MARK.encode())
_REMOVED = re.compile(rb"redacted-[a-z_]+-[0-9a-f]{12}")
_KEPT = frozenset({b"accept", b"content-type"})
_REFUSED = 400
_GONE = 404

Mark = tuple[int, str | None]
"""What a client waits for: the status code, and the status of the one thing shown."""


@dataclass(frozen=True, slots=True)
class Step:
    """One request to ask, with aliases for ids, and its recorded answers by their marks, the one to reach last."""

    seq: int
    operation: str
    request: Request
    credential: CredentialClass
    answers: Mapping[Mark, Response]

    @property
    def is_read(self) -> bool:
        return self.request.method in READ_METHODS

    def answer_to(self, live: Response) -> Response:
        """Return the recorded answer that a live one is held against."""
        return self.answers.get(mark(live)) or list(self.answers.values())[-1]


@dataclass(frozen=True, slots=True)
class Unasked:
    """A request that could not be asked, and why."""

    seq: int
    operation: str
    why: str


def mark(response: Response) -> Mark:
    """Return what a client would wait for in an answer."""
    body = parsed(response.body)
    inner = next(iter(body.values()), None) if isinstance(body, dict) and len(body) == 1 else body
    status = inner.get("status") if isinstance(inner, dict) else None
    return response.status, status if isinstance(status, str) else None


@dataclass(slots=True)
class Live:
    """Which live value stands for which alias."""

    values: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, exchanges: Iterable[Exchange], projects: Sequence[str], kinds: frozenset[str] | None = None) -> Live:
        """Return what is known before anything is asked: real ids where the recording still holds them, of some kinds
        or of all, and the live projects in the place of the recorded ones."""
        real = {alias: value for value, alias in learnt(exchanges).alias_of.items() if kind_of(alias) != SECRET}
        kept = {alias: value for alias, value in real.items() if kinds is None or kind_of(alias) in kinds}
        named = {f"<{PROJECT}:{number}>": project for number, project in enumerate(projects, 1)}
        return cls({**kept, **named})

    def asked(self, step: Step) -> Request | Unasked:
        """Return the request of a step with live ids, or why it cannot be made."""
        request = step.request
        if _REMOVED.search(request.target + request.body):
            return Unasked(step.seq, step.operation, "redaction took a secret out of the request")
        unknown = sorted({alias for alias in _aliases(request) if alias not in self.values})
        if unknown:
            return Unasked(step.seq, step.operation, f"nothing live is known to be {', '.join(unknown)}")
        headers = tuple(header for header in request.headers if header[0] in _KEPT)
        return Request(request.method, self._in(request.target), headers, self._in(request.body))

    def learn(self, step: Step, live: Response) -> bool:
        """Take the live ids of an answer for the recorded ones in their places; return whether any was new."""
        taken, before = set(self.values.values()), len(self.values)
        for recorded, value in paired(step.answer_to(live), live):
            if _ALIAS.fullmatch(recorded.encode()) and recorded not in self.values and value not in taken:
                self.values[recorded] = value
                taken.add(value)
        return len(self.values) > before

    def _in(self, text: bytes) -> bytes:
        return _ALIAS.sub(lambda found: self.values[found[0].decode()].encode(), text)


def reads(exchanges: Iterable[Exchange]) -> list[Step]:
    """Return the reads of a recording, each once, with its last answer; those that name nothing first."""
    last: dict[tuple[str, bytes, CredentialClass], Step] = {}
    for exchange in aliased(exchanges):
        if exchange.request.method in READ_METHODS:
            key = (exchange.request.method, exchange.request.target, exchange.credential)
            last[key] = _step(exchange, {mark(exchange.response): exchange.response})
    return sorted(last.values(), key=lambda step: len(set(_things(step.request))))


def everything(exchanges: Iterable[Exchange]) -> Iterator[Step]:
    """Yield the whole recording in its order; a read that is repeated before the next write is asked once."""
    recording = aliased(exchanges)
    answers, writes = _answers(recording), _writes(recording)
    every = [at for at, exchange in enumerate(recording) if exchange.request.method not in READ_METHODS]
    asked: set[tuple[str, bytes]] = set()
    for at, exchange in enumerate(recording):
        key = (exchange.request.method, exchange.request.target)
        if exchange.request.method not in READ_METHODS:
            asked.clear()
            yield _step(exchange, {mark(exchange.response): exchange.response})
        elif key not in asked:
            asked.add(key)
            later = list(_awaited(answers[key], at, _next(every, at), _ends(exchange.request, writes, at)))
            yield _step(exchange, {mark(recording[place].response): recording[place].response for place in later})


def departures(step: Step, live: Response, compare: Compare) -> tuple[Departure, ...]:
    """Return how a live answer departs from the recorded ones. A thing that is no longer there says nothing about the
    service."""
    recorded = step.answer_to(live)
    if live.status == _GONE and recorded.status < _REFUSED and step.is_read and any(_things(step.request)):
        return (Departure("gone", Weight.INFO, "status", str(recorded.status), "404: it is not there any more"),)
    return compare(recorded, live)


def _step(exchange: Exchange, answers: Mapping[Mark, Response]) -> Step:
    request = replace(exchange.request, connection="")
    return Step(exchange.seq, exchange.operation, request, exchange.credential, answers)


def _answers(recording: Sequence[Exchange]) -> Mapping[tuple[str, bytes], list[int]]:
    found: dict[tuple[str, bytes], list[int]] = defaultdict(list)
    for at, exchange in enumerate(recording):
        found[exchange.request.method, exchange.request.target].append(at)
    return found


def _writes(recording: Sequence[Exchange]) -> Mapping[str, list[int]]:
    """Return where each thing is named by a write that was done."""
    found: dict[str, list[int]] = defaultdict(list)
    for at, exchange in enumerate(recording):
        if exchange.request.method not in READ_METHODS and exchange.response.status < _REFUSED:
            for alias in set(_things(exchange.request)):
                found[alias].append(at)
    return found


def _awaited(places: list[int], at: int, until: int, end: int) -> Iterator[int]:
    """Yield the places of the answers that a read waits for: the last one before anything is written, and, because a
    live service may be quicker than the recorded one was, all after it until something is done to the thing."""
    reached = max(place for place in places if at <= place < until)
    yield from (place for place in places if reached <= place < max(end, reached + 1))


def _ends(request: Request, writes: Mapping[str, list[int]], at: int) -> int:
    """Return where the next write names something that a read names; for one that names nothing, here."""
    return min((_next(writes.get(alias, []), at) for alias in _things(request)), default=at)


def _next(places: list[int], at: int) -> int:
    after = bisect_left(places, at)
    return places[after] if after < len(places) else _NEVER


_NEVER = 1 << 62


def _aliases(request: Request) -> Iterator[str]:
    return (found.decode() for found in _ALIAS.findall(request.target + b"\n" + request.body))


def _things(request: Request) -> Iterator[str]:
    """Yield the aliases of things that a request names; its project stands in every path."""
    return (alias for alias in _aliases(request) if kind_of(alias) != PROJECT)
