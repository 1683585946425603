"""Where the scalars of a JSON document are: by path in a parsed value, by position in the text itself.

Knows JSON and nothing of EVS. A path is the members and indexes that lead to a scalar.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.contract.model import JsonValue

Path = tuple[str | int, ...]
Scalar = None | bool | int | float | str

_SPACE = re.compile(r"[ \t\n\r]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class Span:
    """One string of a JSON text: its path, its value, and where it stands, quotes included."""

    path: Path
    value: str
    start: int
    end: int


def parsed(body: bytes) -> JsonValue:
    """Return the JSON value of a body, None when it is empty or no JSON."""
    if body[:1] not in b'{["' or not body:
        return None
    try:
        value: JsonValue = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value


def leaves(value: JsonValue, path: Path = ()) -> Iterator[tuple[Path, Scalar]]:
    """Yield every scalar with its path, in document order. Empty objects and lists have none."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield from leaves(member, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, (*path, index))
    else:
        yield path, value


def objects(value: JsonValue, path: Path = ()) -> Iterator[tuple[Path, dict[str, JsonValue]]]:
    """Yield every JSON object with its path, outermost first."""
    if isinstance(value, dict):
        yield path, value
        for name, member in value.items():
            yield from objects(member, (*path, name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from objects(item, (*path, index))


def spans(text: str) -> list[Span]:
    """Return the string scalars of a JSON text with their positions; none of a text that is not JSON."""
    found: list[Span] = []
    try:
        _value(text, 0, (), found)
    except (ValueError, IndexError, RecursionError):
        return []
    return found


def member(path: Path) -> str:
    """Return the name of the innermost member on a path: of an item, the name of its list."""
    return next((step for step in reversed(path) if isinstance(step, str)), "")


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at


def _value(text: str, at: int, path: Path, found: list[Span]) -> int:
    at = _skip(text, at)
    if text[at] == "{":
        return _skip(text, _members(text, at + 1, path, found))
    if text[at] == "[":
        return _skip(text, _items(text, at + 1, path, found))
    value, end = _DECODER.raw_decode(text, at)
    if isinstance(value, str):
        found.append(Span(path, value, at, end))
    return _skip(text, end)


def _members(text: str, at: int, path: Path, found: list[Span]) -> int:
    at = _skip(text, at)
    while text[at] != "}":
        name, at = _DECODER.raw_decode(text, at)
        at = _value(text, _skip(text, at) + 1, (*path, name), found)
        at = _skip(text, at + 1) if text[at] == "," else at
    return at + 1


def _items(text: str, at: int, path: Path, found: list[Span]) -> int:
    at, index = _skip(text, at), 0
    while text[at] != "]":
        at = _value(text, at, (*path, index), found)
        at, index = (_skip(text, at + 1) if text[at] == "," else at), index + 1
    return at + 1
