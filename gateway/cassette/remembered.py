"""What a scope remembers, and the same as a document, so that whoever joins it later needs not read all its events.

All of it grows with what a recording holds, never with how much is asked. `used` are the places of the writes answered,
`served` those of them that were carried out, as choosing needs them, `positions` how far polls have come, by the place
of the first answer, `names` a client's names with the recorded ones they stand for, `words` its own words by the write
and path they stood in, `actor_of` the recorded client on a connection, `clocks` how far each client has come, `bearers`
what stands for a token and whether it is a refused one. `past` counts what was before the last reset. `passed` is found
out again where it is not known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from typing import Any

from gateway.cassette.clock import Clock
from gateway.cassette.ids import Mint
from gateway.cassette.index import Index, Recorded, When
from gateway.cassette.leaves import Path
from gateway.cassette.places import Places
from gateway.cassette.progress import Position
from gateway.cassette.reading import Identity, Ids
from gateway.cassette.reports import Tally, ranges_of
from gateway.cassette.served import Served
from gateway.contract.model import JsonObject, JsonValue


class Memory:
    """The state of one scope."""

    def __init__(self, identity: Identity, generation: int = 0) -> None:
        self.identity = identity
        self.tally = Tally()
        self.past = Tally()
        self.bearers: dict[str, bool] = {}
        self.begin(generation)

    def begin(self, generation: int) -> None:
        """Forget all but the counts and the tokens."""
        self.generation = generation
        self.began_at: float | None = None
        self.served = Served()
        self.passed: dict[tuple[int, int | None], When] = {}
        self.used = Places()
        self.positions: dict[int, Position] = {}
        self.names: dict[str, list[str]] = defaultdict(list)
        self.bound: set[str] = set()
        self.actor_of: dict[str, int] = {}
        self.actors: set[int] = set()
        self.clocks: dict[int | None, Clock] = {}
        self.words: dict[tuple[int, Path], str] = {}
        self.tokens = 0
        identity = self.identity
        self.ids = Ids(identity, Mint.of(identity.seed, identity.name, str(generation)))

    def name(self, live: str, recorded: str) -> None:
        """Let a client's name stand for a recorded one."""
        self.bound.add(recorded)
        if recorded not in self.names[live]:
            self.names[live].insert(0, recorded)

    def use(self, write: Recorded, index: Index) -> None:
        """Note that a write was answered."""
        self.used.add(write.at)
        if write.changes:
            self.served.add(write, index.touches(write.at))
            self.actors.add(write.actor)

    def document(self) -> JsonObject:
        """Return all of it as JSON."""
        ids = self.ids
        kinds: list[JsonValue] = [*sorted(ids.presented)]
        values: list[Any] = [[alias, value, alias in ids.met] for alias, value in ids.values.items()]
        return {
            "generation": self.generation,
            "began_at": self.began_at,
            "used": _ranges(self.used),
            "positions": [[track, at.run, at.served] for track, at in self.positions.items()],
            "names": [[live, list(recorded)] for live, recorded in self.names.items()],
            "connections": dict(self.actor_of),
            "clocks": [[client, c.latest, c.anchor_s, c.anchored_at] for client, c in self.clocks.items()],
            "words": [[place, list(path), word] for (place, path), word in self.words.items()],
            "tokens": self.tokens,
            "values": values,
            "named": {kind: _ranges(numbers) for kind, numbers in ids.named.items()},
            "presented": kinds,
            "bearers": dict(self.bearers),
            "counts": _counts(self.tally),
            "past": _counts(self.past),
        }

    def restore(self, document: Any, index: Index) -> None:
        """Become what a document says."""
        self.begin(document["generation"])
        self.began_at = document["began_at"]
        for place in _numbers(document["used"]):
            self.use(index.recorded(place), index)
        self.positions = {track: Position(run, served) for track, run, served in document["positions"]}
        self.names.update(document["names"])
        self.bound = {name for _, recorded in document["names"] for name in recorded}
        self.actor_of = document["connections"]
        self.clocks = {client: Clock(*values) for client, *values in document["clocks"]}
        self.words = {(place, tuple(path)): word for place, path, word in document["words"]}
        self.tokens = document["tokens"]
        self.ids.presented = frozenset(document["presented"])
        self.ids.know(tuple((alias, value) for alias, value, _ in document["values"]))
        self.ids.named = {kind: Places(_numbers(ranges)) for kind, ranges in document["named"].items()}
        self.ids.met = {alias for alias, _, met in document["values"] if met}
        self.bearers = document["bearers"]
        self.tally, self.past = _tally(document["counts"]), _tally(document["past"])


def _counts(tally: Tally) -> JsonObject:
    return {**asdict(replace(tally, seen=Places())), "seen": _ranges(tally.seen)}


def _tally(counts: Any) -> Tally:
    return Tally(**{**counts, "seen": Places(_numbers(counts["seen"]))})


def _ranges(numbers: Iterable[int]) -> list[Any]:
    return [list(each) for each in ranges_of(numbers)]


def _numbers(ranges: Any) -> Iterator[int]:
    for first, last in ranges:
        yield from range(first, last + 1)
