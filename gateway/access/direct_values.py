"""Values that are set directly, by the name of their key, as values of its type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from gateway.access import values
from gateway.access.reading import several
from gateway.access.values import ABSENT, UNRESOLVED, KeyType, NotA, Nothing, Single, Value
from gateway.contract.model import JsonValue


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
    return read_or_unresolved(_READERS[kind], written)


_READERS: Mapping[KeyType, Callable[[str], Single]] = MappingProxyType(
    {
        KeyType.STRING: str,
        KeyType.NUMBER: values.number,
        KeyType.BOOLEAN: values.boolean,
        KeyType.DATE: values.date,
        KeyType.ADDRESS: values.address,
    }
)


def read_or_unresolved(read: Callable[[str], Single], written: str) -> Single | Nothing:
    """Return the value that a text stands for; one that is none of its type is unresolved."""
    try:
        return read(written)
    except NotA:
        return UNRESOLVED
