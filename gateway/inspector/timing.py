"""How long each step of a request took: as a table, and as places of bars on a line."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.audit.entries import table_of
from gateway.contract.model import JsonObject, JsonValue


@dataclass(frozen=True, slots=True)
class Step:
    """A step, when it began and how long it took, in ms; `left` and `width` are hundredths of the whole."""

    name: str
    began_ms: float
    took_ms: float
    left: float
    width: float


def steps_of(record: JsonObject) -> tuple[Step, ...]:
    """Return the steps of a request, none where its times are not known."""
    outcome, upstream = table_of(record.get("outcome")), table_of(record.get("upstream"))
    whole, away = _us(outcome.get("us")), _us(upstream.get("us"))
    if not whole:
        return ()
    decided = min(_us(outcome.get("decided_us")), whole - away)
    parts = (
        ("Decided", 0, decided),
        ("Upstream", decided, away),
        ("Gateway: kept and answered" if decided else "Gateway", decided + away, whole - decided - away),
    )
    return tuple(_step(name, began, took, whole) for name, began, took in parts if took > 0)


def _step(name: str, began: int, took: int, whole: int) -> Step:
    return Step(name, began / 1000, took / 1000, round(100 * began / whole, 2), max(round(100 * took / whole, 2), 0.5))


def _us(value: JsonValue) -> int:
    return value if isinstance(value, int) and value > 0 else 0
