"""The values of condition keys that lie in the body of a request: one small function a key."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from gateway.access.reading import Context, entry, flag, names, source_given, text, whole
from gateway.access.sources import Read
from gateway.access.values import ABSENT, UNRESOLVED, Nothing, Value

_ENCRYPTED: Mapping[Value, bool | Nothing] = MappingProxyType({"1": True, "0": False})
_SHAREABLE: Mapping[str, bool] = MappingProxyType({"true": True, "false": False})


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
    if isinstance(found, int) and found < 1:
        return UNRESOLVED
    return 1 if found is ABSENT else found


def total_size(context: Context) -> Value:
    many, each = count(context), size(context)
    if many is UNRESOLVED or each is UNRESOLVED:
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
