"""Requests counted by the minute, for charts: how many, of what kind, how they ended, and how long they took.

Times are counted in classes, each twice as long as the one before, so that shares such as "95 of 100 were quicker"
can be told from counts, to within their class. Longer spans are counted too, so that a chart of a year adds up days.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.audit.entries import table_of, verdict_of
from gateway.contract.model import JsonObject

MINUTE_MS = 60_000
# What is counted apart, in minutes: each is a whole number of those before, so that a step is made of whole spans.
WIDTHS = (1, 10, 60, 1440)
# The steps of a chart, in minutes; longer ones are whole days.
_STEPS = (1, 2, 5, 10, 20, 30, 60, 120, 180, 360, 720, 1440)
ENDS = ("complete", "aborted")


@dataclass(frozen=True, slots=True)
class Share:
    """What requests of one minute have in common. `class_` is the class of their times: below 2 ** class_ µs."""

    minute: int
    operation: str
    decision: str
    status: int
    origin: str
    class_: int


def share_of(record: JsonObject) -> Share | None:
    """Return where a record is counted, None for one that is not the end of a request."""
    outcome = table_of(record.get("outcome"))
    if record.get("stage") not in ENDS:
        return None
    operation, status, us = (table_of(record.get("what")).get("operation"), outcome.get("status"), outcome.get("us"))
    ts_ms = record.get("ts_ms")
    return Share(
        ts_ms // MINUTE_MS if isinstance(ts_ms, int) else 0,
        str(operation or "none"),
        verdict_of(record),
        status if isinstance(status, int) else 0,
        str(outcome.get("origin") or "unknown"),
        max(us, 0).bit_length() if isinstance(us, int) else 0,
    )


@dataclass(frozen=True, slots=True)
class Only:
    """Which requests are counted: with any of these operations, decisions, statuses and origins; none stands for all.
    `classes` are hundreds of statuses, 4 for 4xx."""

    operations: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    statuses: tuple[int, ...] = ()
    classes: tuple[int, ...] = ()
    origins: tuple[str, ...] = ()


ALL = Only()


@dataclass(frozen=True, slots=True)
class Counted:
    """What a search over records counted: by step, the newest first up to a bound. `since_ms` is when the oldest of
    them was; `is_all` is false where the bound kept older ones out."""

    shares: tuple[tuple[Share, int], ...]
    since_ms: int
    is_all: bool


def step_of(minutes: int, most: int) -> int:
    """Return the shortest step, in minutes, by which so long a time has no more than so many points."""
    least = max(1, -(-minutes // most))
    return next((step for step in _STEPS if step >= least), -(-least // 1440) * 1440)


def width_of(step: int) -> int:
    """Return the longest span that is counted apart and that a step is made of."""
    return max(width for width in WIDTHS if step % width == 0)


@dataclass(frozen=True, slots=True)
class Minute:
    """A minute, or a longer span, of which `minute` is the first. The invalid ones are among the refused."""

    minute: int
    requests: int
    denied: int
    refused: int
    failed: int
    p50_us: int
    p95_us: int
    invalid: int = 0

    def as_json(self) -> JsonObject:
        return {
            "ts_ms": self.minute * MINUTE_MS,
            "requests": self.requests,
            "denied": self.denied,
            "refused": self.refused,
            "invalid": self.invalid,
            "failed": self.failed,
            "p50_us_below": self.p50_us,
            "p95_us_below": self.p95_us,
        }


def minute_of(minute: int, counts: Mapping[Share, int]) -> Minute:
    """Return the sum of what was counted. Denied by policies, refused otherwise (4xx), failed (5xx or no answer);
    invalid is what the gateway itself refused as such (400)."""
    classes: dict[int, int] = {}
    for share, count in counts.items():
        classes[share.class_] = classes.get(share.class_, 0) + count
    denied = sum(count for share, count in counts.items() if share.decision == "deny")
    refused = sum(count for share, count in counts.items() if share.decision != "deny" and 400 <= share.status < 500)
    failed = sum(count for share, count in counts.items() if share.status >= 500 or share.status == 0)
    invalid = sum(count for share, count in counts.items() if _is_invalid(share))
    p50_us, p95_us = _below(classes, 50), _below(classes, 95)
    return Minute(minute, sum(classes.values()), denied, refused, failed, p50_us, p95_us, invalid)


def _is_invalid(share: Share) -> bool:
    return share.status == 400 and share.origin == "gateway" and share.decision != "deny"


def _below(classes: Mapping[int, int], percent: int) -> int:
    """Return the time that so many of a hundred were quicker than."""
    left = sum(classes.values()) * percent
    for class_ in sorted(classes):
        left -= classes[class_] * 100
        if left <= 0:
            return 1 << class_
    return 0
