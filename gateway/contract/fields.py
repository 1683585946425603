"""The field types of which request and query models are made: a Python type, its rules and its documented fault.

`Annotated` carries, beside rules, `Documented(FAULT)`, what the reference answers when the field is wrong, and marks.
A member that may be null is `X | None`: null then warns, or passes with the mark NULL_IS_ABSENT (reference-notes 6).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType, UnionType
from typing import Annotated, Any, ClassVar, Final, Union, get_args, get_origin

from pydantic import BaseModel, BeforeValidator, ConfigDict

from gateway.contract import faults
from gateway.contract.faults import Fault
from gateway.contract.model import JsonValue, Operation, Severity
from gateway.contract.object_rules import Entry, ListedKeys, NotVoid, Pairs
from gateway.contract.query_rules import JsonText, LimitText, OffsetText, Spelled, Version
from gateway.contract.rules import (
    AtMostBytes,
    Between,
    Characters,
    Empty,
    Flag,
    ImageCharacters,
    LinkedClone,
    NoPrefix,
    NotEmpty,
    Object,
    ObjectRule,
    OneOf,
    Text,
    Trimmed,
    Truth,
    Unsupported,
    Uuid,
    VolumeTypes,
    Whole,
    whole_number,
)

# Source: A.3 and A.4, and the spellings that other places print for them (reference-notes 20, 63 and 64).
VOLUME_STATUSES = (
    "creating",
    "available",
    "in-use",
    "error",
    "attaching",
    "detaching",
    "restoring-backup",
    "backing-up",
    "error_restoring",
    "uploading",
    "downloading",
    "extending",
    "error_extending",
    "deleting",
    "error_deleting",
    "rollingback",
    "error_rollback",
    "awaiting-transfer",
    "rollbacking",
    "error_rollbacking",
    "error_detaching",
)
SNAPSHOT_STATUSES = (
    "creating",
    "available",
    "error",
    "deleting",
    "error_deleting",
    "rollbacking",
    "backing-up",
    "rollingback",
)


class Mark(Enum):
    """What a field type says about a field besides its rules.

    The client picks a `CLIENT_CHOSEN` value freely, so a replay does not hold it against a request. Null in a
    `NULL_IS_ABSENT` field is shown or allowed by the reference. A `DECISIVE` query parameter may not be given twice
    with different values (reference-notes 85). A `SECRET` is never shown.
    """

    CLIENT_CHOSEN = "client-chosen"
    NULL_IS_ABSENT = "null-is-absent"
    DECISIVE = "decisive"
    SECRET = "secret"  # noqa: S105 - the mark, not a secret


CLIENT_CHOSEN: Final = Mark.CLIENT_CHOSEN
NULL_IS_ABSENT: Final = Mark.NULL_IS_ABSENT
DECISIVE: Final = Mark.DECISIVE
SECRET: Final = Mark.SECRET


@dataclass(frozen=True, slots=True)
class Documented:
    """Binds a field to the fault that the reference assigns to a wrong value in it."""

    fault: Fault


class Body(BaseModel):
    """A request body or an object in it, with the rules about several of its members. Unknown members are kept:
    they only warn (reference-notes 38)."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)
    rules: ClassVar[tuple[ObjectRule, ...]] = ()


class Query(BaseModel):
    """The query parameters of an operation. Unknown ones are kept: they only warn (reference-notes 38)."""

    model_config = ConfigDict(extra="allow", populate_by_name=True)


class AnyQuery(Query):
    """Any query at all: nothing is documented about it (reference-notes 47)."""


def _cut(value: JsonValue) -> JsonValue:
    """Return the integral part where there is one, so that a model reads decimals as the service does."""
    number = whole_number(value)
    return value if number is None else number


Cut = BeforeValidator(_cut)
Metadata = dict[str, Any]

