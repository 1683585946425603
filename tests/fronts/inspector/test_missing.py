"""Misses, listed and one by one."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.fronts.inspector import missing
from tests.audit.records import ended, trail_of
from tests.fronts.inspector.glancing import glancing, said
from tests.inspector.test_misses import REPORT

GONE = {"status": 424, "origin": "gateway"}


def trail(folder: Path) -> Path:
    hostile = {**REPORT, "request": {"path": "<script>alert(1)</script>"}}
    trail_of(folder / "audit", [ended(1), ended(2, miss=REPORT, outcome=GONE), ended(3, miss=hostile, outcome=GONE)])
    return folder


def test_misses_are_listed_the_newest_first(tmp_path: Path) -> None:
    with glancing(trail(tmp_path)) as somebody:
        rows = somebody.rows("/inspector/misses", "misses")
    message = "The cassette holds this operation, but no exchange with these fields."
    assert rows == [
        [f"2025-11-24T16:00:0{number}.000Z", "cinder_list_volumes", "worker-1", message, "1"] for number in (3, 2)
    ]


def test_a_miss_stands_beside_its_nearest_recordings(tmp_path: Path) -> None:
    with glancing(trail(tmp_path)) as somebody:
        page = somebody.page("/inspector/misses/req-2")
    nearest = page.partition('<section id="nearest"')[2].partition("</section>")[0]
    assert "Exchange 7 of the cassette, answered 200: 1 field differs" in said(nearest)
    assert "query limit 5 10" in said(nearest)


def test_what_a_client_sent_stays_text(tmp_path: Path) -> None:
    with glancing(trail(tmp_path)) as somebody:
        page = somebody.page("/inspector/misses/req-3")
    assert ("<script>alert" in page, "&lt;script&gt;alert(1)" in page) == (False, True)


def test_an_id_may_hold_anything(tmp_path: Path) -> None:
    trail_of(tmp_path / "audit", [ended(1, id="a/b?c#d", miss=REPORT, outcome=GONE)])
    with glancing(tmp_path) as somebody:
        link = somebody.page("/inspector/misses").partition('href="/inspector/misses/')[2].partition('"')[0]
        assert "a/b?c#d" in said(somebody.page(f"/inspector/misses/{link}"))


def test_what_is_no_miss_is_not_found(tmp_path: Path) -> None:
    with glancing(trail(tmp_path)) as somebody:
        statuses = [somebody.get(f"/inspector/misses/{id_}").status_code for id_ in ("req-1", "nothing")]
        assert "No replay missed anything here." in somebody.page("/inspector/misses?to=2020-01-01")
    assert statuses == [404, 404]


def test_pages_follow_each_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(missing, "ROWS", 1)
    with glancing(trail(tmp_path)) as somebody:
        page = somebody.page("/inspector/misses")
        older = page.partition('rel="next" href="')[2].partition('"')[0]
        assert "2025-11-24T16:00:02.000Z" in somebody.page(older)
        assert somebody.get("/inspector/misses?before=nothing").status_code == 400
