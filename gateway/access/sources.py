"""Where the values of condition keys come from: one small function a key, from a context (and the member of a
family) to a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any

from gateway.access import values
from gateway.access.reading import (
    Context,
    entry,
    flag,
    looked_up,
    names,
    several,
    source_given,
    text,
    whole,
)
from gateway.access.values import ABSENT, UNRESOLVED, KeyType, NotA, Nothing, Single, Value
from gateway.contract.model import Family, JsonValue

Read = Callable[[Context], Value]

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_ENCRYPTED: Mapping[Value, bool | Nothing] = MappingProxyType({"1": True, "0": False})
_SHAREABLE: Mapping[str, bool] = MappingProxyType({"true": True, "false": False})


def unresolved(*_: Any) -> Value:
    return UNRESOLVED


def absent(_: Context) -> Value:
    return ABSENT


def no_approvals(_: Context) -> Value:
    return 0


def no_break_glass(_: Context) -> Value:
    return False


# The clock and the surroundings


def now(context: Context) -> Value:
    return context.facts.at


def day_of_week(context: Context) -> Value:
    return _DAYS[context.local_time().weekday()]


def time_of_day(context: Context) -> Value:
    return context.local_time().strftime("%H:%M")


def environment(context: Context) -> Value:
    return UNRESOLVED if context.facts.environment is None else context.facts.environment


def source_ip(context: Context) -> Value:
    """Return the client's address; one that is none leaves it open (rule 10)."""
    return ABSENT if context.facts.source_ip is None else _read_or_unresolved(values.address, context.facts.source_ip)


# Who asks


def of_principal(field: str) -> Read:
    """Return the reader of a field of the principal; one that is not known is absent."""

    def read(context: Context) -> Value:
        found = getattr(context.principal, field)
        return ABSENT if found is None else str(found)

    return read


def principal_urn(context: Context) -> Value:
    """Return the name of who asks as IAM writes it; the account in it is the domain id (rule 15)."""
    who = context.principal
    if who.domain_id is None:
        return UNRESOLVED
    if who.agency is not None:
        return f"sts::{who.domain_id}:assumed-agency:{who.agency}/{who.user_name or ''}"
    return UNRESOLVED if who.user_name is None else f"iam::{who.domain_id}:user:{who.user_name}"


# What is asked


def operation(context: Context) -> Value:
    return context.match.operation.id


def family(context: Context) -> Value:
    found = context.match.operation.family
    return "vendor" if found is Family.CUSTOM else found.value


def version(context: Context) -> Value:
    """Return the version segment of the path."""
    segments = context.match.operation.segments
    first = segments[0] if segments else ABSENT
    return context.path("api_version") if first == "{api_version}" else first


def service(context: Context) -> Value:
    return context.action.partition(":")[0] or ABSENT


def target_project(context: Context) -> Value:
    return context.path("target_project_id")


def volume_id(context: Context) -> Value:
    return context.named("volume")


def snapshot_id(context: Context) -> Value:
    return context.named("snapshot")


def of_new_disk(name: str) -> Read:
    """Return the reader of a text in the description of a new disk."""
    return lambda context: text(context.member(name)) if context.creates_disk else ABSENT


def body_flag(name: str) -> Read:
    return lambda context: flag(context.member(name))


def multiattach(context: Context) -> Value:
    """Return whether the new disk is shared: multiattach first, then shareable (reference-notes 9)."""
    if not context.creates_disk:
        return ABSENT
    found = flag(context.member("multiattach"))
    if found is not ABSENT:
        return found
    shareable = context.member("shareable")
    return _SHAREABLE.get(shareable, UNRESOLVED) if isinstance(shareable, str) else flag(shareable)


def size(context: Context) -> Value:
    """Return the size asked for; a new disk whose size its source decides has an open one (rule 3)."""
    if context.extends:
        return whole(context.member("new_size"))
    if not context.creates_disk:
        return ABSENT
    found = whole(context.member("size"))
    return _size_of_source(context) if found is ABSENT else found


def _size_of_source(context: Context) -> Value:
    members = context.members
    if isinstance(members, Nothing):
        return UNRESOLVED
    if not source_given(members):
        return ABSENT
    found = context.facts.target
    known = whole(found.get("size")) if isinstance(found, Mapping) else ABSENT
    return UNRESOLVED if known is ABSENT else known


