"""What an exchange has behind it: the set of recorded writes that its answer reflects, its gate.

A set, not a counter: another interleaving of the same clients has the same count with other things (replay trial,
point 6). A write touches tags: things, collections and quotas. A read depends on the thing it shows, or else on its
collection; a write that names a thing stands behind a gate as a read does. Only writes that were carried out count,
from their completion. The rules are a table over what an operation is about and what it does to it (rule 3.3).

The set is kept per tag, where it is the first n writes in order of their completion; see the module `index`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Protocol

from gateway.cassette.index import EVERY_WRITE, When
from gateway.cassette.key import Keyed
from gateway.cassette.kinds import IS_ALIAS, IS_UUID, STEADY
from gateway.cassette.lineage import Entry, Lineage, things_in
from gateway.contract.model import Effect, Operation, Resource

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


@dataclass(frozen=True, slots=True)
class Write:
    """A recorded write that was carried out, as far as gates depend on it: its place, when it was complete, and the
    things it names."""

    at: int
    ended: When
    operation: Operation | None
    project: str | None
    named: tuple[str, ...]


def write_of(entry: Entry) -> Write:
    """Return the write of an entry."""
    keyed, exchange = entry.keyed, entry.exchange
    return Write(entry.at, (exchange.completed_at, entry.at), keyed.operation, keyed.project, _named(entry))


def touched(write: Write, origin: Lineage) -> set[str]:
    """Return every tag that a write changes."""
    operation = write.operation
    touch = TOUCHES.get((operation.resource, operation.effect), EVERYTHING) if operation else EVERYTHING
    things = {*origin.issued.get(write.at, ()), *write.named}
    parents = {origin.parent.get(thing, thing) for thing in things} if touch.parent else set()
    children = {child for thing in things for child in origin.family(thing)} if touch.children else set()
    projects = {write.project or ""}
    if touch.every_project:
        projects |= {each for thing in things | parents for each in origin.projects.get(thing, ())}
    lists = {_collection(resource, project) for project in projects for resource in touch.lists}
    quotas = {_quota(project) for project in projects} if touch.quota else set()
    return {EVERY_WRITE} | things | parents | children | lists | quotas


class Around(Protocol):
    """What is known of a recording that a request may depend on."""

    @property
    def projects(self) -> tuple[str, ...]: ...

    def children(self, thing: str) -> Sequence[str]:
        """Return the snapshots and transfers of a disk."""
        ...


def depends(keyed: Keyed, index: Around) -> tuple[str, ...]:
    """Return the tags whose writes change what a request depends on."""
    return tuple(dict.fromkeys([*_depends(keyed, index)]))


def _named(entry: Entry) -> tuple[str, ...]:
    keyed = entry.keyed
    if keyed.operation is None:
        return (*keyed.ids, *things_in(entry.exchange.response.body.decode("utf-8", "replace")))
    return (keyed.target,) if keyed.target is not None else ()


def _depends(keyed: Keyed, index: Around) -> Iterator[str]:
    operation, project = keyed.operation, keyed.project or ""
    if operation is not None and (operation.resource in UNCHANGING or operation.effect is Effect.ISSUE):
        return
    if keyed.target is not None and IS_ALIAS.fullmatch(keyed.target):
        yield keyed.target
        yield from index.children(keyed.target) if keyed.is_write else ()
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
        yield from (_collection(operation.resource, each) for each in (index.projects if everywhere else (project,)))


def is_creation(keyed: Keyed) -> bool:
    """True for a write that names nothing in its path: it is answered in recorded order, its gate only a hint."""
    return keyed.is_write and keyed.target is None


def _is_steady(keyed: Keyed) -> bool:
    return not STEADY.isdisjoint(dict(keyed.parts).get("path", "").split("/"))


def _collection(resource: Resource, project: str) -> str:
    return f"{resource.value} list {project}"


def _quota(project: str) -> str:
    return f"quota {project}"
