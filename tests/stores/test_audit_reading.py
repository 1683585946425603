"""A trail as readers find it: chains judged, anchors that others kept, records from the end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateway.audit.chain import Head
from gateway.audit.verification import FaultKind
from gateway.errors import RunError, StoreError
from gateway.stores import audit_reading
from gateway.stores.audit_files import files_of
from gateway.stores.audit_reading import (
    anchors_told,
    dropped_in,
    folder_with_trail,
    judged,
    last_records,
    record_at,
    records_of,
)
from tests.audit.records import ended, trail_of
from tests.audit.trails import SIGNER

ANCHOR = SIGNER.anchor("gw-1", Head(3, "ab" * 32), 5)


def test_a_folder_without_a_trail_is_none(tmp_path: Path) -> None:
    with pytest.raises(RunError, match="holds no audit trail"):
        folder_with_trail(tmp_path)
    assert folder_with_trail(trail_of(tmp_path, [ended()])) == tmp_path


@pytest.mark.parametrize(
    "line",
    [
        json.dumps(ANCHOR.as_json()),
        json.dumps({"event": "audit anchor", "anchor": ANCHOR.as_json()}),
        json.dumps({"level": "info", "fields": {"anchor": ANCHOR.as_json()}}),
        "Nov 25 02:30:00 host evs-gateway[7]: " + json.dumps({"anchor": ANCHOR.as_json()}),
    ],
    ids=["bare", "line", "log", "syslog"],
)
def test_anchors_are_found_in_what_others_kept(tmp_path: Path, line: str) -> None:
    path = tmp_path / "kept"
    path.write_text(f"something else\n{{not json}}\n{line}\n")
    assert anchors_told(path) == [ANCHOR]


def test_a_file_without_anchors_is_no_proof(tmp_path: Path) -> None:
    path = tmp_path / "kept"
    path.write_text('{"event": "request"}\n')
    with pytest.raises(RunError, match="holds no anchor; expected lines"):
        anchors_told(path)
    with pytest.raises(RunError, match="cannot be read"):
        anchors_told(tmp_path)


@pytest.mark.parametrize("at_once", [7, 1024 * 1024])
def test_records_are_read_from_the_end(tmp_path: Path, at_once: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_reading, "_AT_ONCE", at_once)
    trail_of(tmp_path, [ended(number) for number in range(1, 8)], rotate_bytes=3000)
    (tmp_path / "gw-1.000000000008.jsonl").touch()
    assert len(files_of(tmp_path, "gw-1")) > 2
    assert [record["id"] for record in last_records(tmp_path, "gw-1")] == [f"req-{n}" for n in range(7, 0, -1)]


def test_lines_that_are_no_records_are_passed_over(tmp_path: Path) -> None:
    path = files_of(trail_of(tmp_path, [ended()]), "gw-1")[0]
    path.write_bytes(b"none\n" + path.read_bytes() + b"[1]\n")
    assert [record["id"] for record in records_of([path])] == ["req-1"]
    assert [record["id"] for record in last_records(tmp_path, "gw-1")] == ["req-1"]


def test_a_record_stands_at_its_place(tmp_path: Path) -> None:
    path = files_of(trail_of(tmp_path, [ended(1), ended(2)]), "gw-1")[0]
    first, second = path.read_bytes().splitlines(keepends=True)
    assert record_at(path, len(first), len(second))["id"] == "req-2"
    with pytest.raises(StoreError, match="has no record at byte 5"):
        record_at(path, 5, 10)
    with pytest.raises(StoreError, match="has no record at byte 0"):
        record_at(tmp_path / "gone", 0, 10)


def test_a_chain_is_judged_over_its_files(tmp_path: Path) -> None:
    trail_of(tmp_path, [ended(number) for number in range(1, 8)], rotate_bytes=3000)
    assert judged(tmp_path, "gw-1", (), None).is_whole
    middle = files_of(tmp_path, "gw-1")[1]
    middle.unlink()
    verdict = judged(tmp_path, "gw-1", (), None)
    after = files_of(tmp_path, "gw-1")[1].name
    assert [(fault.kind, fault.place) for fault in verdict.faults] == [(FaultKind.MISSING, f"{after}:1")]


def test_a_chain_that_only_others_speak_of_was_cut_off(tmp_path: Path) -> None:
    verdict = judged(tmp_path, "gw-1", [ANCHOR], SIGNER.public)
    assert [(fault.kind, fault.seq) for fault in verdict.faults] == [(FaultKind.CUT, 3)]


@pytest.mark.parametrize("text", ["no json\n", "[]\n", '{"file": "a"}\n'])
def test_a_damaged_list_of_what_was_dropped_is_said(tmp_path: Path, text: str) -> None:
    (tmp_path / "gw-1.dropped").write_text(text)
    with pytest.raises(StoreError, match=r"gw-1\.dropped"):
        dropped_in(tmp_path, "gw-1")
