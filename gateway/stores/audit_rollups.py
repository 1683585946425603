"""What the index of a trail counts: requests by span and kind, and uses of actions; written with the records, and asked
without them. It outlives records that retention takes away.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass
from hashlib import blake2b

from gateway.audit.rollup import ALL, MINUTE_MS, WIDTHS, Only, Share, width_of
from gateway.audit.uses import DAY, EVER, HOUR, Use, Used, stretches

_TOTAL = (
    "SELECT principal, action, operation, decision, SUM(requests), MAX(last_ms) FROM uses"
    " WHERE width = ? AND first >= ? AND first < ? GROUP BY 1, 2, 3, 4"
)


Row = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Rolled:
    """What a record adds to the counts."""

    ts_ms: int
    share: Share | None
    uses: tuple[Use, ...]


def number_of_share(share: Share) -> int:
    """Return the number of a kind of request, whenever it was."""
    kind = "\0".join(map(str, astuple(share)[1:]))
    return int.from_bytes(blake2b(kind.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)


class Rollups:
    """The counts in an index; who writes holds the transaction."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def add(self, rolled: Sequence[Rolled]) -> None:
        self._add_spans(Counter(each.share for each in rolled if each.share is not None))
        self._add_uses(rolled)

    def minutes(self, since_ms: int, until_ms: int) -> Iterator[tuple[Share, int]]:
        """Yield what was counted in the minutes of a time, in order."""
        rows = self._connection.execute(
            "SELECT first, operation, decision, status, origin, class, requests FROM spans"
            " WHERE width = 1 AND first >= ? AND first < ? ORDER BY first",
            (since_ms // MINUTE_MS, -(-until_ms // MINUTE_MS)),
        )
        return ((Share(*row[:6]), row[6]) for row in rows)

    def extent(self) -> tuple[int, int] | None:
        """Return the first minute that was counted, and the one behind the last, None where nothing was."""
        first = "SELECT first FROM totals WHERE width = 1 ORDER BY first"
        ends = [self._connection.execute(f"{first} {way} LIMIT 1").fetchone() for way in ("ASC", "DESC")]
        return None if ends[0] is None else (ends[0][0], ends[1][0] + 1)

    def steps(self, since_minute: int, until_minute: int, step: int, only: Only = ALL) -> Iterator[tuple[Share, int]]:
        """Yield what was counted in each step of a time, in order, whatever the operation. A step that the time only
        touches is counted whole."""
        where, values = _where(only)
        table = "spans" if only.operations else "totals"
        rows = self._connection.execute(
            f"SELECT first / ? * ? AS step, '', decision, status, origin, class, SUM(requests) FROM {table}"  # noqa: S608
            f" WHERE width = ? AND first >= ? AND first < ?{where} GROUP BY 1, 3, 4, 5, 6 ORDER BY 1",
            (step, step, width_of(step), since_minute // step * step, until_minute, *values),
        )
        return ((Share(*row[:6]), row[6]) for row in rows)

    def uses(self, since_minute: int, until_minute: int) -> list[Used]:
        """Return who used what in a time, to the hour."""
        requests, last = Counter[Use](), dict[Use, int]()
        for part in stretches(since_minute, until_minute):
            for *names, count, last_ms in self._connection.execute(_TOTAL, (part.width, part.first, part.end)):
                use = Use(*names)
                requests[use] += count
                last[use] = max(last_ms, last.get(use, 0))
        return [Used(use, count, last[use]) for use, count in requests.items()]

    def _add_spans(self, shares: Counter[Share]) -> None:
        kinds = {(number_of_share(share), *astuple(share)[1:]) for share in shares}
        self._connection.executemany("INSERT OR IGNORE INTO shares VALUES (?, ?, ?, ?, ?, ?)", kinds)
        spans = _spans(shares)
        self._count("spans", spans)
        totals: Counter[Row] = Counter()
        for (width, first, _, *kind), count in spans.items():
            totals[width, first, *kind] += count
        self._count("totals", totals)

    def _count(self, table: str, counts: Counter[Row]) -> None:
        for row, count in counts.items():
            self._connection.execute(
                f"INSERT INTO {table} VALUES ({_marks(row)}, ?)"  # noqa: S608
                " ON CONFLICT DO UPDATE SET requests = requests + excluded.requests",
                (*row, count),
            )

    def _add_uses(self, rolled: Iterable[Rolled]) -> None:
        requests, last = Counter[tuple[int, Use]](), dict[tuple[int, Use], int]()
        for each in rolled:
            hour = each.ts_ms // MINUTE_MS // HOUR * HOUR
            for use in each.uses:
                requests[hour, use] += 1
                last[hour, use] = max(each.ts_ms, last.get((hour, use), 0))
        self._connection.executemany(
            "INSERT INTO uses VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
            " SET requests = requests + excluded.requests, last_ms = MAX(last_ms, excluded.last_ms)",
            [
                (width, hour // width * width if width else 0, *astuple(use), count, last[hour, use])
                for (hour, use), count in requests.items()
                for width in (HOUR, DAY, EVER)
            ],
        )


def _spans(shares: Counter[Share]) -> Counter[Row]:
    """Return the counts of minutes as counts of spans of every width."""
    spans: Counter[Row] = Counter()
    for each, count in shares.items():
        kind = (each.operation, each.decision, each.status, each.origin, each.class_)
        for width in WIDTHS:
            spans[(width, each.minute // width * width, *kind)] += count
    return spans


def _where(only: Only) -> tuple[str, tuple[str | int, ...]]:
    """Return the conditions of a choice, and their values."""
    parts: list[str] = []
    values: list[str | int] = []
    for column, chosen in (("operation", only.operations), ("decision", only.decisions), ("origin", only.origins)):
        if chosen:
            parts.append(f"{column} IN ({_marks(chosen)})")
            values.extend(chosen)
    if only.statuses or only.classes:
        parts.append(f"(status IN ({_marks(only.statuses)}) OR status / 100 IN ({_marks(only.classes)}))")
        values.extend((*only.statuses, *only.classes))
    return "".join(f" AND {part}" for part in parts), tuple(values)


def _marks(chosen: Sequence[object]) -> str:
    return ", ".join("?" * len(chosen))
