"""A request as conditions see it: the parts of a match by the names that keys are made of.

A member of the wrong type is UNRESOLVED, not absent: the cloud may still take it, so nobody may get past a Deny by
writing a number as text. Null counts as absent (reference-notes 6). No name of an operation stands here; which members
a request has follows from what its operation is about.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from gateway.access.facts import Facts
from gateway.access.principals import Principal
from gateway.access.values import ABSENT, UNRESOLVED, Nothing, Single, Value
from gateway.contract.model import Effect, JsonValue, Match, Resource
from gateway.contract.required import SOURCES

Members = Mapping[str, JsonValue] | Nothing

# The keys of bodies that are metadata and nothing else.
_METADATA = ("metadata", "meta")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What holds for all requests of a policy set: the region in resource names and the zone of clock times."""

    region: str
    zone: tzinfo = UTC


class Context:
    """One request while it is decided: the values of its keys, each read once."""

    __slots__ = ("_metadata", "action", "around", "facts", "match", "members", "principal", "values")

    def __init__(self, around: Surroundings, principal: Principal, match: Match, facts: Facts) -> None:
        self.around = around
        self.principal = principal
        self.match = match
        self.facts = facts
        self.action = ""
        self.values: dict[str, Value] = {}
        about = members_of(match)
        # Where the body is metadata and nothing else, its names are nobody's members.
        self.members: Members = ABSENT if match.operation.body_key in _METADATA else about
        self._metadata: Members | None = None

    def turn_to(self, action: str) -> None:
        """Go on to the next action of the request; the one key that is about the action is read again."""
        if action != self.action:
            self.action = action
            self.values.pop("g:servicename", None)

    @property
    def creates_disk(self) -> bool:
        operation = self.match.operation
        return operation.effect is Effect.CREATE and operation.resource is Resource.VOLUME

    @property
    def extends(self) -> bool:
        return self.match.operation.effect is Effect.EXTEND

    @property
    def metadata(self) -> Members:
        """The metadata that the body gives."""
        if self._metadata is None:
            self._metadata = self._find_metadata()
        return self._metadata

    def member(self, name: str) -> JsonValue | Nothing:
        """Return a member of the object that the body is about."""
        return self.members if isinstance(self.members, Nothing) else given(self.members.get(name))

    def path(self, variable: str) -> str | Nothing:
        return self.match.path_values.get(variable, ABSENT)

    def named(self, kind: str) -> Value:
        """Return the id of the thing of a kind that path or body name."""
        in_path = self.path(f"{kind}_id")
        return text(self.member(f"{kind}_id")) if isinstance(in_path, Nothing) else in_path

    @property
    def target(self) -> Members:
        """What the look-up found; absent where a request names nothing that could be looked up (rule 2)."""
        if not _has_target(self.match):
            return ABSENT
        return UNRESOLVED if self.facts.target is None or isinstance(self.facts.target, Nothing) else self.facts.target

    def local_time(self) -> datetime:
        return datetime.fromtimestamp(self.facts.at, self.around.zone)

    def _find_metadata(self) -> Members:
        if self.match.operation.body_key in _METADATA:
            return members_of(self.match)
        found = self.member("metadata")
        return found if isinstance(found, Nothing) else found if isinstance(found, dict) else UNRESOLVED


def members_of(match: Match) -> Members:
    """Return the object that the body is about: the one under the operation's key, in either of its spellings."""
    operation, body = match.operation, match.body
    if operation.body_key is None or body is None:
        return ABSENT
    if not isinstance(body, dict):
        return UNRESOLVED
    keys = operation.action_keys
    found = body.get(operation.body_key) if not keys else next((body[key] for key in keys if key in body), None)
    return found if isinstance(found, dict) else ABSENT if found is None else UNRESOLVED


def _has_target(match: Match) -> bool:
    return not match.path_values.keys().isdisjoint(("volume_id", "snapshot_id", "transfer_id"))


def given(value: JsonValue) -> JsonValue | Nothing:
    return ABSENT if value is None else value


def text(value: JsonValue | Nothing) -> str | Nothing:
    """Return a string, or why there is none."""
    if isinstance(value, str | Nothing):
        return value
    return ABSENT if value is None else UNRESOLVED


def whole(value: JsonValue | Nothing) -> int | Nothing:
    """Return a number cut to its integral part, as the services cut it (reference-notes 4)."""
    if value.__class__ is int:
        return value
    if isinstance(value, Nothing) or value is None:
        return ABSENT if value is None else value
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return UNRESOLVED
    return int(value)


def flag(value: JsonValue | Nothing) -> bool | Nothing:
    """Return a truth value, or why there is none."""
    if isinstance(value, bool | Nothing):
        return value
    return ABSENT if value is None else UNRESOLVED


def entry(of: Members | JsonValue, name: str) -> Value:
    """Return the text under a name, whatever its case; two names that differ only in case leave it open (rule 9)."""
    if isinstance(of, Nothing):
        return of
    if not isinstance(of, Mapping):
        return ABSENT if of is None else UNRESOLVED
    found = [value for key, value in of.items() if key.lower() == name.lower()]
    return ABSENT if not found else text(found[0]) if len(found) == 1 else UNRESOLVED


def names(of: Members | JsonValue) -> Value:
    """Return the names in an object; none count as absent."""
    if isinstance(of, Nothing):
        return of
    if not isinstance(of, Mapping):
        return ABSENT if of is None else UNRESOLVED
    return several(tuple(of))


def several(found: tuple[Single, ...]) -> Value:
    return found or ABSENT


def looked_up(context: Context, name: str) -> JsonValue | Nothing:
    """Return a field of the target; one that the look-up did not give is unresolved."""
    target = context.target
    if isinstance(target, Nothing):
        return target
    found = target.get(name)
    return UNRESOLVED if found is None else found


def source_given(members: Mapping[str, JsonValue]) -> bool:
    """True when a new disk has a source that brings a size of its own."""
    return any(members.get(name) is not None for name in SOURCES)
