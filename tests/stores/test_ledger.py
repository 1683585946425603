"""Anchors: the head of a cassette, told outside of it."""

from __future__ import annotations

import json
import logging
from pathlib import Path

import pytest

from gateway.cassette.chain import Head
from gateway.errors import StoreError
from gateway.stores import ledger as module
from gateway.stores.keys import installation_key
from gateway.stores.ledger import PLAIN_LEDGER, Anchor, Anchoring, Ledger

CASSETTE = Path("a.sqlite")


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger.of(tmp_path, b"k" * 32)


def test_what_was_told_is_known_by_the_cassettes_id(ledger: Ledger) -> None:
    assert ledger.told("c1") == []
    ledger.tell(CASSETTE, "c1", Head(3, b"\x01"), 0.0)
    ledger.tell(CASSETTE, "c2", Head(9, b"\x02"), 1.0)
    assert ledger.told("c1") == [Anchor("c1", 3, "01", "1970-01-01T00:00:00+00:00")]
    assert ledger.told("c3") == []


def test_only_the_owner_reads_the_file(ledger: Ledger, tmp_path: Path) -> None:
    ledger.tell(CASSETTE, "c1", Head(3, b"\x01"), 0.0)
    assert (tmp_path / "anchors.jsonl").stat().st_mode & 0o777 == 0o600


def test_a_line_that_was_not_written_with_the_key_is_none(ledger: Ledger, tmp_path: Path) -> None:
    ledger.tell(CASSETTE, "c1", Head(3, b"\x01"), 0.0)
    file = tmp_path / "anchors.jsonl"
    line = file.read_text()
    file.write_text(line.replace('"count": 3', '"count": 2') + "{}\n[]\nhalf a li")
    assert ledger.told("c1") == []
    file.write_text(line)
    assert Ledger.of(tmp_path, b"l" * 32).told("c1") == []


def test_the_log_has_the_same_words(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        PLAIN_LEDGER.tell(CASSETTE, "c1", Head(3, b"\x01"), 0.0)
    assert caplog.messages == ["a.sqlite: holds 3 exchanges, cassette c1, head 01"]
    assert PLAIN_LEDGER.told("c1") == []


def test_a_file_that_takes_nothing_stops_nobody(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    ledger = Ledger.of(tmp_path / "none", b"k" * 32)
    ledger.tell(CASSETTE, "c1", Head(3, b"\x01"), 0.0)
    assert caplog.messages == [f"{tmp_path}/none/anchors.jsonl: did not take an anchor: No such file or directory"]


def test_a_file_that_cannot_be_read_is_named(ledger: Ledger, tmp_path: Path) -> None:
    (tmp_path / "anchors.jsonl").mkdir()
    with pytest.raises(StoreError, match=r"anchors\.jsonl: cannot be read: Is a directory"):
        ledger.told("c1")


def test_a_data_folder_is_used_as_found(tmp_path: Path) -> None:
    assert Ledger.found(tmp_path) is PLAIN_LEDGER
    key = installation_key(tmp_path)
    assert Ledger.found(tmp_path) == Ledger.of(tmp_path, key)


def _counts(tmp_path: Path) -> list[int]:
    file = tmp_path / "anchors.jsonl"
    return [json.loads(line)["count"] for line in file.read_text().splitlines()] if file.exists() else []


def test_the_head_is_told_every_so_many_rows_and_at_the_end(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "EVERY_ROWS", 10)
    anchoring = Anchoring(ledger, CASSETTE, "c1", lambda: 0.0)
    for count in (100, 105, 109, 110, 111, 120, 125):
        anchoring.grown(Head(count, b"\x01"))
    assert _counts(tmp_path) == [110, 120]
    anchoring.finish()
    anchoring.finish()
    assert _counts(tmp_path) == [110, 120, 125]


def test_the_head_is_told_every_minute(ledger: Ledger, tmp_path: Path) -> None:
    now = 0.0
    anchoring = Anchoring(ledger, CASSETTE, "c1", lambda: now)
    for now in (1.0, 59.0, 61.0, 62.0, 122.0):
        anchoring.grown(Head(int(now), b"\x01"))
    assert _counts(tmp_path) == [61, 122]


def test_a_recording_without_rows_tells_nothing(ledger: Ledger, tmp_path: Path) -> None:
    Anchoring(ledger, CASSETTE, "c1", lambda: 0.0).finish()
    assert _counts(tmp_path) == []