# Disks and servers have UUIDs; the ids of backups, images and attachments have no documented form (reference-notes 27).
VolumeId = Annotated[str, Text(), NotEmpty(), Uuid(), Documented(faults.VOLUME_ID)]
ServerId = Annotated[str, Text(), NotEmpty(), Uuid()]
AttachmentId = Annotated[str, Text(), NotEmpty()]
GroupId = Annotated[str, Text(), NotEmpty()]
BackupId = Annotated[str, Text(), NotEmpty(), Documented(faults.BACKUP_ID), NULL_IS_ABSENT]
ImageId = Annotated[str, Text(), NotEmpty(), Documented(faults.IMAGE_REF), NULL_IS_ABSENT]
SourceSnapshotId = Annotated[str, Text(), NotEmpty(), Uuid(), Documented(faults.SNAPSHOT_ID), NULL_IS_ABSENT]
UnsupportedSource = Annotated[str, Text(), Unsupported(), NULL_IS_ABSENT]
Boolean = Annotated[bool, Flag()]
# Shown by example only, so that nothing in it refuses (reference-notes 92); it may hold a password.
ShownObject = Annotated[dict[str, Any], Object(Severity.WARN), SECRET]
EmptyObject = Annotated[dict[str, Any], Empty()]

# Disks. Lengths are documented in bytes; sizes are cut to their integral part in the custom API and, with a warning,
# in the other (reference-notes 4).
Name = Annotated[str, Text(), AtMostBytes(255), Documented(faults.VOLUME_NAME), CLIENT_CHOSEN]
TargetName = Annotated[str, Text(), AtMostBytes(255), Documented(faults.VOLUME_NAME)]
Description = Annotated[str, Text(), AtMostBytes(255), Documented(faults.VOLUME_DESCRIPTION), CLIENT_CHOSEN]
Size = Annotated[int, Cut, Whole(), Between(1, 32768, " GB"), Documented(faults.VOLUME_SIZE)]
SizeCut = Annotated[int, Cut, Whole(decimals=True), Between(1, 32768, " GB"), Documented(faults.VOLUME_SIZE)]
NewSize = Annotated[int, Cut, Whole(), Between(1, 32768, " GB"), Documented(faults.NEW_SIZE)]
NewSizeCut = Annotated[int, Cut, Whole(decimals=True), Between(1, 32768, " GB"), Documented(faults.NEW_SIZE)]
Count = Annotated[int, Cut, Whole(decimals=True), Between(1, 100), Documented(faults.VOLUME_COUNT)]
VolumeType = Annotated[
    str,
    Text(),
    NotEmpty(Severity.REJECT),
    VolumeTypes(),
    Documented(faults.VOLUME_TYPE),
]
Zone = Annotated[str, Text(), NotEmpty(Severity.REJECT), Documented(faults.AVAILABILITY_ZONE)]
Shareable = Annotated[str, Truth(), Documented(faults.SHAREABLE)]

# Metadata. 255 bytes are documented for disks, but not for one piece of it and not for snapshots.
_NEW_PAIRS = Pairs(null=Severity.REJECT, long=Severity.REJECT, great=Severity.REJECT)
_PASSTHROUGH = Entry("hw:passthrough", Truth(), faults.PASSTHROUGH)
_FULL_CLONE = Entry("full_clone", LinkedClone(), faults.FULL_CLONE)
_LISTED = ListedKeys(("hw:passthrough", "full_clone"), tolerated=("__system__encrypted", "__system__cmkid"))
NewMetadata = Annotated[Metadata, Object(), _NEW_PAIRS, _PASSTHROUGH, _FULL_CLONE, CLIENT_CHOSEN]
ListedMetadata = Annotated[
    Metadata, Object(), _NEW_PAIRS, _PASSTHROUGH, _FULL_CLONE, _LISTED, Documented(faults.CREATE_VOLUME)
]
VolumeMetadata = Annotated[Metadata, Object(), Pairs(long=Severity.REJECT), CLIENT_CHOSEN]
FreeMetadata = Annotated[Metadata, Object(), Pairs(), CLIENT_CHOSEN]
NewSnapshotMetadata = Annotated[Metadata, Object(), Pairs(null=Severity.REJECT), CLIENT_CHOSEN]
OnePair = Annotated[Metadata, Object(), Pairs(), NotVoid(), CLIENT_CHOSEN]

