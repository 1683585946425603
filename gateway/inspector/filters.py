"""What a list is narrowed to, as it stands in an address: terms, words, and a span of time.

`?principal=bob&status=4xx&words=disk-12&from=15m`. A name given twice means either; several names hold at once. What
an address says beyond that is not for the filter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import MappingProxyType
from urllib.parse import urlencode

from gateway.audit.entries import LATEST_MS, Kind, Term
from gateway.audit.search import Query, moment_ms, spoken

Pairs = Iterable[tuple[str, str]]

# Names in an address, and what is asked for by them. `from` is a time there, as `to` is.
KINDS: MappingProxyType[str, Kind] = MappingProxyType(
    {
        "principal": "principal",
        "action": "action",
        "operation": "operation",
        "resource": "resource",
        "decision": "decision",
        "mode": "mode",
        "status": "status",
        "origin": "origin",
        "scope": "scope",
        "project": "project",
        "method": "method",
        "ip": "from",
        "id": "id",
        "chain": "chain",
        "stage": "stage",
    }
)
WORDS, SINCE, UNTIL = "words", "from", "to"
# Notes of writes about to be sent, and anchors, are shown when they are asked for: their ends say the rest.
TOLD: tuple[Term, ...] = (("stage", "complete"), ("stage", "aborted"), ("stage", "admin"), ("stage", "gap"))
MOST_TERMS = 50
LONGEST = 256


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice of records. `chosen` are names of an address with their values, in the order in which they were chosen;
    times are as somebody said them, `now_ms` is when."""

    chosen: tuple[tuple[str, str], ...] = ()
    words: str = ""
    since: str = ""
    until: str = ""
    now_ms: int = 0

    @property
    def query(self) -> Query:
        """What the index is asked. Errors: ValueError for a time that is none."""
        bare = self.bare_query
        is_told = any(kind in ("stage", "id") for kind, _ in bare.terms)
        return bare if is_told else replace(bare, terms=(*bare.terms, *TOLD))

    @property
    def bare_query(self) -> Query:
        """The same, whatever the stage of a record: what is told only when asked for has no facets. Errors: as
        `query`."""
        terms: list[Term] = [(KINDS[name], value) for name, value in self.chosen]
        since_ms = moment_ms(self.since, self.now_ms) if self.since else 0
        until_ms = moment_ms(self.until, self.now_ms) if self.until else LATEST_MS
        return Query(tuple(terms), spoken([self.words]), since_ms, until_ms)

    @property
    def is_open(self) -> bool:
        """Whether it narrows nothing."""
        return not (self.chosen or self.words or self.since or self.until)

    def values(self, name: str) -> tuple[str, ...]:
        return tuple(value for known, value in self.chosen if known == name)

    def having(self, name: str, value: str) -> Filter:
        """Return the filter narrowed to a value."""
        return self if (name, value) in self.chosen else replace(self, chosen=(*self.chosen, (name, value)))

    def without(self, name: str, value: str | None = None) -> Filter:
        """Return the filter without a value, or without any of a name."""
        left = (each for each in self.chosen if each[0] != name or value not in (None, each[1]))
        return replace(self, chosen=tuple(left))

    def between(self, since: str = "", until: str = "") -> Filter:
        return replace(self, since=since, until=until)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """The names and values of its address."""
        said = ((WORDS, self.words), (SINCE, self.since), (UNTIL, self.until))
        return (*self.chosen, *((name, value) for name, value in said if value))

    def address(self, path: str, *more: tuple[str, str]) -> str:
        """Return the address of a page narrowed so."""
        pairs = (*self.pairs, *more)
        return f"{path}?{urlencode(pairs)}" if pairs else path


def filter_of(pairs: Pairs, now_ms: int) -> Filter:
    """Return the filter in an address; a name without a value chooses nothing.

    Errors: ValueError for a time that is none, for words without a letter, and for more than anybody would choose.
    """
    given = [(name, value.strip()) for name, value in pairs if value.strip()]
    last = dict(given)
    chosen = tuple(dict.fromkeys((name, value) for name, value in given if name in KINDS))
    if len(chosen) > MOST_TERMS or any(len(value) > LONGEST for _, value in given):
        raise ValueError(f"expected at most {MOST_TERMS} values, of {LONGEST} characters each")
    found = Filter(chosen, last.get(WORDS, ""), last.get(SINCE, ""), last.get(UNTIL, ""), now_ms)
    if bool(found.query.words) != bool(found.words):
        raise ValueError(f"{found.words!r} holds no word; expected letters or digits")
    return found
