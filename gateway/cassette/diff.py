"""Two recordings of the same thing, compared exchange by exchange on what does not change by itself.

Compared is the text form: ids are aliases there, dates, request ids and lengths are tokens. Times, connections, request
headers and the digits of placeholders are left out too, and a read that is repeated with the same answer counts once.
The n-th exchange of one method and target stands against the n-th of the other recording, so order does not matter.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from gateway.cassette.exchange import Exchange
from gateway.cassette.key import READ_METHODS
from gateway.cassette.leaves import Scalar, leaves
from gateway.cassette.text import documents
from gateway.contract.places import pointed

ABSENT = "nothing"
_LEFT_OUT = ("started_ms", "completed_ms", "connection", "redactions", "findings")
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)?")
_PLACEHOLDER = re.compile(r"(redacted-[a-z_]+)-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Change:
    """A place where two exchanges differ, with what stands there, as JSON."""

    where: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Difference:
    """Two exchanges that differ, by their numbers; 0 for the one that is missing. `title` is method and target."""

    operation: str
    title: str
    first: int
    second: int
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class _Compared:
    """An exchange as it is compared: every scalar by its place."""

    seq: int
    operation: str
    values: dict[str, Scalar]


def differences(first: Iterable[Exchange], second: Iterable[Exchange]) -> Iterator[Difference]:
    """Yield where two recordings differ, by the order of the first; what only the second has comes last."""
    ours, theirs = _by_title(first), _by_title(second)
    for title in dict.fromkeys((*ours, *theirs)):
        pairs = zip_longest(ours.get(title, []), theirs.get(title, []))
        yield from (found for one, other in pairs if (found := _difference(title, one, other)))


def _by_title(exchanges: Iterable[Exchange]) -> dict[str, list[_Compared]]:
    found: dict[str, list[_Compared]] = defaultdict(list)
    for seq, document in enumerate(documents(exchanges), 1):
        request = document["request"]
        known = found[f"{request['method']} {request['target']}"]
        compared = _Compared(seq, document["operation"], _values(document))
        if not (known and request["method"] in READ_METHODS and known[-1].values == compared.values):
            known.append(compared)
    return found


def _values(document: dict[str, Any]) -> dict[str, Scalar]:
    kept = {name: value for name, value in document.items() if name not in _LEFT_OUT}
    kept["request"] = {name: value for name, value in document["request"].items() if name != "headers"}
    kept["response"] = {**document["response"], "headers": sorted(document["response"]["headers"])}
    return {pointed("", *map(str, path)): _steady(value) for path, value in leaves(kept)}


def _steady(value: Scalar) -> Scalar:
    return _PLACEHOLDER.sub(r"\1", _TIME.sub("<time>", value)) if isinstance(value, str) else value


def _difference(title: str, first: _Compared | None, second: _Compared | None) -> Difference | None:
    if first is None or second is None:
        (only,) = (each for each in (first, second) if each)
        return Difference(only.operation, title, first.seq if first else 0, second.seq if second else 0)
    places = dict.fromkeys((*first.values, *second.values))
    changes = tuple(_change(place, first.values, second.values) for place in places if _differs(place, first, second))
    return Difference(first.operation, title, first.seq, second.seq, changes) if changes else None


def _differs(place: str, first: _Compared, second: _Compared) -> bool:
    return _shown(place, first.values) != _shown(place, second.values)


def _change(place: str, first: dict[str, Scalar], second: dict[str, Scalar]) -> Change:
    return Change(place, _shown(place, first), _shown(place, second))


def _shown(place: str, values: dict[str, Scalar]) -> str:
    return json.dumps(values[place], ensure_ascii=False) if place in values else ABSENT
