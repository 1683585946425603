"""Cassettes of older formats are read, and written in today's."""

from __future__ import annotations

import json

import pytest

from gateway.cassette.text import HEADER_FILE, from_files, read_header, to_files
from gateway.cassette.text_migrations import FORMAT, MIGRATIONS
from gateway.errors import CassetteError

# As format 1 had it: a file an exchange, the count in the header, nothing about rules.
OLD = {
    HEADER_FILE: b"""{
  "exchanges": 2,
  "format": 1,
  "kind": "evs-gateway cassette",
  "name": "old",
  "recorded_at": "2023-11-14T22:13:20Z",
  "specification": "EVS API Reference, issue 01, 2020-09-20"
}
""",
    **{
        f"00{number}0-cinder-show-volume.json": b"""{
  "completed_ms": %d.5,
  "connection": "c1",
  "credential": "token",
  "operation": "cinder_show_volume",
  "redactions": [],
  "request": {"headers": ["accept: */*"], "method": "GET", "target": "/v2/<project:1>/volumes/<volume:1>"},
  "response": {"body": {"json": {"text": "<b:1>"}}, "headers": ["date: <date>"], "status": 200},
  "started_ms": %d
}
"""
        % (number, number)
        for number in (1, 2)
    },
}


def test_a_cassette_of_format_1_is_read_and_written_anew() -> None:
    exchanges = from_files(OLD)
    assert [(each.operation, each.response.body) for each in exchanges] == [
        ("cinder_show_volume", b'{"text":"<b:1>"}')
    ] * 2
    files = to_files(exchanges, "old")
    assert list(files) == [HEADER_FILE, "0010-cinder-show-volume.json"]
    assert json.loads(files[HEADER_FILE])["format"] == FORMAT
    assert [each.response for each in from_files(files)] == [each.response for each in exchanges]


def test_what_format_1_did_not_say_is_unknown() -> None:
    header = read_header(OLD)
    assert (header.redaction, header.counts.exchanges, header.literals) == (
        "unknown",
        2,
        ["<b:1>", "<project:1>", "<volume:1>"],
    )


def test_a_header_of_format_1_is_checked() -> None:
    with pytest.raises(CassetteError, match=r"cassette.json: counts.exchanges: Input should be a valid integer"):
        from_files({**OLD, HEADER_FILE: OLD[HEADER_FILE].replace(b'"exchanges": 2', b'"exchanges": "2"')})


def test_there_is_a_way_from_every_older_format() -> None:
    assert list(MIGRATIONS) == list(range(1, FORMAT))
