"""What a request needs: its API actions in the order of A.5, each with the resource it is needed on.

Here the contract's open cases are decided for enforcement (policy-format rules 1, 5 and 12): what A.5 does not list
needs no action but a disk's details, and a new disk from several sources needs what each of them needs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import NamedTuple

from gateway.access.principals import Principal
from gateway.access.reading import members_of
from gateway.access.resources import Thing
from gateway.access.values import Nothing
from gateway.access.words import folded
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import Effect, JsonValue, Match, Operation, Resource
from gateway.contract.required import SOURCES

# The action of operations for which A.5 says None: only `*` and NotAction cover it.
NO_ACTION = ""

# Reference-notes 46: the details of a disk need the same everywhere; jobs and the identity calls need no action.
_BEYOND_A5: Mapping[Resource, tuple[str, ...]] = MappingProxyType({Resource.VOLUME: ("evs:volumes:get",)})

# Which type of resource an action is about; an action that is not here carries none.
_TYPES: Mapping[str, str] = MappingProxyType(
    {"evs:volumes": "volume", "evs:snapshots": "snapshot", "evs:transfers": "transfer", "ims:images": "image"}
)
_LISTS = "list"


class Need(NamedTuple):
    """An action that a request needs, with the resource; None for an action that carries no resource."""

    action: str
    thing: Thing | None

    @property
    def resource(self) -> str | None:
        return self.thing.urn if self.thing else None


@dataclass(frozen=True, slots=True)
class Target:
    """The disk or snapshot whose state decides about a request."""

    resource: Resource
    id: str


def actions_of(match: Match) -> tuple[str, ...]:
    """Return the actions a request needs, none where it needs no action."""
    operation = match.operation
    if operation.actions_by_source:
        return _by_source(operation, match)
    if operation.actions is not None:
        return operation.actions
    return _BEYOND_A5.get(operation.resource, ())


@cache
def known_actions() -> frozenset[str]:
    """Return every action that some request can need."""
    found = {NO_ACTION}
    for operation in CATALOGUE.operations:
        found.update(operation.actions or _BEYOND_A5.get(operation.resource, ()))
        for actions in operation.actions_by_source.values():
            found.update(actions)
    return frozenset(found)


@cache
def usual_actions(operation_id: str) -> tuple[str, ...]:
    """Return the actions that requests of an operation need whatever is in them, none for one that is not known."""
    operation = CATALOGUE.by_id.get(operation_id)
    if operation is None:
        return ()
    return operation.actions or _BEYOND_A5.get(operation.resource, ())


def takes_resource(action: str) -> bool:
    """True when an action is needed on a resource that has a name."""
    return action.rpartition(":")[0] in _TYPES and not action.endswith(f":{_LISTS}")


def needs_of(match: Match, actions: tuple[str, ...], principal: Principal, region: str) -> list[Need]:
    """Return what a request that needs some actions needs them on; the empty action alone where it needs none."""
    account = None if principal.domain_id is None else folded(principal.domain_id)
    things: dict[str, Thing] = {}
    needs = []
    for action, service, kind, creates in _plan(match.operation, actions):
        if kind is None:
            needs.append(Need(action, None))
            continue
        thing = things.get(kind)
        if thing is None:
            name = _named(kind, creates, match)
            thing = things[kind] = Thing(service, region, account, kind, name, creates and name is None)
        needs.append(Need(action, thing))
    return needs


def target_of(match: Match) -> Target | None:
    """Return what to look up for a request: what its path names, the disk that a rollback writes over, or the snapshot
    that decides the size of a new disk. None where there is nothing to look up."""
    values, members = match.path_values, members_of(match)
    body = {} if isinstance(members, Nothing) else members
    disk = values.get("volume_id")
    if match.operation.effect is Effect.ROLLBACK:
        disk = _word(body.get("volume_id"))
    snapshot = values.get("snapshot_id")
    if _creates(match.operation, "volume") and body.get("size") is None:
        snapshot = _word(body.get("snapshot_id"))
    if disk:
        return Target(Resource.VOLUME, disk)
    return Target(Resource.SNAPSHOT, snapshot) if snapshot else None


def _by_source(operation: Operation, match: Match) -> tuple[str, ...]:
    """Return the actions of a new disk: of each source given, together; of all when the body cannot be read."""
    members = members_of(match)
    given: tuple[str, ...] = _EVERY_SOURCE
    if members is not Nothing.UNRESOLVED:
        body = {} if isinstance(members, Nothing) else members
        given = tuple([name for name in SOURCES if body.get(name) is not None])
    key = operation.id, given
    found = _BY_SOURCES.get(key)
    if found is None:
        found = _BY_SOURCES[key] = _of_sources(operation, given)
    return found


# The actions of a new disk by operation and given sources; there are few of either.
_BY_SOURCES: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
_EVERY_SOURCE = ("*",)


def _of_sources(operation: Operation, given: tuple[str, ...]) -> tuple[str, ...]:
    if given == _EVERY_SOURCE:
        variants = tuple(operation.actions_by_source)
    else:
        variants = tuple(SOURCES[name] or "empty" for name in given) or ("empty",)
    lists = [operation.actions_by_source[variant] for variant in dict.fromkeys(variants)]
    return lists[0] if len(lists) == 1 else _merged(lists)


def _merged(lists: list[tuple[str, ...]]) -> tuple[str, ...]:
    """Return the actions of several lists, none twice, each where it stands latest."""
    latest: dict[str, int] = {}
    for actions in lists:
        for at, action in enumerate(actions):
            latest[action] = max(at, latest.get(action, 0))
    return tuple(sorted(latest, key=lambda action: latest[action]))


# What is the same for all requests of an operation with the same source: action, service, type, and whether the request
# makes a thing of the type.
_Planned = tuple[str, str, str | None, bool]
_PLANS: dict[tuple[str, tuple[str, ...]], tuple[_Planned, ...]] = {}


def _plan(operation: Operation, actions: tuple[str, ...]) -> tuple[_Planned, ...]:
    key = operation.id, actions
    found = _PLANS.get(key)
    if found is None:
        found = _PLANS[key] = tuple(each for action in actions or (NO_ACTION,) for each in _planned(action, operation))
    return found


def _planned(action: str, operation: Operation) -> Iterator[_Planned]:
    if not takes_resource(action):
        yield action, "", None, False
        return
    service, kind, _ = action.split(":")
    own = _TYPES[f"{service}:{kind}"]
    # Giving a disk away concerns the disk as much as the transfer (rule 5).
    if operation.resource is Resource.TRANSFER and _creates(operation, own):
        yield action, service, "volume", False
    yield action, service, own, _creates(operation, own)


def _creates(operation: Operation, kind: str) -> bool:
    return operation.effect is Effect.CREATE and operation.resource.value == kind


_MEMBERS: Mapping[str, str] = MappingProxyType({"image": "imageRef"})


def _named(kind: str, creates: bool, match: Match) -> str | None:
    """Return the id by which a request names a thing of a kind; None for a new thing and for an unknown one."""
    in_path = match.path_values.get(f"{kind}_id")
    if in_path is not None or creates:
        return in_path
    members = members_of(match)
    return None if isinstance(members, Nothing) else _word(members.get(_MEMBERS.get(kind, f"{kind}_id")))


def _word(value: JsonValue) -> str | None:
    return value if isinstance(value, str) and value else None
