"""A cassette at a glance: when it was recorded, what of the documented operations it covers, what redaction took out,
and its segments: how long each answer to a request stayed the same.

Reads as many exchanges as it is given, once, and keeps no body.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from hashlib import blake2b

from gateway.cassette.exchange import UNDOCUMENTED, Exchange
from gateway.contract.catalogue import CATALOGUE

# Of a large cassette so many exchanges are looked at.
MOST_EXCHANGES = 5_000
# Requests whose segments are drawn: those whose answers changed most.
MOST_LANES = 24
_LONGEST_LABEL = 96


@dataclass(frozen=True, slots=True)
class Segment:
    """Equal answers to one request, one after the other: from the first to the last, in seconds since the epoch."""

    began_s: float
    ended_s: float
    status: int
    answers: int

    @property
    def tone(self) -> str:
        return "failed" if self.status >= 500 else "invalid" if self.status >= 400 else "ok"


@dataclass(frozen=True, slots=True)
class Lane:
    """The segments of one request."""

    label: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Tape:
    """What a cassette holds. `operations` are those that are covered, with their exchanges, `missing` the documented
    ones that are not; `rules` are those of redaction with the exchanges in which they took something out, `untouched`
    are exchanges that had nothing to take out. `is_all` is false where there are more exchanges than were read."""

    exchanges: int
    is_all: bool
    begun_s: float = 0.0
    ended_s: float = 0.0
    operations: tuple[tuple[str, int], ...] = ()
    missing: tuple[str, ...] = ()
    undocumented: int = 0
    refused: int = 0
    rules: tuple[tuple[str, int], ...] = ()
    untouched: int = 0
    lanes: tuple[Lane, ...] = ()
    more_lanes: int = 0

    @property
    def documented(self) -> int:
        return len(self.operations) + len(self.missing)


@dataclass(slots=True)
class _Fold:
    """What is known while a cassette is read."""

    exchanges: int = 0
    begun_s: float = float("inf")
    ended_s: float = 0.0
    refused: int = 0
    untouched: int = 0
    operations: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)
    lanes: dict[str, list[Segment]] = field(default_factory=dict)
    answers: dict[str, bytes] = field(default_factory=dict)

    def add(self, exchange: Exchange) -> None:
        self.exchanges += 1
        self.begun_s = min(self.begun_s, exchange.started_at)
        self.ended_s = max(self.ended_s, exchange.completed_at)
        self.refused += exchange.response.status >= 400
        self.untouched += not exchange.redactions
        self.operations[exchange.operation] += 1
        self.rules.update(exchange.redactions)
        self._lay(exchange)

    def _lay(self, exchange: Exchange) -> None:
        lane, answer = _label(exchange), _answer(exchange)
        segments = self.lanes.setdefault(lane, [])
        if segments and self.answers[lane] == answer:
            last = segments[-1]
            segments[-1] = replace(last, ended_s=exchange.completed_at, answers=last.answers + 1)
        else:
            segments.append(Segment(exchange.started_at, exchange.completed_at, exchange.response.status, 1))
        self.answers[lane] = answer


def tape_of(exchanges: Iterable[Exchange], most: int = MOST_EXCHANGES) -> Tape:
    """Return what a cassette holds, from its first exchanges."""
    fold = _Fold()
    for exchange in exchanges:
        if fold.exchanges == most:
            return _tape(fold, is_all=False)
        fold.add(exchange)
    return _tape(fold, is_all=True)


def _tape(fold: _Fold, is_all: bool) -> Tape:
    known = [each.id for each in CATALOGUE.operations]
    lanes = sorted(fold.lanes.items(), key=lambda lane: (-len(lane[1]), lane[1][0].began_s, lane[0]))
    shown = sorted(lanes[:MOST_LANES], key=lambda lane: (lane[1][0].began_s, lane[0]))
    return Tape(
        fold.exchanges,
        is_all,
        fold.begun_s if fold.exchanges else 0.0,
        fold.ended_s,
        tuple((name, fold.operations[name]) for name in known if name in fold.operations),
        tuple(name for name in known if name not in fold.operations),
        fold.operations[UNDOCUMENTED],
        fold.refused,
        tuple(fold.rules.most_common()),
        fold.untouched,
        tuple(Lane(label, tuple(segments)) for label, segments in shown),
        len(lanes) - len(shown),
    )


def _label(exchange: Exchange) -> str:
    target = exchange.request.target.decode("ascii", "backslashreplace")
    label = f"{exchange.request.method} {target}"
    return label if len(label) <= _LONGEST_LABEL else f"{label[: _LONGEST_LABEL - 1]}…"


def _answer(exchange: Exchange) -> bytes:
    response = exchange.response
    return blake2b(b"%d %b" % (response.status, response.body), digest_size=16).digest()
