"""The field types of which request and query models are made: a Python type, its rules and its documented fault.

`Annotated` carries, beside the rules of `gateway.contract.rules`: `Documented(FAULT)`, what the reference answers when
the field is wrong; `CLIENT_CHOSEN`, the client picks the value freely; `NULL_IS_ABSENT`, null is shown or allowed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from types import UnionType
from typing import Annotated, Any, Final, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict

from gateway.contract import faults
from gateway.contract.faults import Fault
from gateway.contract.model import JsonValue, Operation
from gateway.contract.rules import (
    AtMostBytes,
    Between,
    Characters,
    Empty,
    Flag,
    JsonText,
    LimitText,
    NotEmpty,
    Object,
    OffsetText,
    OneOf,
    Severity,
    Spelled,
    Text,
    Trimmed,
    Truth,
    Unsupported,
    Uuid,
    Whole,
    whole_number,
)


class Mark(Enum):
    """What a field type says about a field besides its rules."""

    CLIENT_CHOSEN = "client-chosen"
    NULL_IS_ABSENT = "null-is-absent"


CLIENT_CHOSEN: Final = Mark.CLIENT_CHOSEN
NULL_IS_ABSENT: Final = Mark.NULL_IS_ABSENT


@dataclass(frozen=True, slots=True)
class Documented:
    """Binds a field to the fault that the reference assigns to a wrong value in it."""

    fault: Fault


class Body(BaseModel):
    """A request body or an object in it. Unknown members are kept: they only warn (reference-notes 38)."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)


