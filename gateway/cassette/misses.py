"""The report of a miss: what was asked, what the cassette has instead, field by field, and what mends it.

Made of key parts, which hold no token, signature or secret. Bounded, for it travels in an answer. The work is done on a
miss only, and only over different requests of the same operation, a bounded number of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from heapq import nsmallest
from itertools import islice

from gateway.cassette.choosing import MissKind
from gateway.cassette.gates import depends
from gateway.cassette.index import Candidate, Index, Recorded
from gateway.cassette.key import FREE, Keyed, Part
from gateway.cassette.scope import Scope
from gateway.cassette.scoping import shown
from gateway.contract.model import JsonObject, JsonValue

LARGEST_REPORT = 8 * 1024
NEAREST = 3
LONGEST_VALUE = 160
MOST_DIFFERENCES = 12
MOST_WRITES = 5
# Of the writes of one tag, so many are told apart from those served.
MOST_COMPARED = 1000
# A value that the client picks freely: only that it is given counts.
ANY = "(any value)"
ABSENT = "(absent)"


@dataclass(frozen=True, slots=True)
class Miss:
    """No recorded exchange answers a request. `kind` is one of `MissKind`."""

    kind: str
    report: JsonObject


_SAYS = {
    MissKind.NO_SUCH_OPERATION: "The cassette holds no exchange of this operation.",
    MissKind.NO_MATCH: "The cassette holds this operation, but no exchange with these fields.",
    MissKind.SERIES_EXHAUSTED: "Every recorded answer to this request has been served.",
    MissKind.WRONG_EPOCH: "The cassette holds this request, but recorded after other writes than were made now.",
}
_RECORD = "Record what is missing: run the gateway again with --mode new-episodes and the service reachable."
_RESET = "Begin the recording anew: evs-gateway scope reset {scope}, or use another scope."


def missed(kind: MissKind, keyed: Keyed, scope: Scope, index: Index, clock_s: float = 0.0) -> Miss:
    """Return the miss with its report. `clock_s` is how far in the recording the scope has come."""
    unused = index.writes - scope.served.count
    report: JsonObject = {
        "kind": kind.value,
        "message": _SAYS[kind],
        "operation": keyed.operation_id,
        "request": {field: _short(value) for field, value in _fields(keyed.parts, keyed.names)[:MOST_DIFFERENCES]},
        "nearest": [_near(kind, each, keyed, scope, index) for each in _nearest(keyed, index)],
        "clock_ms": round(clock_s * 1000),
        "recorded_writes_served": scope.served.count,
        "recorded_writes_unused": unused,
        "scope": shown(scope.identity.name),
        "fix": _fix(kind, unused, index.writes, shown(scope.identity.name)),
    }
    return Miss(kind.value, _bounded(report))


def kind_of_stranger(keyed: Keyed, index: Index) -> MissKind:
    """Return why a request whose key was never recorded is a miss."""
    known = next(index.candidates(keyed.operation_id, keyed.method), None)
    return MissKind.NO_SUCH_OPERATION if known is None else MissKind.NO_MATCH


def _nearest(keyed: Keyed, index: Index) -> list[Candidate]:
    """Return the recorded requests of the same operation with the fewest differences."""

    def distance(each: Candidate) -> tuple[int, int]:
        return len(list(_differences(keyed, each))), each.first.at

    return nsmallest(NEAREST, index.candidates(keyed.operation_id, keyed.method), key=distance)


def _near(kind: MissKind, near: Candidate, keyed: Keyed, scope: Scope, index: Index) -> JsonObject:
    differences: list[JsonValue] = [
        {"field": field, "request has": _short(live), "cassette has": _short(recorded)}
        for field, live, recorded in _differences(keyed, near)
    ]
    if kind is MissKind.WRONG_EPOCH and near.key == keyed.text:
        differences.append(_writes(near.first, keyed, scope, index))
    return {"seq": near.first.seq, "status": near.first.status, "differences": differences[:MOST_DIFFERENCES]}


def _writes(recorded: Recorded, keyed: Keyed, scope: Scope, index: Index) -> JsonObject:
    tags = depends(keyed, index)
    served, lacking = set(), set()
    for tag in tags:
        numbers, complete = scope.served.of(tag), index.before(tag, recorded.began)
        served |= _places(tag, (each for each in numbers.after(complete)), index)
        lacking |= _places(tag, (each for each in range(1, complete + 1) if not numbers.holds(each)), index)
    return {
        "field": "writes before it",
        "request has": _named(served, index) or "no others",
        "cassette has": _named(lacking, index) or "no others",
    }


def _places(tag: str, numbers: Iterable[int], index: Index) -> set[int]:
    """Return where the writes of a tag with these numbers stand in the recording, of the first ones."""
    return {index.completed(tag, number)[1] for number in islice(numbers, MOST_COMPARED)}


def _named(places: set[int], index: Index) -> str:
    writes = [index.recorded(at) for at in sorted(places)[:MOST_WRITES]]
    named = ", ".join(f"{write.operation} (seq {write.seq})" for write in writes)
    rest = len(places) - MOST_WRITES
    return named + (f" and {rest} more" if rest > 0 else "")


def _fields(parts: tuple[Part, ...], names: tuple[Part, ...]) -> list[Part]:
    named = dict(names)
    return [(field, named.get(field, ANY if value == FREE else value)) for field, value in parts]


def _differences(live: Keyed, recorded: Candidate) -> Iterator[tuple[str, str, str]]:
    asked, kept = dict(_fields(live.parts, live.names)), dict(_fields(recorded.parts, recorded.names))
    for field in dict.fromkeys((*asked, *kept)):
        if asked.get(field, ABSENT) != kept.get(field, ABSENT):
            yield field, asked.get(field, ABSENT), kept.get(field, ABSENT)


def _fix(kind: MissKind, unused: int, writes: int, scope: str) -> str:
    reset = _RESET.format(scope=scope)
    if kind in (MissKind.SERIES_EXHAUSTED, MissKind.WRONG_EPOCH) and 0 < unused < writes:
        halfway = f"{unused} recorded writes are unused: an earlier run may have stopped midway."
        return f"{halfway} {reset} Otherwise: {_RECORD}"
    if kind is MissKind.SERIES_EXHAUSTED:
        return f"{reset} Otherwise: {_RECORD}"
    return _RECORD


def _short(value: str) -> str:
    return value if len(value) <= LONGEST_VALUE else f"{value[:LONGEST_VALUE]}… ({len(value)} characters)"


def _bounded(report: JsonObject) -> JsonObject:
    """Return the report, without its farther exchanges and then its details while it is too long."""
    nearest = report["nearest"]
    while _size(report) > LARGEST_REPORT and isinstance(nearest, list) and nearest:
        nearest = nearest[:-1]
        report = {**report, "nearest": nearest}
    return report if _size(report) <= LARGEST_REPORT else {**report, "request": {}}


def _size(report: JsonObject) -> int:
    return len(json.dumps(report).encode())
