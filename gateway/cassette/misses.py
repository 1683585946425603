"""The report of a miss: what was asked, what the cassette has instead, field by field, and what mends it.

Made of key parts, which hold no token, signature or secret. Bounded, for it travels in an answer. The work is done on a
miss only, and only over the exchanges of the same operation.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.cassette.choosing import MissKind
from gateway.cassette.key import FREE, Keyed
from gateway.cassette.lineage import Entry
from gateway.cassette.scope import Scope
from gateway.cassette.series import Index
from gateway.contract.model import JsonObject, JsonValue

LARGEST_REPORT = 8 * 1024
NEAREST = 3
LONGEST_VALUE = 160
MOST_DIFFERENCES = 12
MOST_WRITES = 5
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
_RESET = "Use another scope, or restart the gateway, to begin the recording anew."


def missed(kind: MissKind, keyed: Keyed, scope: Scope, index: Index) -> Miss:
    """Return the miss with its report."""
    unused = [write for write in index.gates.writes if not index.gates.bit[write.at] & scope.served]
    report: JsonObject = {
        "kind": kind.value,
        "message": _SAYS[kind],
        "operation": keyed.operation_id,
        "request": {field: _short(value) for field, value in _fields(keyed)[:MOST_DIFFERENCES]},
        "nearest": [_near(kind, entry, keyed, scope, index) for entry in _nearest(keyed, index)],
        "recorded_writes_unused": len(unused),
        "fix": _fix(kind, len(unused), len(index.gates.writes)),
    }
    return Miss(kind.value, _bounded(report))


def kind_of_stranger(keyed: Keyed, index: Index) -> MissKind:
    """Return why a request whose key was never recorded is a miss."""
    return MissKind.NO_MATCH if any(_same(entry, keyed) for entry in index.entries) else MissKind.NO_SUCH_OPERATION


def _same(entry: Entry, keyed: Keyed) -> bool:
    return entry.keyed.operation_id == keyed.operation_id and entry.keyed.method == keyed.method


def _nearest(keyed: Keyed, index: Index) -> list[Entry]:
    seen: dict[tuple[str, tuple[tuple[str, str], ...]], Entry] = {}
    for entry in index.entries:
        if _same(entry, keyed):
            seen.setdefault((entry.keyed.text, entry.keyed.names), entry)
    return sorted(seen.values(), key=lambda entry: (len(list(_differences(keyed, entry.keyed))), entry.at))[:NEAREST]


def _near(kind: MissKind, entry: Entry, keyed: Keyed, scope: Scope, index: Index) -> JsonObject:
    differences: list[JsonValue] = [
        {"field": field, "request has": _short(live), "cassette has": _short(recorded)}
        for field, live, recorded in _differences(keyed, entry.keyed)
    ]
    if kind is MissKind.WRONG_EPOCH and entry.keyed.text == keyed.text:
        differences.append(_writes(entry, scope, index))
    exchange = entry.exchange
    return {
        "seq": exchange.seq or entry.at + 1,
        "status": exchange.response.status,
        "differences": differences[:MOST_DIFFERENCES],
    }


def _writes(entry: Entry, scope: Scope, index: Index) -> JsonObject:
    relevant, gate = index.series[entry.keyed.text].relevant, index.gate_of[entry.at]
    return {
        "field": "writes before it",
        "request has": _named(scope.served & relevant & ~gate, index) or "no others",
        "cassette has": _named(gate & ~scope.served, index) or "no others",
    }


def _named(gate: int, index: Index) -> str:
    writes = [write for write in index.gates.writes if index.gates.bit[write.at] & gate]
    named = [f"{write.keyed.operation_id} (seq {write.exchange.seq or write.at + 1})" for write in writes]
    rest = len(named) - MOST_WRITES
    return ", ".join(named[:MOST_WRITES]) + (f" and {rest} more" if rest > 0 else "")


def _fields(keyed: Keyed) -> list[tuple[str, str]]:
    named = dict(keyed.names)
    return [(field, named.get(field, ANY if value == FREE else value)) for field, value in keyed.parts]


def _differences(live: Keyed, recorded: Keyed) -> Iterator[tuple[str, str, str]]:
    asked, kept = dict(_fields(live)), dict(_fields(recorded))
    for field in dict.fromkeys((*asked, *kept)):
        if asked.get(field, ABSENT) != kept.get(field, ABSENT):
            yield field, asked.get(field, ABSENT), kept.get(field, ABSENT)


def _fix(kind: MissKind, unused: int, writes: int) -> str:
    if kind in (MissKind.SERIES_EXHAUSTED, MissKind.WRONG_EPOCH) and 0 < unused < writes:
        halfway = f"{unused} recorded writes are unused: an earlier run may have stopped midway."
        return f"{halfway} {_RESET} Otherwise: {_RECORD}"
    if kind is MissKind.SERIES_EXHAUSTED:
        return f"{_RESET} Otherwise: {_RECORD}"
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
