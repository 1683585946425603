"""`audit export`: forms, filters, files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.audit.records import denied, ended, trail_of
from tests.cli.audit.running import audit, said


@pytest.fixture
def trail(tmp_path: Path) -> Path:
    trail_of(tmp_path / "audit", [ended(1), ended(3)], "gw-1")
    admin = {"stage": "admin", "event": "start", "facts": {}}
    return trail_of(tmp_path / "audit", [admin, denied(2)], "gw-2")


def exported(*options: object) -> list[dict[str, Any]]:
    return [json.loads(line) for line in said("export", *options)]


def test_records_are_written_as_they_are_the_oldest_first(trail: Path) -> None:
    records = exported("--trail", trail)
    assert [record.get("id") for record in records] == [None, "req-1", "req-2", "req-3"]
    assert {"seq", "prev", "hash", "chain"} <= set(records[1])


def test_an_export_holds_all_unless_a_stage_is_named(trail: Path) -> None:
    trail_of(trail, [{**ended(9), "stage": "received"}], "gw-2")
    assert exported("--trail", trail)[-1]["stage"] == "received"
    assert len(exported("--trail", trail, "--stage", "complete")) == 3


def test_what_has_no_form_is_left_out(trail: Path) -> None:
    assert [trace["trace_name"] for trace in exported("--trail", trail, "--as", "cts")] == [
        "start",
        "cinder_show_volume",
        "cinder_create_volume",
        "cinder_show_volume",
    ]
    assert [event["status_code"] for event in exported("--trail", trail, "--as", "ocsf")] == ["200", "403", "200"]


def test_only_what_fits_is_written(trail: Path) -> None:
    assert [record["id"] for record in exported("--trail", trail, "--decision", "deny")] == ["req-2"]


def test_a_file_is_there_when_it_is_whole(trail: Path, tmp_path: Path) -> None:
    assert audit("export", "--trail", trail, "-o", tmp_path / "out.jsonl").stdout == ""
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 4