def count(context: Context) -> Value:
    """Return how many disks are asked for."""
    if not context.creates_disk:
        return ABSENT
    found = whole(context.member("count"))
    return 1 if found is ABSENT else found


def total_size(context: Context) -> Value:
    many, each = count(context), size(context)
    if UNRESOLVED in (many, each):
        return UNRESOLVED
    return many * each if isinstance(many, int) and isinstance(each, int) else ABSENT


def metadata_keys(context: Context) -> Value:
    return names(context.metadata)


def request_metadata(context: Context, member: str) -> Value:
    return entry(context.metadata, member)


def encrypted(context: Context) -> Value:
    """Return whether the new disk is encrypted; it is not unless the metadata says so."""
    found = _system_metadata(context, "__system__encrypted")
    if found is ABSENT:
        return False if context.creates_disk else ABSENT
    return _ENCRYPTED.get(found, UNRESOLVED)


def kms_key(context: Context) -> Value:
    return _system_metadata(context, "__system__cmkid")


def _system_metadata(context: Context, name: str) -> Value:
    return context.metadata if isinstance(context.metadata, Nothing) else text(context.metadata.get(name))


def request_tag(context: Context, member: str) -> Value:
    return entry(context.member("tags"), member)


def tag_keys(context: Context) -> Value:
    return names(context.member("tags"))


# What it is asked about


def target_text(field: str) -> Read:
    return lambda context: text(looked_up(context, field))


def target_flag(field: str) -> Read:
    return lambda context: flag(looked_up(context, field))


def target_size(context: Context) -> Value:
    return whole(looked_up(context, "size"))


def target_metadata(context: Context, member: str) -> Value:
    return entry(looked_up(context, "metadata"), member)


def resource_tag(context: Context, member: str) -> Value:
    return entry(looked_up(context, "tags"), member)


def size_delta(context: Context) -> Value:
    """Return by how much a disk grows."""
    if not context.extends:
        return ABSENT
    new, old = whole(context.member("new_size")), target_size(context)
    return new - old if isinstance(new, int) and isinstance(old, int) else UNRESOLVED


def target_age(context: Context) -> Value:
    """Return for how long the target has existed. The services print UTC in several forms (reference-notes 75)."""
    found = text(looked_up(context, "created_at"))
    return found if isinstance(found, Nothing) else _age(context, found)


def _age(context: Context, when: str) -> Value:
    try:
        then = datetime.fromisoformat(when)
    except ValueError:
        return UNRESOLVED
    return context.facts.at - (then if then.tzinfo else then.replace(tzinfo=UTC)).timestamp()


# Values set directly


def as_typed(value: JsonValue, kind: KeyType, many: bool) -> Value:
    """Return a value that was set directly as one of a key's type; null is absent, another type unresolved, and so is
    a list for a key that holds one value."""
    if value is None:
        return ABSENT
    if many:
        return _as_several(value if isinstance(value, list) else [value], kind)
    return _as_single(value, kind)


def _as_several(items: list[JsonValue], kind: KeyType) -> Value:
    found = [_as_single(item, kind) for item in items]
    singles = tuple(each for each in found if not isinstance(each, Nothing))
    return several(singles) if len(singles) == len(found) else UNRESOLVED


def _as_single(value: JsonValue, kind: KeyType) -> Single | Nothing:
    written = {True: "true", False: "false"}[value] if isinstance(value, bool) else value
    if isinstance(written, int | float) and kind is KeyType.NUMBER:
        return written
    if not isinstance(written, str) or (isinstance(value, bool) and kind is not KeyType.BOOLEAN):
        return UNRESOLVED
    return _read_or_unresolved(_READERS[kind], written)


_READERS: Mapping[KeyType, Callable[[str], Single]] = MappingProxyType(
    {
        KeyType.STRING: str,
        KeyType.NUMBER: values.number,
        KeyType.BOOLEAN: values.boolean,
        KeyType.DATE: values.date,
        KeyType.ADDRESS: values.address,
    }
)


def _read_or_unresolved(read: Callable[[str], Single], written: str) -> Single | Nothing:
    try:
        return read(written)
    except NotA:
        return UNRESOLVED
