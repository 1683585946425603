"""`audit tail`: the last records, and those that come."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.audit.search import EVERYTHING, Query
from gateway.cli.audit import tail
from gateway.stores.audit_following import Follower
from tests.audit.records import denied, ended, trail_of
from tests.cli.audit.running import audit, said


@pytest.fixture
def trail(tmp_path: Path) -> Path:
    trail_of(tmp_path, [ended(1), ended(3), denied(5)], "gw-1")
    return trail_of(tmp_path, [ended(2), ended(4), {**ended(4), "stage": "received"}], "gw-2")


def ids(*options: object) -> list[str]:
    return [json.loads(line)["id"] for line in said("tail", "--ndjson", *options)]


def test_the_last_of_all_chains_in_order_of_time(trail: Path) -> None:
    assert ids("--trail", trail) == ["req-1", "req-2", "req-3", "req-4", "req-5"]
    assert ids("--trail", trail, "-n", 2) == ["req-4", "req-5"]
    assert ids("--trail", trail, "-n", 0) == []


def test_of_those_that_fit(trail: Path) -> None:
    assert ids("--trail", trail, "--decision", "deny") == ["req-5"]
    assert said("tail", "--trail", trail, "--text", "disk-12")[0].endswith("req-5")


def test_new_ones_are_told_as_they_come(trail: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    coming = iter([[ended(6)], [denied(7)], []])

    def pause(seconds: float) -> None:
        records = next(coming)
        if not records:
            raise KeyboardInterrupt
        trail_of(trail, records)

    monkeypatch.setattr(tail.time, "sleep", pause)
    result = audit("tail", "--trail", trail, "--follow", "-n", 1, "--ndjson")
    assert [json.loads(line)["id"] for line in result.stdout.splitlines()] == ["req-5", "req-6", "req-7"]
    assert result.exit_code == 1


def test_only_news_that_fit_are_told(trail: Path) -> None:
    follower = Follower(trail)
    trail_of(trail, [ended(6), denied(7)])
    told = tail.news(follower, Query((("decision", "deny"),)), lambda: None)
    assert next(told)["id"] == "req-7"


def test_the_search_for_the_last_has_an_end(trail: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tail, "_FARTHEST", 1)
    assert [record["id"] for record in tail.last(trail, EVERYTHING, 9)] == ["req-4", "req-5"]
