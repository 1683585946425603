"""What was found while live answers were held against a recording: each kind once, with a count and where it was first.

Pure, and bounded: a service that has changed altogether fills no memory.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.cassette.comparing import Departure, Weight
from gateway.contract.model import JsonObject

# Kinds told apart: more than anybody reads.
MOST_KINDS = 1000

_Kind = tuple[str, Departure]


@dataclass(slots=True)
class Survey:
    """The departures of one comparison. `answers` counts all answers that were compared, or should have been."""

    answers: int = 0
    counts: dict[Weight, int] = field(default_factory=lambda: dict.fromkeys(Weight, 0))
    _first: dict[_Kind, int] = field(default_factory=dict)
    _count: dict[_Kind, int] = field(default_factory=dict)

    def add(self, operation: str, seq: int, departures: Iterable[Departure]) -> None:
        """Take down what was found in one answer; `seq` is the exchange it was held against, 0 for none."""
        self.answers += 1
        for departure in departures:
            self.counts[departure.weight] += 1
            kind = (operation, departure)
            if kind in self._first or len(self._first) < MOST_KINDS:
                self._first.setdefault(kind, seq)
                self._count[kind] = self._count.get(kind, 0) + 1

    @property
    def has_errors(self) -> bool:
        return self.counts[Weight.ERROR] > 0

    def rows(self) -> list[JsonObject]:
        """Return the kinds as rows, the heaviest first, each weight in the order it was met."""
        kinds = sorted(self._first, key=lambda kind: list(Weight).index(kind[1].weight))
        return [self._row(kind) for kind in kinds]

    def document(self) -> JsonObject:
        """Return all of it as one JSON document."""
        counts = {weight.value: count for weight, count in self.counts.items()}
        return {"answers": self.answers, "counts": {**counts}, "departures": [*self.rows()]}

    def _row(self, kind: _Kind) -> JsonObject:
        operation, departure = kind
        return {
            "operation": operation,
            "severity": departure.weight.value,
            "rule": departure.rule,
            "where": departure.where,
            "recorded": departure.recorded,
            "live": departure.live,
            "first": self._first[kind],
            "answers": self._count[kind],
        }


def in_words(row: JsonObject) -> str:
    """Return one row as a line for people."""
    exchange = f", first exchange {row['first']}" if row["first"] else ""
    count = "1 answer" if row["answers"] == 1 else f"{row['answers']} answers"
    said = f"{row['severity']}: {row['operation']}: {row['where']}: recorded {row['recorded']}, live {row['live']}"
    return f"{said} [{row['rule']}], {count}{exchange}"
