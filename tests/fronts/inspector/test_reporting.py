"""A report: one file that needs nothing else and says the same each time."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from gateway.fronts.inspector import reporting
from gateway.fronts.inspector.reporting import report
from gateway.inspector.filters import Filter, filter_of
from gateway.stores.audit_index import AuditIndex
from tests.audit.records import denied, ended, trail_of
from tests.fronts.inspector.glancing import cells, said
from tests.inspector.test_drifts import compared, departure
from tests.inspector.test_misses import REPORT

EVERYTHING = filter_of([], 0)
HOSTILE = '<script src="https://elsewhere.example/x.js">alert(1)</script>'


def trail(folder: Path) -> Path:
    records = [
        ended(1),
        denied(2),
        ended(3, outcome={"status": 503}),
        ended(4, outcome={"status": 424, "origin": "gateway"}, miss=REPORT),
        {**compared(5, departure("warn")), "mode": "verify"},
        ended(6, who={"user_name": HOSTILE}, what={"target": f"/v2/{HOSTILE}"}, outcome={"status": 500}),
    ]
    return trail_of(folder, records)


def reported(folder: Path, chosen: Filter = EVERYTHING) -> str:
    with AuditIndex(folder) as index:
        index.catch_up()
        return report(index, chosen)


class Tags(HTMLParser):
    """Collects tags and what they lead to."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: set[str] = set()
        self.leads: set[str] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        self.leads |= {str(value) for name, value in attrs if name in ("href", "src", "action", "style")}


def test_a_report_says_what_came_to_pass(tmp_path: Path) -> None:
    page = reported(trail(tmp_path))
    text = said(page)
    assert "From the beginning of the trail To the end of the trail Requests 6 Denied by policies 1" in text
    assert "Refused otherwise 1, of which 0 as invalid Failed 2" in text
    assert cells(page, "points") == [["2025-11-24T16:00:00.000Z", "6", "1", "0", "1", "2", "16.4", "16.4"]]
    assert [row[0] for row in cells(page, "drift")] == ["warn"]
    assert ("The cassette holds this operation" in text, "query limit 5 10" in text) == (True, True)
    assert page.count('<svg class="graph"') == 3


def test_a_report_needs_nothing_else(tmp_path: Path) -> None:
    page = reported(trail(tmp_path))
    tags = Tags(page)
    assert (tags.names & {"script", "iframe", "img", "object"}, tags.leads) == (set(), {"data:,"})
    style = re.search(r"<style>(.*?)</style>", page, re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert f"default-src &#39;none&#39;; img-src data:; style-src &#39;sha256-{digest}&#39;" in page


def test_the_same_report_is_the_same_file(tmp_path: Path) -> None:
    trail(tmp_path)
    assert reported(tmp_path) == reported(tmp_path)


def test_a_report_is_narrowed_as_the_list_is(tmp_path: Path) -> None:
    pairs = [("from", "2025-11-24T16:00"), ("to", "2025-11-24T17:00"), ("decision", "deny"), ("words", "disk-12")]
    page = reported(trail(tmp_path), filter_of(pairs, 0))
    text = said(page)
    assert "From 2025-11-24T16:00:00.000Z To 2025-11-24T17:00:00.000Z decision deny words disk-12 Requests 1" in text
    assert ("Failed requests None." in text, "Misses" in text) == (True, False)


def test_facets_are_counted_up_to_a_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reporting, "MOST_FACETED", 3)
    assert "Counted are the newest 3 requests." in said(reported(trail(tmp_path)))


def test_a_report_of_nothing_says_so(tmp_path: Path) -> None:
    text = said(reported(trail(tmp_path), filter_of([("to", "2020-01-01")], 0)))
    assert "Requests 0 Denied by policies 0" in text
    assert ("Nothing was counted in this time." in text, "Nobody asked for anything" in text) == (True, True)
