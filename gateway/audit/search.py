"""Which records somebody wants: every term, every word, and a span of time. And which page of them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from gateway.audit.entries import LATEST_MS, Entry, Kind, Term, joined

_AGO = re.compile(r"(?P<count>[0-9]{1,6})(?P<unit>[smhd])")
_UNIT_MS = {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}


@dataclass(frozen=True, slots=True)
class Query:
    """What is asked for. Terms of one kind are alternatives, those of several kinds hold at once; all words must be
    there. Times are milliseconds since the epoch, the first is in, the last is out."""

    terms: tuple[Term, ...] = ()
    words: frozenset[str] = frozenset()
    since_ms: int = 0
    until_ms: int = LATEST_MS
    alternatives: tuple[frozenset[Term], ...] = field(init=False)

    def __post_init__(self) -> None:
        kinds: defaultdict[Kind, set[Term]] = defaultdict(set)
        for kind, word in self.terms:
            kinds[kind].add((kind, word))
        object.__setattr__(self, "alternatives", tuple(frozenset(terms) for terms in kinds.values()))

    def fits(self, entry: Entry) -> bool:
        return (
            self.since_ms <= entry.ts_ms < self.until_ms
            and all(terms & entry.terms for terms in self.alternatives)
            and self.words <= entry.words
        )


EVERYTHING = Query()


@dataclass(frozen=True, slots=True)
class Page:
    """Which part of what was found: as many as `limit`, the newest of those older than `before`, or the oldest of those
    newer than `after`."""

    limit: int = 50
    before: int | None = None
    after: int | None = None


def spoken(texts: Iterable[str]) -> frozenset[str]:
    """Return the words that somebody looks for: those that were typed, not their parts."""
    return frozenset[str]().union(*map(joined, texts))


def moment_ms(text: str, now_ms: int) -> int:
    """Return the time that a text says: `15m` ago, or an ISO time, which is UTC unless it says otherwise.

    Errors: ValueError for anything else.
    """
    ago = _AGO.fullmatch(text)
    if ago:
        return now_ms - int(ago["count"]) * _UNIT_MS[ago["unit"]]
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no time; expected one like 2026-11-25T02:30:00 or 15m (s, m, h, d)") from None
    return round((said if said.tzinfo else said.replace(tzinfo=UTC)).timestamp() * 1000)


def cursor_of(place: int) -> str:
    """Return a place in the index as the word that the next page is asked for with."""
    return f"{place:x}"


def place_of(cursor: str) -> int:
    """Return the place that a cursor names. Errors: ValueError for anything else."""
    if not re.fullmatch(r"[0-9a-f]{1,16}", cursor):
        raise ValueError(f"{cursor[:40]!r} is no cursor; expected the one that the page before ended with")
    return int(cursor, 16)
