"""The benchmark of reading a trail measures what it says."""

from __future__ import annotations

from pathlib import Path

from benchmarks import audit_search


def test_a_small_trail_is_measured(tmp_path: Path) -> None:
    audit_search.write(tmp_path, 400)
    rows = dict(audit_search.measure(tmp_path, 400))
    found = {name: figure.partition("(")[2] for name, figure in rows.items() if name.startswith("page")}
    assert found == {
        "page: the newest": "50 records)",
        "page: a page from the middle": "50 records)",
        "page: one of 50 principals": "8 records)",
        "page: principal, operation and denied": "0 records)",
        "page: two that exclude each other": "0 records)",
        "page: status 5xx": "0 records)",
        "page: one disk": "1 records)",
        "page: a word in all records": "50 records)",
        "page: that word and status 5xx": "0 records)",
        "page: two words and denied": "0 records)",
        "page: a word in no record": "0 records)",
        "page: a minute of one principal": "8 records)",
        "page: one request id": "1 records)",
    }
    assert {"drawing the index", "verifying"} < set(rows)
