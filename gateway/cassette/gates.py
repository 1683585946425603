"""What an exchange has behind it: the set of recorded writes that its answer reflects, its gate.

A set, not a counter: another interleaving of the same clients has the same count with other things (replay trial,
point 6). A write touches things, collections and quotas; a read depends on the thing it shows, or else on its
collection; a write that names a thing stands behind a gate as a read does. Only writes that were carried out count,
from their completion. The rules are a table over what an operation is about and what it does to it (rule 3.3).

Sets are bits of an integer, one bit a write, so that an exact gate is one comparison.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.cassette.actors import Actors
from gateway.cassette.key import Keyed
from gateway.cassette.kinds import IS_ALIAS, IS_UUID, STEADY
from gateway.cassette.lineage import Entry, Lineage, things_in
from gateway.contract.model import Effect, Resource

LISTED = (Resource.VOLUME, Resource.SNAPSHOT, Resource.TRANSFER)
# What no write of this API changes.
UNCHANGING = frozenset(
    {Resource.VERSION, Resource.TYPE, Resource.EXTENSION, Resource.ZONE, Resource.TOKEN, Resource.PROJECT}
)
ALL_TENANTS = frozenset({"query.all_tenants"})


@dataclass(frozen=True, slots=True)
class Touch:
    """What a write changes beside the thing it names or makes: lists, the quota, the thing's snapshots and transfers,
    the disk it belongs to, and whether this holds in every project that has named the thing."""

    lists: tuple[Resource, ...] = ()
    quota: bool = False
    children: bool = False
    parent: bool = False
    every_project: bool = False


EVERYTHING = Touch(LISTED, quota=True, children=True, parent=True)
TOUCHES: Mapping[tuple[Resource, Effect], Touch] = MappingProxyType(
    {
        (Resource.VOLUME, Effect.CREATE): Touch((Resource.VOLUME,), quota=True),
        (Resource.VOLUME, Effect.UPDATE): Touch((Resource.VOLUME,)),
        (Resource.VOLUME, Effect.EXTEND): Touch((Resource.VOLUME,), quota=True),
        (Resource.VOLUME, Effect.DELETE): Touch((Resource.VOLUME, Resource.SNAPSHOT), quota=True, children=True),
        (Resource.SNAPSHOT, Effect.CREATE): Touch((Resource.SNAPSHOT,), quota=True, parent=True),
        (Resource.SNAPSHOT, Effect.UPDATE): Touch((Resource.SNAPSHOT,), parent=True),
        (Resource.SNAPSHOT, Effect.DELETE): Touch((Resource.SNAPSHOT,), quota=True, parent=True),
        (Resource.SNAPSHOT, Effect.ROLLBACK): Touch((Resource.SNAPSHOT, Resource.VOLUME), parent=True),
        (Resource.TRANSFER, Effect.CREATE): Touch((Resource.TRANSFER, Resource.VOLUME), parent=True),
        (Resource.TRANSFER, Effect.DELETE): Touch((Resource.TRANSFER, Resource.VOLUME), parent=True),
        (Resource.TRANSFER, Effect.ACCEPT): Touch(
            (Resource.TRANSFER, Resource.VOLUME), quota=True, parent=True, every_project=True
        ),
    }
)


class Gates:
    """The gates of a recording."""

    def __init__(self, entries: list[Entry], origin: Lineage, actors: Actors) -> None:
        self._origin = origin
        self._projects = {entry.keyed.project for entry in entries if entry.keyed.project}
        self._touching: dict[str, int] = defaultdict(int)
        self.writes: list[Entry] = [entry for entry in entries if entry.changes]
        self.bit: dict[int, int] = {entry.at: 1 << place for place, entry in enumerate(self.writes)}
        self.own: dict[int, int] = defaultdict(int)
        for entry in self.writes:
            self.own[actors.of_entry(entry)] |= self.bit[entry.at]
            for tag in self._touched(entry):
                self._touching[tag] |= self.bit[entry.at]
        self._before = self._prefixes(entries)

    def relevant(self, keyed: Keyed) -> int:
        """Return every recorded write that changes what this request depends on."""
        writes = 0
        for tag in self._depends(keyed):
            writes |= self._touching.get(tag, 0)
        return writes

    def gate(self, entry: Entry, relevant: int) -> int:
        """Return the writes that were complete when this exchange began, of the relevant ones."""
        return self._before[entry.at] & relevant

    def _prefixes(self, entries: list[Entry]) -> dict[int, int]:
        done, before = 0, {}
        ended = sorted(self.writes, key=lambda write: (write.exchange.completed_at, write.at))
        pending = iter([*ended, None])
        write = next(pending)
        for entry in sorted(entries, key=lambda each: (each.exchange.started_at, each.at)):
            while write is not None and _precedes(write, entry):
                done |= self.bit[write.at]
                write = next(pending)
            before[entry.at] = done
        return before

    def _touched(self, write: Entry) -> Iterator[str]:
        keyed, operation = write.keyed, write.keyed.operation
        touch = TOUCHES.get((operation.resource, operation.effect), EVERYTHING) if operation else EVERYTHING
        things = {*self._origin.issued.get(write.at, ()), *self._named(write)}
        parents = {self._origin.parent.get(thing, thing) for thing in things} if touch.parent else set()
        children = {child for thing in things for child in self._origin.family(thing)} if touch.children else set()
        yield from things | parents | children
        projects = {keyed.project or ""}
        if touch.every_project:
            projects |= {each for thing in things | parents for each in self._origin.projects.get(thing, ())}
        for project in projects:
            yield from (_collection(resource, project) for resource in touch.lists)
            if touch.quota:
                yield _quota(project)

    def _named(self, write: Entry) -> Iterator[str]:
        if write.keyed.operation is None:
            yield from write.keyed.ids
            yield from things_in(write.exchange.response.body.decode("utf-8", "replace"))
        elif write.keyed.target is not None:
            yield write.keyed.target

    def _depends(self, keyed: Keyed) -> Iterator[str]:
        operation, project = keyed.operation, keyed.project or ""
        if operation is not None and (operation.resource in UNCHANGING or operation.effect is Effect.ISSUE):
            return
        if keyed.target is not None and IS_ALIAS.fullmatch(keyed.target):
            yield from self._origin.family(keyed.target) if keyed.is_write else (keyed.target,)
        elif keyed.target is not None and IS_UUID.fullmatch(keyed.target):
            return
        elif keyed.is_write and keyed.target is None:
            yield from keyed.ids
        elif operation is None and _is_steady(keyed):
            return
        elif operation is None:
            yield from (_collection(resource, project) for resource in LISTED)
            yield _quota(project)
        elif operation.resource is Resource.QUOTA:
            yield _quota(project)
        else:
            everywhere = any(field in ALL_TENANTS for field, _ in keyed.parts)
            yield from (_collection(operation.resource, each) for each in (self._projects if everywhere else [project]))


def is_creation(keyed: Keyed) -> bool:
    """True for a write that names nothing in its path: it is answered in recorded order, its gate only a hint."""
    return keyed.is_write and keyed.target is None


def _is_steady(keyed: Keyed) -> bool:
    return not STEADY.isdisjoint(dict(keyed.parts).get("path", "").split("/"))


def _precedes(write: Entry, entry: Entry) -> bool:
    return (write.exchange.completed_at, write.at) < (entry.exchange.started_at, entry.at)


def _collection(resource: Resource, project: str) -> str:
    return f"{resource.value} list {project}"


def _quota(project: str) -> str:
    return f"quota {project}"
