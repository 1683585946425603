"""A live answer held against the recorded one, in both directions, on what a client relies on: status, members, types.

Ids, times and every other value differ from run to run, so a value counts only when it is asked for; a status word
that neither the recording nor the reference knows always counts. Items of a list are one shape together: a list is
as long as it happens to be. Metadata are the client's own words, so which there are is a value too. Null is a value
of every type, and what a thing in another state lacks is no loss. A finding holds a value only where values were asked
for.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.cassette.leaves import Path, Scalar, leaves, member, parsed
from gateway.contract.fields import SNAPSHOT_STATUSES, VOLUME_STATUSES
from gateway.contract.json_kinds import kind_in_words
from gateway.contract.model import JsonValue
from gateway.contract.places import pointed
from gateway.http.messages import Response

# Source: A.3 and A.4, and for jobs 8.1.1.
_STATUSES = frozenset({*VOLUME_STATUSES, *SNAPSHOT_STATUSES, "INIT", "RUNNING", "SUCCESS", "FAIL"})
# Objects whose members the client, or whoever made an image or a type, chose.
_OPEN = frozenset({"metadata", "volume_image_metadata", "extra_specs"})
_ITEM = "*"
# Where the next page is: there as long as there is one.
_PAGE = "_links"
# What looks like a time, an id or an address says when and where, not what.
_VARYING = re.compile(
    r"\d{4}-\d\d-\d\d[T ][\d:.]+(?:Z|[+-][\d:]+)?|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}|"
    r"[0-9a-fA-F]{32}|<[a-z]+:\d+>|https?://[^/\s\"]+|req-[\w-]+|redacted-[a-z_]+-[0-9a-f]+"
)
_MOST_SHOWN = 80
_REFUSED = 400
# How deep the status of a thing stands in the answer that shows it: alone, or under its name.
_OF_ONE = 2


class Weight(StrEnum):
    """How much a departure weighs: a client breaks, may stumble, or need not know."""

    ERROR = "error"
    WARN = "warn"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Departure:
    """One way in which the service has left the recording. `where` is "status", "content-type", "body" or a JSON
    pointer, with `*` for every item of a list; `recorded` and `live` say what was there and what is."""

    rule: str
    weight: Weight
    where: str
    recorded: str
    live: str


@dataclass(slots=True)
class _Shape:
    """What stands at one place of a body, over all items of the lists around it."""

    kinds: set[str] = field(default_factory=set)
    count: int = 0
    objects: int = 0
    words: set[str] = field(default_factory=set)


Shapes = dict[Path, _Shape]


def compare(recorded: Response, live: Response) -> tuple[Departure, ...]:
    """Return how a live answer departs from the recorded one."""
    if recorded.status // 100 != live.status // 100:
        return (Departure("status", Weight.ERROR, "status", str(recorded.status), str(live.status)),)
    if recorded.status >= _REFUSED and recorded.status != live.status:
        return tuple(_status(recorded, live))
    return (*_status(recorded, live), *_body(recorded, live))


def compare_with_values(recorded: Response, live: Response) -> tuple[Departure, ...]:
    """Return how a live answer departs, values included that are no ids, times or addresses."""
    found = compare(recorded, live)
    told = {each.where for each in found}
    values = _values(parsed(recorded.body), parsed(live.body))
    return (*found, *(each for each in values if each.where not in told))


Compare = Callable[[Response, Response], tuple[Departure, ...]]


def _status(recorded: Response, live: Response) -> Iterator[Departure]:
    if recorded.status != live.status:
        yield Departure("status", Weight.WARN, "status", str(recorded.status), str(live.status))


def _body(recorded: Response, live: Response) -> Iterator[Departure]:
    first, second = parsed(recorded.body), parsed(live.body)
    kinds = _form(recorded, first), _form(live, second)
    if kinds[0] != kinds[1]:
        yield Departure("body", Weight.ERROR, "body", *kinds)
        return
    known, found = _shapes(first), _shapes(second)
    loss = Weight.ERROR if _state(known) == _state(found) else Weight.INFO
    for path in dict.fromkeys((*known, *found)):
        yield from _departures(path, known, found, loss)


def _state(shapes: Shapes) -> set[str]:
    """Return the status of the one thing that a body shows, if it shows one."""
    return {
        word for path, shape in shapes.items() if _ITEM not in path and len(path) <= _OF_ONE for word in shape.words
    }


def _form(response: Response, value: JsonValue) -> str:
    if value is not None:
        return "JSON" if response.is_json else "JSON under another type"
    return "another type" if response.body.strip() else "no body"


def _shapes(value: JsonValue) -> Shapes:
    shapes: Shapes = {}
    _gather(value, (), shapes)
    return shapes


def _gather(value: JsonValue, path: Path, shapes: Shapes) -> None:
    shape = shapes.setdefault(path, _Shape())
    shape.kinds.add(kind_in_words(value))
    shape.count += 1
    shape.objects += isinstance(value, dict)
    if isinstance(value, str) and member(path) == "status":
        shape.words.add(value)
    for step, inner in _inner(value, path):
        _gather(inner, (*path, step), shapes)


def _inner(value: JsonValue, path: Path) -> Iterable[tuple[str, JsonValue]]:
    if isinstance(value, list):
        return [(_ITEM, item) for item in value]
    if not isinstance(value, dict):
        return ()
    is_open = bool(path) and path[-1] in _OPEN
    return [(_ITEM if is_open else name, inner) for name, inner in value.items()]


def _departures(path: Path, known: Shapes, found: Shapes, loss: Weight) -> Iterator[Departure]:
    where = pointed("", *map(str, path)) or "body"
    if path in known and path in found:
        yield from _other(where, known[path], found[path])
    if not path or path[-1] == _ITEM or not (_objects(path, known) and _objects(path, found)):
        return
    if path not in known:
        yield Departure("added", Weight.INFO, where, "absent", _shown(found[path].kinds))
    elif str(path[-1]).endswith(_PAGE):
        return
    elif _is_always(path, known) and path not in found:
        yield Departure("removed", loss, where, _shown(known[path].kinds), "absent")
    elif _is_always(path, known) and not _is_always(path, found):
        yield Departure("removed", loss, where, "in every item", "not in every item")


def _objects(path: Path, shapes: Shapes) -> int:
    """Return how many objects there are that could have this member."""
    around = path[:-1]
    return shapes[around].objects if around in shapes else 0


def _is_always(path: Path, shapes: Shapes) -> bool:
    return path in shapes and shapes[path].count == _objects(path, shapes)


def _other(where: str, known: _Shape, found: _Shape) -> Iterator[Departure]:
    new = found.kinds - known.kinds - {"null"}
    if new and known.kinds - {"null"}:
        yield Departure("type", Weight.ERROR, where, _shown(known.kinds), _shown(new))
    strange = found.words - known.words - _STATUSES
    if strange:
        expected = "a documented status, or one that was recorded"
        yield Departure("enum", Weight.ERROR, where, expected, ", ".join(sorted(map(_cut, strange))))


def _values(recorded: JsonValue, live: JsonValue) -> Iterator[Departure]:
    known, found = dict(leaves(recorded)), dict(leaves(live))
    for path in dict.fromkeys((*known, *found)):
        first, second = _told(path, known), _told(path, found)
        if first != second:
            yield Departure("value", Weight.WARN, pointed("", *map(str, path)) or "body", first, second)


def _told(path: Path, values: dict[Path, Scalar]) -> str:
    if path not in values:
        return "absent"
    return _cut(_VARYING.sub("…", json.dumps(values[path], ensure_ascii=False)))


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[: _MOST_SHOWN - 1]}…"


def _shown(kinds: set[str]) -> str:
    return " or ".join(sorted(kinds))
