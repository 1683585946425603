from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from gateway.cassette.reports import ScopeReport, Unused
from gateway.errors import DifferenceError, SettingsError, StoreError
from gateway.fronts.ending import check_reports, require_all_used, summary, tell, write_summary
from gateway.settings import CassetteSettings, ScopeSettings, Settings

UNUSED = Unused(3, "cinder_list_volumes", "GET", "/v2/{project_id}/volumes")
MISS = {"operation": "cinder_show_volume", "kind": "no-match", "message": "No such thing."}
ONE = ScopeReport("one", hits=2, used=2, unused=(UNUSED,), unused_count=1, ranges=((1, 2),))
DEFAULT = ScopeReport("", hits=1, used=1, misses=(MISS,), miss_count=1, unused_count=2, ranges=((1, 1),))
ALL = ScopeReport("", 3, (MISS,), 1, 0, 2, (UNUSED,), 1, ((1, 2),))
WHOLE = ScopeReport("", 3, used=3, ranges=((1, 3),))


@dataclass(frozen=True)
class Told:
    """Scopes that have ended."""

    overall_: ScopeReport | None

    def ended(self) -> tuple[ScopeReport, ...]:
        return (ONE, DEFAULT)

    def overall(self) -> ScopeReport | None:
        return self.overall_


def settings(path: Path | None = None, require: bool = False) -> Settings:
    scopes = ScopeSettings(report=path, require_all_used=require)
    return Settings(cassette=CassetteSettings(path=Path("life.cassette")), scopes=scopes)


def test_a_summary_names_the_cassette_every_scope_and_all_of_them_together() -> None:
    whole: Any = summary("life.cassette", (ONE, DEFAULT), ALL)
    assert (whole["cassette"], whole["exchanges"]) == ("life.cassette", 3)
    assert [(scope["name"], scope["used"]) for scope in whole["scopes"]] == [("one", [[1, 2]]), ("default", [[1, 1]])]
    assert whole["all"] == {
        "hits": 3,
        "approximate": 0,
        "used": [[1, 2]],
        "used_count": 2,
        "unused": [{"seq": 3, "operation": UNUSED.operation, "method": "GET", "target": UNUSED.target_template}],
        "unused_count": 1,
        "misses": [MISS],
        "miss_count": 1,
    }


def test_every_scope_has_a_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    tell(settings(), Told(ALL))
    assert [(record.getMessage(), record.__dict__["fields"]) for record in caplog.records] == [
        ("scope ended", {"scope": "one", "hits": 2, "approximate": 0, "misses": 0, "used": 2, "unused": 1}),
        ("scope ended", {"scope": "default", "hits": 1, "approximate": 0, "misses": 1, "used": 1, "unused": 2}),
    ]


def test_the_report_is_written_before_anything_is_required(tmp_path: Path) -> None:
    path = tmp_path / "report.json"
    with pytest.raises(DifferenceError, match="not all was used"):
        tell(settings(path, require=True), Told(ALL))
    assert json.loads(path.read_text())["exchanges"] == 3


def test_what_missed_and_what_stayed_unused_is_said_together() -> None:
    with pytest.raises(DifferenceError) as raised:
        require_all_used(ALL)
    assert str(raised.value).splitlines() == [
        "not all was used",
        "all scopes: 3 hits, 0 of them approximate; 1 misses",
        "1 of 3 recorded exchanges were not used",
        "  unused: exchange 3, cinder_list_volumes (GET /v2/{project_id}/volumes)",
        "  missed: cinder_show_volume, no-match: No such thing.",
    ]


def test_where_all_was_used_or_nothing_is_replayed_all_is_well(tmp_path: Path) -> None:
    for overall in (WHOLE, None):
        tell(settings(require=True), Told(overall))
    tell(settings(tmp_path / "none.json"), Told(None))
    assert not (tmp_path / "none.json").exists()


def test_a_report_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="the report cannot be written"):
        write_summary(tmp_path, {})


def test_a_report_without_a_folder_is_refused_at_the_start(tmp_path: Path) -> None:
    check_reports(settings(tmp_path / "report.json"))
    check_reports(settings())
    with pytest.raises(SettingsError, match=r"--report: .*/gone/report\.json: cannot be written; expected a folder"):
        check_reports(settings(tmp_path / "gone" / "report.json"))
