"""How live answers departed, as the trail tells."""

from __future__ import annotations

from pathlib import Path

from gateway.contract.model import JsonObject
from tests.audit.records import ended, trail_of
from tests.fronts.inspector.glancing import cells, glancing
from tests.inspector.test_drifts import compared, departure


def verified(number: int, *departures: JsonObject) -> JsonObject:
    return {**compared(number, *departures), "mode": "verify"}


def test_departures_are_listed_the_heaviest_first(tmp_path: Path) -> None:
    warn, error = departure("warn"), departure("error", "/volume/<b>id</b>")
    trail_of(tmp_path / "audit", [verified(7), verified(8, warn, error), verified(9, warn), ended(10)])
    with glancing(tmp_path) as somebody:
        rows = somebody.rows("/inspector/drift", "drift")
    show, times = "cinder_show_volume", ("2025-11-24T16:00:08.000Z exchange 8", "2025-11-24T16:00:09.000Z exchange 9")
    assert rows == [
        ["error", show, "/volume/<b>id</b>", "an integer", "absent", "1", times[0]],
        ["warn", show, "/volume/size", "an integer", "absent", "2", times[1]],
    ]


def test_answers_that_do_not_depart_are_counted(tmp_path: Path) -> None:
    trail_of(tmp_path / "audit", [verified(7), verified(8)])
    with glancing(tmp_path) as somebody:
        assert "2 answers were held against the recording, and none departs from it." in somebody.page(
            "/inspector/drift"
        )


def test_where_nothing_was_compared_the_page_says_how(tmp_path: Path) -> None:
    trail_of(tmp_path / "audit", [ended(1)])
    with glancing(tmp_path) as somebody:
        assert "--mode verify" in somebody.page("/inspector/drift")


def test_an_exchange_stands_beside_its_recording(tmp_path: Path) -> None:
    trail_of(tmp_path / "audit", [verified(7), verified(8, departure("warn")), ended(9)])
    with glancing(tmp_path) as somebody:
        pages = [somebody.page(f"/inspector/exchange/req-{number}") for number in (7, 8, 9)]
    assert "does not depart from the recorded one" in pages[0]
    assert cells(pages[1], "drift")[0][:5] == ["warn", "cinder_show_volume", "/volume/size", "an integer", "absent"]
    assert "Against the recording" not in pages[2]
