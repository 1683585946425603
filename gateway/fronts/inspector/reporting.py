"""A report: the charts and tables of a time in one file that needs nothing else, no script and no network.

The same questions and the same templates as on the pages. What it says depends on the trail and the time alone, so
that the same report is the same file.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from gateway import __version__
from gateway.audit.entries import Term
from gateway.audit.facets import KINDS
from gateway.audit.rollup import Minute
from gateway.audit.search import Page, Query
from gateway.audit.telling import moment
from gateway.fronts.inspector.charting import chart
from gateway.fronts.inspector.drifting import held
from gateway.fronts.inspector.missing import missed
from gateway.fronts.inspector.pages import STATIC, rendered
from gateway.fronts.inspector.permitting import matrix
from gateway.inspector.charts import ends_of, rows_of
from gateway.inspector.facets import FACETS
from gateway.inspector.filters import Filter
from gateway.inspector.graphs import graphs_of, span_in_words
from gateway.inspector.misses import miss_of
from gateway.inspector.rows import row
from gateway.stores.audit_index import AuditIndex

MOST_ROWS = 100
MOST_MISSES = 20
# Records that are counted by facets, the newest; and the values of each that are shown.
MOST_FACETED = 100_000
MOST_VALUES = 10
_SHEETS = ("inspector.css", "charts.css")


@dataclass(frozen=True, slots=True)
class Totals:
    """What all of a time comes to."""

    requests: int
    denied: int
    invalid: int
    refused: int
    failed: int


def report(index: AuditIndex, chosen: Filter) -> str:
    """Return the report of what a filter narrows to. Errors: StoreError, ValueError for a time that is none."""
    query = chosen.query
    ends = ends_of(query)
    drawn = chart(index, query)
    points = list(rows_of(drawn))
    within = index.within(ends, KINDS, MOST_FACETED, MOST_VALUES)
    misses = [miss_of(each.record) for each in index.find(missed(ends), Page(MOST_MISSES))]
    style = _style()
    return rendered(
        "report.html",
        style=style,
        policy=f"default-src 'none'; img-src data:; style-src 'sha256-{_sha256(style)}'",
        version=__version__,
        filter=chosen,
        since=moment(query.since_ms) if chosen.since else "the beginning of the trail",
        until=moment(query.until_ms) if chosen.until else "the end of the trail",
        chart=drawn,
        graphs=graphs_of(drawn),
        points=points,
        step=span_in_words(drawn.times.step),
        totals=_totals(points),
        facets=[(label, [each for each in within.values if each.kind == name]) for name, label in FACETS.items()],
        faceted=None if within.is_all else MOST_FACETED,
        matrix=matrix(index, query),
        lists=[(words, _rows(index, ends, terms)) for words, terms in _LISTS],
        misses=[miss for miss in misses if miss is not None],
        held=held(index, query),
        most=MOST_ROWS,
    )


_LISTS: tuple[tuple[str, tuple[Term, ...]], ...] = (
    ("Denied requests", (("decision", "deny"),)),
    ("Failed requests", (("status", "5xx"),)),
)


def _rows(index: AuditIndex, ends: Query, terms: tuple[Term, ...]) -> list[object]:
    query = Query((*ends.terms, *terms), ends.words, ends.since_ms, ends.until_ms)
    return [row(each.record) for each in index.find(query, Page(MOST_ROWS))]


def _totals(points: Iterable[Minute]) -> Totals:
    counts = [(each.requests, each.denied, each.invalid, each.refused, each.failed) for each in points]
    return Totals(*(sum(column) for column in zip(*counts, strict=True))) if counts else Totals(0, 0, 0, 0, 0)


def _style() -> Markup:
    """Return the style sheets as they stand in the file. They are our own."""
    return Markup("\n").join(Markup((STATIC / name).read_text(encoding="utf-8")) for name in _SHEETS)  # noqa: S704


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
