"""Following a trail: where somebody stands in it, which records are for them, and how these are told as events.

A place is the last number of every chain. It is the id of each event, so that whoever lost the connection goes on where
they were. Source: HTML, server-sent events (9.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import orjson

from gateway.audit.entries import Term, entry_of
from gateway.audit.search import Query
from gateway.contract.model import JsonObject
from gateway.inspector.rows import row

Heads = Mapping[str, int]
"""The last number of every chain."""

BEAT = b":\n\n"
RETRY = b"retry: 2000\n\n"
_MOST_CHAINS = 1024
_HEAD = re.compile(r"(?P<chain>[A-Za-z0-9_.-]{1,128}):(?P<seq>[0-9]{1,15})")
# Terms that stand in a record as a string of their own.
_SPELLED = frozenset(
    {"principal", "action", "operation", "resource", "mode", "origin", "scope", "project", "from", "method", "id"}
)


def place_of(heads: Heads) -> str:
    """Return a place as a word for an address or the id of an event."""
    return ",".join(f"{chain}:{seq}" for chain, seq in sorted(heads.items()))


def heads_of(place: str) -> dict[str, int]:
    """Return what a place says. Errors: ValueError for what is no place."""
    parts = place.split(",") if place else []
    found = [_HEAD.fullmatch(part) for part in parts]
    if len(parts) > _MOST_CHAINS or not all(found):
        raise ValueError("expected a place in the trail, like gw-1:42")
    return {match["chain"]: int(match["seq"]) for match in found if match}


@dataclass(frozen=True, slots=True)
class Told:
    """A record as those who follow hear it, and what they choose it by."""

    chain: str
    seq: int
    record: JsonObject

    def event(self, heads: Heads) -> bytes:
        return event("record", row(self.record).as_json(), place_of({**heads, self.chain: self.seq}))


def event(name: str, data: JsonObject, place: str) -> bytes:
    """Return an event. Its data is one line, whatever stands in it."""
    return b"event: %s\nid: %s\ndata: %s\n\n" % (name.encode(), place.encode(), orjson.dumps(data))


class Wish:
    """What somebody who follows wants. Most lines are told to be of no use by a look at their bytes."""

    def __init__(self, query: Query) -> None:
        self._query = query
        self._needles = tuple(filter(None, (_needles(terms) for terms in query.alternatives)))
        self._is_choosy = bool(query.words or {kind for kind, _ in query.terms} - {"stage"})

    def may_want(self, line: bytes) -> bool:
        for needles in self._needles:
            for needle in needles:
                if needle in line:
                    break
            else:
                return False
        return True

    def count(self, lines: bytes, end: int) -> int:
        """Return how many lines before a place may be wanted; where nearly all are, they are not looked at."""
        if not self._is_choosy:
            return lines.count(b"\n", 0, end)
        return sum(map(self.may_want, lines[:end].split(b"\n")[:-1]))

    def wants(self, record: JsonObject) -> bool:
        return self._query.fits(entry_of(record))


def _needles(terms: Iterable[Term]) -> tuple[bytes, ...]:
    """Return what a line has to hold for one of some terms, nothing when that cannot be told from its bytes."""
    needles = [_needle(*term) for term in terms]
    return tuple(needle for needle in needles if needle) if all(needles) else ()


def _needle(kind: str, word: str) -> bytes:
    spelled = orjson.dumps(word.encode("utf-8", "replace").decode())
    if kind in ("stage", "chain"):
        return b'"%s":%s' % (kind.encode(), spelled)
    if kind == "status":
        return b'"status":%s' % word.removesuffix("xx").encode("utf-8", "replace")
    return spelled if kind in _SPELLED or (kind == "decision" and word != "none") else b""