class Query(BaseModel):
    """The query parameters of an operation. Unknown ones are kept: they only warn (reference-notes 38)."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)


def _cut(value: JsonValue) -> JsonValue:
    """Return the integral part where there is one, so that a model reads decimals as the service does."""
    number = whole_number(value)
    return value if number is None else number


Cut = BeforeValidator(_cut)
Metadata = dict[str, Any]

String = Annotated[str, Text()]
Id = Annotated[str, Text(), Uuid()]
SourceId = Annotated[str, Text(), NULL_IS_ABSENT]
Boolean = Annotated[bool, Flag()]
Integer = Annotated[int, Cut, Whole()]
AnyObject = Annotated[dict[str, Any], Object()]
EmptyObject = Annotated[dict[str, Any], Empty(), NULL_IS_ABSENT]

Name = Annotated[str, Text(), AtMostBytes(255), Documented(faults.VOLUME_NAME), CLIENT_CHOSEN]
Description = Annotated[str, Text(), AtMostBytes(255), Documented(faults.VOLUME_DESCRIPTION), CLIENT_CHOSEN]
SnapshotName = Annotated[str, Text(), AtMostBytes(255), CLIENT_CHOSEN]
SnapshotDescription = Annotated[str, Text(), AtMostBytes(255), CLIENT_CHOSEN]
FreeMetadata = Annotated[Metadata, Object(), CLIENT_CHOSEN]

SizeCut = Annotated[int, Cut, Whole(decimals=True), Between(1, 32768, " GB"), Documented(faults.VOLUME_SIZE)]
Size = Annotated[int, Cut, Whole(), Between(1, 32768, " GB"), Documented(faults.VOLUME_SIZE)]
NewSizeCut = Annotated[int, Cut, Whole(decimals=True), Between(1, 32768, " GB"), Documented(faults.NEW_SIZE)]
NewSize = Annotated[int, Cut, Whole(), Between(1, 32768, " GB"), Documented(faults.NEW_SIZE)]
Count = Annotated[int, Cut, Whole(decimals=True), Between(1, 100), Documented(faults.VOLUME_COUNT)]
VolumeType = Annotated[
    str,
    Text(),
    NotEmpty(Severity.REJECT),
    OneOf(("SSD", "SAS"), tolerated=("SATA",)),
    Documented(faults.VOLUME_TYPE),
]
Zone = Annotated[str, Text(), NotEmpty(Severity.REJECT), Documented(faults.AVAILABILITY_ZONE)]
Shareable = Annotated[str, Truth(), Documented(faults.SHAREABLE)]

UnsupportedSource = Annotated[str, Text(), Unsupported(), NULL_IS_ABSENT]
VolumeName = Annotated[str, Text(), AtMostBytes(255), Documented(faults.VOLUME_NAME)]
NullableDescription = Annotated[str, Text(), AtMostBytes(255), CLIENT_CHOSEN, NULL_IS_ABSENT]
TransferName = Annotated[str, Text(), AtMostBytes(255), CLIENT_CHOSEN]
AuthKey = Annotated[str, Text(), NotEmpty()]

DiskFormat = Annotated[str, Text(), OneOf(("vhd", "zvhd", "zvhd2", "raw", "qcow2"))]
ContainerFormat = Annotated[str, Text(), OneOf(("ami", "ari", "aki", "ovf", "bare"))]
OsType = Annotated[str, Text(), OneOf(("windows", "linux"))]
ImageName = Annotated[str, Text(), Characters(1, 128), Trimmed()]
HostName = Annotated[str, Text(), AtMostBytes(255)]
Mode = Annotated[str, Text(), OneOf(("rw", "ro"))]

NameFilter = Annotated[str, AtMostBytes(255), Documented(faults.VOLUME_NAME)]
VolumeMarker = Annotated[str, Uuid(Severity.REJECT), Documented(faults.FILTER_MARKER)]
Marker = Annotated[str, Uuid()]
StatusFilter = Annotated[str, NotEmpty()]
ZoneFilter = Annotated[str, NotEmpty(), Documented(faults.FILTER_ZONE)]
SortKey = Annotated[str, OneOf(("id", "status", "size", "created_at")), Documented(faults.SORT_KEY)]
SortDirection = Annotated[str, OneOf(("desc", "asc")), Documented(faults.SORT_DIR)]
MetadataFilter = Annotated[str, JsonText(), Documented(faults.METADATA_FILTER)]
CustomLimit = Annotated[int, LimitText(faults.FILTER_LIMIT, faults.FILTER_LIMIT)]
Limit = Annotated[int, LimitText(faults.LIMIT_INTEGER, faults.LIMIT_POSITIVE)]
Offset = Annotated[int, OffsetText(Severity.REJECT, Severity.WARN), Documented(faults.OFFSET_INTEGER)]
SnapshotOffset = Annotated[int, OffsetText(Severity.WARN, None), Documented(faults.OFFSET_INTEGER)]
Cascade = Annotated[bool, Spelled(("true", "false"))]
Usage = Annotated[bool, Spelled(("true", "True"))]


def members_of(annotation: Any) -> Iterator[Any]:
    """Yield the metadata of an annotation, from inside optional types too."""
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        yield from members_of(inner)
        yield from metadata
    elif get_origin(annotation) in (Union, UnionType):
        for each in get_args(annotation):
            yield from members_of(each)


def model_of(annotation: Any) -> type[BaseModel] | None:
    """Return the model an annotation names, from inside annotated and optional types too, or None."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    if get_origin(annotation) in (Annotated, Union, UnionType):
        return next((model for each in get_args(annotation) if (model := model_of(each))), None)
    return None


def is_mapping(annotation: Any) -> bool:
    """True when an annotation is an object with free keys, from inside annotated and optional types too."""
    if get_origin(annotation) in (Annotated, Union, UnionType):
        return any(is_mapping(each) for each in get_args(annotation))
    return get_origin(annotation) is dict


def client_chosen(operation: Operation) -> frozenset[tuple[str, ...]]:
    """Return the JSON paths of an operation's body whose values the client picks freely; "*" is any key."""
    return frozenset(_chosen(operation.request, ())) if operation.request else frozenset()


def _chosen(model: type[BaseModel], path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    for name, info in model.model_fields.items():
        here = (*path, info.alias or name)
        nested = model_of(info.annotation)
        if nested is not None:
            yield from _chosen(nested, here)
        elif CLIENT_CHOSEN in (*info.metadata, *members_of(info.annotation)):
            yield (*here, "*") if is_mapping(info.annotation) else here
