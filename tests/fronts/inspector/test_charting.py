"""Charts, as columns and as pictures."""

from __future__ import annotations

from pathlib import Path

from tests.audit.records import AT_MS, denied, ended, trail_of
from tests.fronts.inspector.glancing import glancing

FIRST = AT_MS // 1000


def trail(folder: Path) -> Path:
    trail_of(folder / "audit", [ended(1), ended(2), denied(61, who={"user_name": "bob"})])
    return folder


def test_columns_have_a_value_for_each_minute(tmp_path: Path) -> None:
    with glancing(trail(tmp_path)) as somebody:
        assert somebody.get("/inspector/charts.json").json() == {
            "step_s": 60,
            "counted_from_ms": None,
            "t": [FIRST, FIRST + 60],
            "requests": [2, 1],
            "denied": [0, 1],
            "invalid": [0, 0],
            "errors": [0, 0],
            "p50_ms": [16.384, 1.024],
            "p95_ms": [16.384, 1.024],
            "behind": 0,
        }


def test_columns_are_narrowed_as_the_list_is(tmp_path: Path) -> None:
    with glancing(trail(tmp_path)) as somebody:
        counts = {
            query: somebody.get(f"/inspector/charts.json?{query}").json()["requests"]
            for query in (
                "decision=deny",
                "principal=bob",
                "words=disk-12",
                "from=2025-11-24T16:01Z",
                "principal=nobody",
            )
        }
    assert counts == {
        "decision=deny": [0, 1],
        "principal=bob": [0, 1],
        "words=disk-12": [0, 1],
        "from=2025-11-24T16:01Z": [1],
        "principal=nobody": [0, 0],
    }


def test_pictures_have_a_table_beside_them(tmp_path: Path) -> None:
    with glancing(trail(tmp_path)) as somebody:
        page = somebody.page("/inspector/charts")
        rows = somebody.rows("/inspector/charts", "points")
    assert page.count('<svg class="graph"') == 3
    assert rows == [
        ["2025-11-24T16:00:00.000Z", "2", "0", "0", "0", "0", "16.4", "16.4"],
        ["2025-11-24T16:01:00.000Z", "1", "1", "0", "0", "0", "1.0", "1.0"],
    ]


def test_where_nothing_was_counted_the_page_says_so(tmp_path: Path) -> None:
    with glancing(trail(tmp_path)) as somebody:
        assert "Nothing was counted in this time." in somebody.page("/inspector/charts?to=2020-01-01")


def test_an_address_that_says_no_filter_is_refused(tmp_path: Path) -> None:
    with glancing(trail(tmp_path)) as somebody:
        assert somebody.get("/inspector/charts.json?from=yesterday").status_code == 400
