"""How a case is written down: an operation, a place in its request, a rule, and values on both sides of its boundary.

Each case starts from the plain request of its operation (`requests.py`), sets what stands `beside`, puts a value in its
place, and is judged. Severity and fault are written in the table, so that it checks the declarations and does not copy
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.contract.faults import Fault
from gateway.contract.model import Severity

WARN = None
"""The verdict of a rule that warns; a rule that refuses has its fault as the verdict."""


class Nothing:
    """A value that takes what stands in a place away."""

    def __repr__(self) -> str:
        return "ABSENT"


ABSENT = Nothing()


@dataclass(frozen=True)
class Case:
    """A rule of one operation. `where` is its place as the list of constraints spells it, `at` the place that gets the
    values: all of `accepted` are free of the finding and of every refusal, all of `refused` have it."""

    operation: str
    where: str
    rule: str
    fault: Fault | None
    accepted: tuple[Any, ...]
    refused: tuple[Any, ...]
    at: str
    beside: Mapping[str, Any] = field(default_factory=dict)

    @property
    def severity(self) -> Severity:
        return Severity.WARN if self.fault is None else Severity.REJECT


Row = tuple[str, Fault | None, list[Any], list[Any]]


def cases(
    operations: str, where: str, *rows: Row, at: str | None = None, beside: Mapping[str, Any] | None = None
) -> Iterator[Case]:
    """Yield the cases of some operations at one place: a row is rule, verdict, accepted values and refused values."""
    for operation in operations.split():
        for rule, fault, accepted, refused in rows:
            yield Case(operation, where, rule, fault, tuple(accepted), tuple(refused), at or where, beside or {})


# Values that many rows share.
NOT_TEXT: list[Any] = [7, 1.5, True, [], {}]
NOT_OBJECT: list[Any] = ["x", 7, True, []]
NOT_WHOLE: list[Any] = [True, "forty", "0x28", "1e2", "", [], {}, 1e300]
NOT_BOOLEAN: list[Any] = ["maybe", "", 1, 0, [], {}]
BYTES_255 = ["x" * 255, "é" * 127 + "x", "日" * 85, "😀" * 63 + "abc"]
BYTES_256 = ["x" * 256, "é" * 128, "日" * 85 + "x", "😀" * 64]
UUID = "5aa119a8-d25b-45a7-8d1b-88e127885635"
UUIDS = [UUID, UUID.upper()]
NOT_UUIDS = ["7", UUID.replace("-", ""), UUID + "0", "x" + UUID[1:]]
