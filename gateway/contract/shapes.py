"""Models compiled into shapes: what the walk over a request needs to know, read from the declarations once.

Nothing about a member is said twice: names, rules, faults and marks all come from the model's field types.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from types import NoneType
from typing import Any, Final, get_args

from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo

from gateway.contract.faults import Fault
from gateway.contract.fields import PATH_TYPES, AnyQuery, Body, Documented, Mark, metadata_of, model_of
from gateway.contract.model import JsonValue, Operation, Remark, Severity
from gateway.contract.rules import ObjectRule, Rule, VolumeTypes

Judge = Callable[[JsonValue], Sequence[Remark]]


@dataclass(frozen=True, slots=True)
class Member:
    """One declared member. `name` begins the ids of its rules; `names` are its spellings on the wire; `null` is what
    becomes of a null, None: it passes; `shape` is what the object in it looks like, where it is one; `judges` are those
    of the rules."""

    name: str
    names: tuple[str, ...]
    required: bool
    null: Severity | None
    rules: tuple[Rule, ...]
    fault: Fault | None
    marks: frozenset[Mark]
    shape: Shape | None = None
    judges: tuple[Judge, ...] = field(default=(), repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Shape:
    """The members of an object, by wire name and in the order of the reference, and the rules about several of them.
    `required` are the spellings of each member that has to be there. An `is_open` shape documents nothing, so that no
    member is unknown to it."""

    members: Mapping[str, Member]
    ordered: tuple[Member, ...]
    required: tuple[tuple[str, ...], ...]
    rules: tuple[ObjectRule, ...]
    is_open: bool


STANDARD_TYPES: Final = VolumeTypes()


@cache
def shape_of(model: type[BaseModel], types: VolumeTypes = STANDARD_TYPES) -> Shape:
    """Return the shape of a model, compiled on first use. `types` are the disk types that the region has."""
    members = tuple(_member(name, info, types) for name, info in model.model_fields.items())
    return Shape(
        members={name: member for member in members for name in member.names},
        ordered=members,
        required=tuple(member.names for member in members if member.required),
        rules=model.rules if issubclass(model, Body) else (),
        is_open=issubclass(model, AnyQuery),
    )


def is_opaque(operation: Operation) -> bool:
    """True when nothing is documented about query and body, so that neither is checked (reference-notes 47)."""
    return operation.query is AnyQuery


def _member(name: str, info: FieldInfo, types: VolumeTypes = STANDARD_TYPES) -> Member:
    metadata = (*info.metadata, *metadata_of(info.annotation))
    nested = model_of(info.annotation)
    declared = (each for each in metadata if isinstance(each, Rule))
    rules = tuple(types if isinstance(each, VolumeTypes) else each for each in declared)
    return Member(
        name=name.replace("_", "-"),
        names=_wire_names(name, info),
        required=info.is_required(),
        null=_null(info.annotation, metadata),
        rules=rules,
        fault=next((each.fault for each in metadata if isinstance(each, Documented)), None),
        marks=frozenset(each for each in metadata if isinstance(each, Mark)),
        shape=shape_of(nested, types) if nested else None,
        judges=tuple(rule.judge for rule in rules),
    )


def _wire_names(name: str, info: FieldInfo) -> tuple[str, ...]:
    if isinstance(info.validation_alias, AliasChoices):
        return tuple(str(choice) for choice in info.validation_alias.choices)
    return (info.alias or name,)


def _null(annotation: Any, metadata: tuple[Any, ...]) -> Severity | None:
    if NoneType not in get_args(annotation):
        return Severity.REJECT
    return None if Mark.NULL_IS_ABSENT in metadata else Severity.WARN


def _path_members() -> Iterator[tuple[str, Member]]:
    for name, annotation in PATH_TYPES.items():
        yield name, _member(name, FieldInfo.from_annotation(annotation))


PATH_MEMBERS: Final[Mapping[str, Member]] = dict(_path_members())
