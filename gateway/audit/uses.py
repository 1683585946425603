"""Who used which action, counted by the hour and by the day, for a matrix of permissions with the last use of each."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.audit.entries import LATEST_MS, principal_of, table_of, texts_of, verdict_of
from gateway.audit.rollup import ENDS, MINUTE_MS
from gateway.contract.model import JsonObject

# What is counted apart, in minutes; and all there ever was.
HOUR, DAY, EVER = 60, 1440, 0


@dataclass(frozen=True, slots=True)
class Use:
    """Somebody used an action, or was denied it. No action is named where no policies were asked: `operation` is."""

    principal: str
    action: str
    operation: str
    decision: str


@dataclass(frozen=True, slots=True)
class Used:
    """How often an action was used, and when last."""

    use: Use
    requests: int
    last_ms: int


def uses_of(record: JsonObject) -> tuple[Use, ...]:
    """Return the uses of actions that a record tells of, none for one that is not the end of a request."""
    if record.get("stage") not in ENDS or "what" not in record:
        return ()
    decision, verdict = table_of(record.get("decision")), verdict_of(record)
    operation = str(table_of(record.get("what")).get("operation") or "none")
    denied = decision.get("action") if verdict == "deny" else None
    actions = (denied,) if isinstance(denied, str) and denied else texts_of(decision.get("required")) or ("",)
    return tuple(Use(principal_of(record), action, operation, verdict) for action in dict.fromkeys(actions))


@dataclass(frozen=True, slots=True)
class Stretch:
    """Spans of one width, in minutes: from `first` on, `end` is out."""

    width: int
    first: int
    end: int


def stretches(since_minute: int, until_minute: int) -> tuple[Stretch, ...]:
    """Return the hours and whole days that a time is made of; the hours at its ends are taken whole. All time is one
    stretch."""
    if since_minute <= 0 and until_minute >= LATEST_MS // MINUTE_MS:
        return (Stretch(EVER, 0, 1),)
    first, end = since_minute // HOUR * HOUR, -(-until_minute // HOUR) * HOUR
    first_day, end_day = -(-first // DAY) * DAY, end // DAY * DAY
    if first_day >= end_day:
        return (Stretch(HOUR, first, end),)
    parts = (Stretch(HOUR, first, first_day), Stretch(DAY, first_day, end_day), Stretch(HOUR, end_day, end))
    return tuple(part for part in parts if part.first < part.end)
