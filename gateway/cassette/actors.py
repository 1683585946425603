"""Which recorded exchanges came from one client: connections joined by the ids they name in paths and bodies.

Not by the ids in queries, for markers run through the disks of strangers (replay trial, rule 3.3).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from gateway.cassette.kinds import OWNED, kind_of
from gateway.cassette.lineage import Entry, Lineage


class Actors:
    """The clients of a recording, as small numbers. Read in order, then `settle`; holds connections and things."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}
        self._exchanges: Counter[str] = Counter()
        self._connection_of: dict[int, str] = {}
        self._number: dict[str, int] = {}

    def read(self, entry: Entry) -> None:
        connection = entry.exchange.connection
        self._exchanges[connection] += 1
        self._find(_node(connection))
        if entry.changes:
            self._connection_of[entry.at] = connection
        self._join(connection, entry.keyed.ids)

    def settle(self, origin: Lineage) -> None:
        """Join what things tell only now, and number the clients."""
        for at, things in origin.issued.items():
            self._join(self._connection_of[at], things)
        roots = dict.fromkeys(self._find(each) for each in list(self._parent))
        self._number = {root: number for number, root in enumerate(roots)}

    @property
    def count(self) -> int:
        return len(self._number)

    def of_connections(self) -> Mapping[str, int]:
        """Return the client of every connection."""
        return {connection: self.of_connection(connection) for connection in self._exchanges}

    def of_connection(self, connection: str) -> int:
        return self._number[self._find(_node(connection))]

    def of_write(self, at: int) -> int:
        return self.of_connection(self._connection_of[at])

    def of_things(self) -> Mapping[str, int]:
        """Return the client of every thing that somebody has for its own."""
        things = [each for each in self._parent if kind_of(each) in OWNED]
        return {thing: self._number[self._find(thing)] for thing in things}

    def restless(self) -> frozenset[int]:
        """Return the clients that open about a connection per request: a new one of those is no new client."""
        exchanges: Counter[int] = Counter()
        connections: Counter[int] = Counter()
        for connection, count in self._exchanges.items():
            actor = self.of_connection(connection)
            connections[actor] += 1
            exchanges[actor] += count
        return frozenset(actor for actor, made in connections.items() if made > 1 and made * 2 > exchanges[actor])

    def _find(self, each: str) -> str:
        while self._parent.setdefault(each, each) != each:
            self._parent[each] = self._parent[self._parent[each]]
            each = self._parent[each]
        return each

    def _join(self, connection: str, things: tuple[str, ...] | list[str]) -> None:
        here = self._find(_node(connection))
        for thing in things:
            if kind_of(thing) in OWNED:
                self._parent[self._find(thing)] = here = self._find(here)


def _node(connection: str) -> str:
    """Return the node of a connection. No alias looks like it."""
    return f"connection {connection}"
