"""JSON read strictly: a text that two readers could take for two different values is no JSON here.

Refused beside plain syntax errors: duplicate keys at any depth, NaN and Infinity, numbers that no 64 bits can hold,
halves of surrogate pairs, nesting beyond a bound, a byte order mark (RFC 8259 lets a reader refuse it, and some do).
White space around the value passes. Knows no HTTP.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

import orjson

from gateway.contract.fleeting import fleeting
from gateway.contract.model import JsonObject, JsonValue

# Integers of 64 bits, with or without a sign; none the API knows is as large.
_MOST_DIGITS = 20
_INTEGERS = range(-(2**63), 2**64)

# The deepest documented request nests five levels; the bound only has to keep every later walk short.
MAX_DEPTH = 64

# A key is told to the client and the log; nobody reads more of one.
_MOST_SHOWN = 64

# What holds nothing else and is the same to all readers.
_SIMPLE = frozenset({str, int, bool, type(None)})
# No text has as few members.
_ODD = -(2**62)
_LOOSE_COLON = re.compile(rb"[ \t\r\n]:")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_NOT_ZERO = re.compile(r"-?[0.]*[1-9]")
_SURROGATE_ESCAPE = re.compile(rb"\\u[dD][89a-fA-F]")


@fleeting
class Json:
    """A text that is JSON, with its value."""

    value: JsonValue


@dataclass(frozen=True, slots=True)
class NotJson:
    """A text that is no strict JSON, and why."""

    reason: str


class _Ambiguous(ValueError):  # noqa: N818 - never leaves this module
    """Raised out of the decoder's hooks, which have no other way to stop it."""


def parse(text: bytes) -> Json | NotJson:
    """Return the value of a JSON text, or the reason why it has none."""
    try:
        value = orjson.loads(text)
    except ValueError:
        return parse_slowly(text)
    return Json(value) if _is_plain(text, value) else parse_slowly(text)


def _is_plain(text: bytes, value: JsonValue) -> bool:
    """Return whether the quick reader, which takes more than we do, surely took nothing that is refused here: every
    member that is written is in the value, there are no numbers but those of 64 bits, and nothing is nested deep."""
    members = _members_in(value, MAX_DEPTH)
    if members == text.count(b":"):
        return True
    return members == text.count(b'":') and not _LOOSE_COLON.search(text)


def _members_in(value: JsonValue, room: int) -> int:
    """Return how many members the objects in a value have, _ODD where it holds what needs a closer look."""
    if not room:
        return _ODD
    if isinstance(value, dict):
        members, inside = len(value), iter(value.values())
    elif isinstance(value, list):
        members, inside = 0, iter(value)
    else:
        return _ODD
    for inner in inside:
        if inner.__class__ not in _SIMPLE:
            members += _members_in(inner, room - 1)
    return members


def parse_slowly(text: bytes) -> Json | NotJson:
    """The same by the reader that decides what is refused; the other way only spares it the plain texts."""
    if text.startswith(_BYTE_ORDER_MARK):
        return NotJson("it begins with a byte order mark")
    try:
        value = _DECODER.decode(text.decode())
    except UnicodeDecodeError as error:
        return NotJson(f"byte {error.start} is not UTF-8")
    except json.JSONDecodeError as error:
        return NotJson(f"{error.msg} at character {error.pos}")
    except _Ambiguous as error:
        return NotJson(str(error))
    except RecursionError:
        return _too_deep()
    return _judge(text, value)


def _judge(text: bytes, value: JsonValue) -> Json | NotJson:
    if _deeper_than(value, MAX_DEPTH):
        return _too_deep()
    if _SURROGATE_ESCAPE.search(text) and not _is_unicode(value):
        return NotJson("a string holds half of a surrogate pair")
    return Json(value)


def _too_deep() -> NotJson:
    return NotJson(f"nested deeper than {MAX_DEPTH} levels")


def _object(pairs: list[tuple[str, JsonValue]]) -> JsonObject:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        double = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        shown = double if len(double) <= _MOST_SHOWN else f"{double[:_MOST_SHOWN]}..."
        raise _Ambiguous(f"the key {json.dumps(shown)} stands twice in one object")
    return members


def _constant(name: str) -> JsonValue:
    raise _Ambiguous(f"{name} is not JSON")


def _int(digits: str) -> int:
    if len(digits) > _MOST_DIGITS or int(digits) not in _INTEGERS:
        raise _Ambiguous("a number is out of range")
    return int(digits)


def _float(digits: str) -> float:
    """Return a number of which a double keeps at least the magnitude."""
    number = float(digits)
    if math.isinf(number) or (number == 0 and _NOT_ZERO.match(digits)):
        raise _Ambiguous("a number is out of range")
    return number


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant, parse_float=_float, parse_int=_int)


def _deeper_than(value: JsonValue, bound: int) -> bool:
    level = [value]
    for _ in range(bound):
        level = [inner for outer in level for inner in _parts(outer) if isinstance(inner, dict | list)]
        if not level:
            return False
    return True


def _parts(value: JsonValue) -> Iterable[JsonValue]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _is_unicode(value: JsonValue) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
