"""Which recorded exchanges came from one client: connections joined by the ids they name in paths and bodies.

Not by the ids in queries, for markers run through the disks of strangers (replay trial, rule 3.3).
"""

from __future__ import annotations

from collections import Counter

from gateway.cassette.kinds import OWNED, kind_of
from gateway.cassette.lineage import Entry, Lineage


class Actors:
    """The clients of a recording, as small numbers."""

    def __init__(self, entries: list[Entry], origin: Lineage) -> None:
        self._parent: dict[str, str] = {}
        self._connections = {f"connection {entry.exchange.connection}" for entry in entries}
        for entry in entries:
            here = f"connection {entry.exchange.connection}"
            self._find(here)
            for thing in (*entry.keyed.ids, *origin.issued.get(entry.at, ())):
                if kind_of(thing) in OWNED:
                    self._join(here, thing)
        roots = dict.fromkeys(self._find(each) for each in list(self._parent))
        self._number = {root: number for number, root in enumerate(roots)}
        self.count = len(roots)
        exchanges = Counter(self.of_entry(entry) for entry in entries)
        connections = Counter(self._number[self._find(each)] for each in self._connections)
        self._restless = {actor for actor, made in connections.items() if made > 1 and made * 2 > exchanges[actor]}

    def of_entry(self, entry: Entry) -> int:
        return self._number[self._find(f"connection {entry.exchange.connection}")]

    def is_restless(self, actor: int) -> bool:
        """True for a client that opens about a connection per request: a new one of those is no new client."""
        return actor in self._restless

    def of_things(self, things: tuple[str, ...]) -> int | None:
        """Return the actor that has one of the things for its own, None when none of them is known."""
        for thing in things:
            if thing in self._parent:
                return self._number[self._find(thing)]
        return None

    def _find(self, each: str) -> str:
        while self._parent.setdefault(each, each) != each:
            self._parent[each] = self._parent[self._parent[each]]
            each = self._parent[each]
        return each

    def _join(self, one: str, other: str) -> None:
        self._parent[self._find(other)] = self._find(one)
