"""What became of a recording in one scope: how often it answered and did not, what was used of it and what was not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from gateway.cassette.index import Index, Recorded
from gateway.cassette.places import Places
from gateway.cassette.scoping import shown
from gateway.contract.model import JsonObject

# Misses and unused exchanges that a report names; it counts the rest.
MOST_MISSES = 50
MOST_UNUSED = 50


@dataclass(frozen=True, slots=True)
class Unused:
    """A recorded exchange that no request of the scope has got. Polls of a run that was served are none."""

    seq: int
    operation: str
    method: str
    target_template: str


@dataclass(frozen=True, slots=True)
class ScopeReport:
    """One scope, from its beginning or the last explicit reset on, through all its rewinds. `approximate` are hits
    that were only nearly as recorded; `misses` are the reports of the first ones. `ranges` are the numbers of what was
    used, from and to."""

    name: str
    hits: int = 0
    misses: tuple[JsonObject, ...] = ()
    miss_count: int = 0
    approximate: int = 0
    used: int = 0
    unused: tuple[Unused, ...] = ()
    unused_count: int = 0
    ranges: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True)
class Tally:
    """The counts of a scope while it runs. `seen` are the places of the exchanges that were served."""

    hits: int = 0
    approximate: int = 0
    miss_count: int = 0
    misses: list[JsonObject] = field(default_factory=list)
    seen: Places = field(default_factory=Places)

    def hit(self, place: int, approximate: int) -> None:
        self.hits += 1
        self.approximate += approximate
        self.seen.add(place)

    def missed(self, report: JsonObject) -> None:
        self.miss_count += 1
        if len(self.misses) < MOST_MISSES:
            self.misses.append(report)


def merged(tallies: Iterable[Tally]) -> Tally:
    """Return the counts of several scopes as if they were one."""
    whole = Tally()
    for tally in tallies:
        whole.hits += tally.hits
        whole.approximate += tally.approximate
        whole.miss_count += tally.miss_count
        whole.misses = (whole.misses + tally.misses)[:MOST_MISSES]
        whole.seen.update(tally.seen)
    return whole


def reported(name: str, tally: Tally, used: Sequence[int], unused: Sequence[int], index: Index) -> ScopeReport:
    """Return the report of a scope. `used` and `unused` are places in the recording, rising."""
    numbers = [index.seq(at) for at in used]
    named = [_unused(index.recorded(at)) for at in unused[:MOST_UNUSED]]
    return ScopeReport(
        name,
        tally.hits,
        tuple(tally.misses),
        tally.miss_count,
        tally.approximate,
        len(numbers),
        tuple(named),
        len(unused),
        ranges_of(numbers),
    )


def document(report: ScopeReport) -> JsonObject:
    """Return a report as JSON. `used` are the numbers of exchanges, from and to; all lists but this are bounded."""
    return {
        "name": shown(report.name),
        "hits": report.hits,
        "approximate": report.approximate,
        "used": [[first, last] for first, last in report.ranges],
        "used_count": report.used,
        "unused": [
            {"seq": each.seq, "operation": each.operation, "method": each.method, "target": each.target_template}
            for each in report.unused
        ],
        "unused_count": report.unused_count,
        "misses": list(report.misses),
        "miss_count": report.miss_count,
    }


def ranges_of(numbers: Iterable[int]) -> tuple[tuple[int, int], ...]:
    """Return rising numbers as ranges, the last number of each included."""
    ranges: list[tuple[int, int]] = []
    for number in numbers:
        if ranges and number == ranges[-1][1] + 1:
            ranges[-1] = (ranges[-1][0], number)
        else:
            ranges.append((number, number))
    return tuple(ranges)


def _unused(recorded: Recorded) -> Unused:
    return Unused(recorded.seq, recorded.operation, recorded.method, recorded.target)
