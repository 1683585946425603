"""`audit search`: pages, forms, filters."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import click
import pytest

from gateway.cli.audit import search
from gateway.errors import RunError
from tests.audit.records import AT_MS, DISK, denied, ended, trail_of
from tests.cli.audit.running import audit, document, said


@pytest.fixture
def trail(tmp_path: Path) -> Path:
    note = {**ended(4), "stage": "received"}
    admin = {"stage": "admin", "ts_ms": AT_MS + 5000, "event": "reload", "facts": {"policies": "abc"}}
    gap = {"stage": "gap", "ts_ms": AT_MS + 6000, "count": 3, "because": "no space left"}
    anchor = {"stage": "anchor", "ts_ms": AT_MS + 7000, "anchor": {"seq": 6}}
    return trail_of(
        tmp_path / "audit", [ended(1), denied(2, who={"user_name": "bob"}), ended(3), note, admin, gap, anchor]
    )


def ids(trail: Path, *options: str) -> list[str]:
    return [json.loads(line).get("id", "-") for line in said("search", "--trail", trail, "--ndjson", *options)]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), ["-", "-", "req-3", "req-2", "req-1"]),
        (("--principal", "bob"), ["req-2"]),
        (("--principal", "bob", "--principal", "u1"), ["req-3", "req-2", "req-1"]),
        (("--operation", "cinder_show_volume"), ["req-3", "req-1"]),
        (("--action", "evs:volumes:create"), ["req-2"]),
        (("--resource", DISK), ["req-3", "req-1"]),
        (("--decision", "deny"), ["req-2"]),
        (("--status", "4xx"), ["req-2"]),
        (("--origin", "cloud"), ["req-3", "req-1"]),
        (("--from", "10.0.0.8"), []),
        (("--method", "GET", "--mode", "passthrough", "--chain", "gw-1"), ["req-3", "req-1"]),
        (("--id", "req-4"), ["req-4"]),
        (("--stage", "received"), ["req-4"]),
        (("--stage", "anchor", "--stage", "gap"), ["-", "-"]),
        (("--text", "disk-12 openstacksdk"), ["req-2"]),
        (("--text", "disk-12", "--text", "nowhere"), []),
        (("--since", "2025-11-24T16:00:02", "--until", "2025-11-24T16:00:04"), ["req-3", "req-2"]),
        (("--since", "1s"), []),
    ],
)
def test_all_that_was_asked_for_has_to_fit(trail: Path, options: tuple[str, ...], expected: list[str]) -> None:
    assert ids(trail, *options) == expected


def test_a_line_says_who_asked_for_what_and_how_it_ended(trail: Path) -> None:
    lines = said("search", "--trail", trail)
    assert lines[0].endswith("gap       gw-1 6  3 requests are in no record: no space left")
    assert lines[1] == '2025-11-24T16:00:05.000Z  admin     gw-1 5  reload {"policies": "abc"}'
    assert lines[3] == (
        "2025-11-24T16:00:02.000Z  403       deny  bob  POST   cinder_create_volume "
        "/v2/40acc331ac784f34842ba4f08ff2be48/volumes  gateway 0.9 ms  req-2"
    )


def test_an_anchor_says_how_many_records_it_speaks_for(trail: Path) -> None:
    (line,) = said("search", "--trail", trail, "--stage", "anchor")
    assert line.endswith("anchor    gw-1 7  6 records, signed")


def test_pages_follow_each_other(trail: Path) -> None:
    first = audit("search", "--trail", trail, "--limit", "2")
    cursor = first.stderr.removeprefix("more: --before ").strip()
    second = document("search", "--trail", trail, "--limit", "2", "--before", cursor)
    last = document("search", "--trail", trail, "--limit", "2", "--before", second["next"])
    assert [record["id"] for record in second["records"] + last["records"]] == ["req-3", "req-2", "req-1"]
    assert last["next"] is None


def test_a_table_runs_nothing_in_a_spreadsheet(tmp_path: Path) -> None:
    trail = trail_of(tmp_path, [ended(1, who={"user_name": "=HYPERLINK(1)"}), ended(2)])
    rows = list(csv.DictReader(said("search", "--trail", trail, "--csv")))
    assert [row["principal"] for row in rows] == ["alice", "'=HYPERLINK(1)"]
    assert rows[0] == {
        "time": "2025-11-24T16:00:02.000Z",
        "chain": "gw-1",
        "seq": "2",
        "stage": "complete",
        "id": "req-2",
        "principal": "alice",
        "from": "10.0.0.7",
        "method": "GET",
        "operation": "cinder_show_volume",
        "target": f"/v2/40acc331ac784f34842ba4f08ff2be48/volumes/{DISK}?limit=1",
        "decision": "allow",
        "status": "200",
        "origin": "cloud",
        "ms": "12.0",
        "says": "",
    }


def test_what_a_client_wrote_moves_no_cursor(tmp_path: Path) -> None:
    trail = trail_of(tmp_path, [ended(1, who={"user_name": "a\x1b[2Jb"}, ts_ms=9 * 10**15)])
    (line,) = said("search", "--trail", trail)
    assert "\x1b" not in line
    assert "a\\u001b[2Jb" in line


def test_what_is_written_later_is_found_later(trail: Path) -> None:
    assert ids(trail, "--id", "req-9") == []
    trail_of(trail, [ended(9)])
    assert ids(trail, "--id", "req-9") == ["req-9"]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (("--since", "yesterday"), "is no time; expected one like"),
        (("--before", "xyz!"), "is no cursor"),
        (("--stage", "late"), "is not one of"),
        (("--text", "!?"), "holds no word"),
    ],
)
def test_wrong_usage_is_said(trail: Path, options: tuple[str, ...], says: str) -> None:
    result = audit("search", "--trail", trail, *options)
    assert result.exit_code == 2
    assert says in result.stderr


def test_a_folder_without_a_trail_is_said(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="holds no audit trail"):
        audit("search", "--data", tmp_path)


def test_a_trail_that_may_not_be_written_has_its_index_elsewhere(trail: Path, tmp_path: Path) -> None:
    assert len(said("search", "--trail", trail, "--index", str(tmp_path / "own.sqlite"))) == 5
    assert not (trail / "index.sqlite").exists()


def test_the_trail_of_the_settings_is_searched(trail: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(said("search", "--data", trail.parent)) == 5
    monkeypatch.setenv("EVS_GATEWAY_AUDIT__PATH", str(trail))
    assert len(said("search")) == 5


def test_a_terminal_shows_how_far_the_trail_was_read(trail: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[dict[str, Any]] = []

    class Bar:
        def __enter__(self) -> Bar:
            return self

        def __exit__(self, *exc: object) -> None: ...

        def update(self, count: int) -> None:
            shown.append({"read": count})

    monkeypatch.setattr(search, "stderr_is_terminal", lambda: True)
    monkeypatch.setattr(click, "progressbar", lambda length, **_: shown.append({"length": length}) or Bar())
    assert len(said("search", "--trail", trail)) == 5
    assert shown[0]["length"] == shown[1]["read"]