# Snapshots and transfers.
SnapshotName = Annotated[str, Text(), AtMostBytes(255), NoPrefix("autobk_snapshot_"), CLIENT_CHOSEN]
SnapshotDescription = Annotated[str, Text(), AtMostBytes(255), CLIENT_CHOSEN]
NullableDescription = Annotated[str, Text(), AtMostBytes(255), CLIENT_CHOSEN, NULL_IS_ABSENT]
TransferName = Annotated[str, Text(), AtMostBytes(255), CLIENT_CHOSEN]
AuthKey = Annotated[str, Text(), NotEmpty(), SECRET]

# Actions.
DiskFormat = Annotated[str, Text(), OneOf(("vhd", "zvhd", "zvhd2", "raw", "qcow2"))]
ContainerFormat = Annotated[str, Text(), OneOf(("ami", "ari", "aki", "ovf", "bare"))]
OsType = Annotated[str, Text(), OneOf(("windows", "linux"))]
ImageName = Annotated[str, Text(), Characters(1, 128), Trimmed(), ImageCharacters()]
Mountpoint = Annotated[str, Text(), NotEmpty()]
HostName = Annotated[str, Text(), AtMostBytes(255)]
Mode = Annotated[str, Text(), OneOf(("rw", "ro"))]

# Query parameters.
NameFilter = Annotated[str, AtMostBytes(255), Documented(faults.VOLUME_NAME)]
SnapshotNameFilter = Annotated[str, AtMostBytes(255)]
VolumeMarker = Annotated[str, NotEmpty(), Uuid(Severity.REJECT), Documented(faults.FILTER_MARKER)]
Marker = Annotated[str, NotEmpty(), Uuid()]
VolumeIdFilter = Annotated[str, NotEmpty(), Uuid(), Documented(faults.VOLUME_ID)]
# A status that the tables lack only warns: they lack some that other places name (reference-notes 20, 63 and 64).
VolumeStatus = Annotated[str, OneOf(VOLUME_STATUSES, severity=Severity.WARN)]
SnapshotStatus = Annotated[str, OneOf(SNAPSHOT_STATUSES, severity=Severity.WARN)]
ZoneFilter = Annotated[str, NotEmpty(), Documented(faults.FILTER_ZONE)]
SortKey = Annotated[str, OneOf(("id", "status", "size", "created_at")), Documented(faults.SORT_KEY)]
SortDirection = Annotated[str, OneOf(("desc", "asc")), Documented(faults.SORT_DIR)]
MetadataFilter = Annotated[str, JsonText(), Documented(faults.METADATA_FILTER)]
CustomLimit = Annotated[int, LimitText(faults.FILTER_LIMIT, faults.FILTER_LIMIT), DECISIVE]
Limit = Annotated[int, LimitText(faults.LIMIT_INTEGER, faults.LIMIT_POSITIVE), DECISIVE]
Offset = Annotated[int, OffsetText(Severity.REJECT, Severity.WARN), Documented(faults.OFFSET_INTEGER), DECISIVE]
SnapshotOffset = Annotated[int, OffsetText(Severity.WARN, None), Documented(faults.OFFSET_INTEGER), DECISIVE]
Cascade = Annotated[bool, Spelled(("true", "false")), DECISIVE]
Usage = Annotated[bool, Spelled(("true", "True")), DECISIVE]

# Path variables. Ids of transfers, types and projects have no form (reference-notes 27).
PATH_TYPES: Mapping[str, Any] = MappingProxyType(
    {
        "api_version": Annotated[str, Version()],
        "volume_id": Annotated[str, Uuid(), Documented(faults.VOLUME_ID)],
        "snapshot_id": Annotated[str, Uuid(), Documented(faults.SNAPSHOT_ID)],
        "job_id": Annotated[str, Uuid(bare=True), Documented(faults.JOB_QUERY)],
    }
)


def metadata_of(annotation: Any) -> Iterator[Any]:
    """Yield the metadata of an annotation, from inside optional types too."""
    if get_origin(annotation) is Annotated:
        inner, *metadata = get_args(annotation)
        yield from metadata_of(inner)
        yield from metadata
    elif get_origin(annotation) in (Union, UnionType):
        for each in get_args(annotation):
            yield from metadata_of(each)


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
        elif CLIENT_CHOSEN in (*info.metadata, *metadata_of(info.annotation)):
            yield (*here, "*") if is_mapping(info.annotation) else here
