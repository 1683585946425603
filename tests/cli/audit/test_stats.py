"""`audit stats`: counts by the minute and longer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.audit.records import denied, ended, trail_of
from tests.cli.audit.running import document, said


@pytest.fixture
def trail(tmp_path: Path) -> Path:
    return trail_of(tmp_path, [ended(1), ended(2), denied(61), ended(3700, outcome={"status": 502})])


def test_a_row_a_minute(trail: Path) -> None:
    assert said("stats", "--trail", trail) == [
        "time                      requests    denied   refused    failed    p50 ms <    p95 ms <",
        "2025-11-24T16:00:00.000Z         2         0         0         0        16.4        16.4",
        "2025-11-24T16:01:00.000Z         1         1         0         0         1.0         1.0",
        "2025-11-24T17:01:00.000Z         1         0         0         1        16.4        16.4",
    ]


def test_a_row_an_hour(trail: Path) -> None:
    rows = document("stats", "--trail", trail, "--by", "hour")
    assert [(row["requests"], row["denied"], row["failed"]) for row in rows] == [(3, 1, 0), (1, 0, 1)]


def test_of_an_operation_and_a_time(trail: Path) -> None:
    options = ("--operation", "cinder_show_volume", "--since", "2025-11-24T16:30:00", "--until", "2025-11-25")
    assert [row["requests"] for row in document("stats", "--trail", trail, *options)] == [1]
