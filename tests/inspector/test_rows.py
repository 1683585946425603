"""Rows of the list."""

from __future__ import annotations

import pytest

from gateway.contract.model import JsonObject
from gateway.inspector.rows import Row, exchange_href, key_of, row, tone_of
from tests.audit.records import AT_MS, DISK, PROJECT, denied, ended


def test_a_request_has_its_row() -> None:
    assert row({**ended(), "chain": "gw-1", "seq": 7}) == Row(
        "gw-1:7",
        "2025-11-24T16:00:01.000Z",
        "alice",
        "GET",
        "cinder_show_volume",
        f"/v2/{PROJECT}/volumes/{DISK}?limit=1",
        "allow",
        "200",
        "cloud",
        "12.0",
        "",
        "/inspector/exchange/req-1",
        "ok",
    )


def test_what_was_done_to_the_gateway_has_its_row() -> None:
    facts = {"principal": "alice", "ip": "10.0.0.7", "outcome": "let in", "none": None}
    told = row({"stage": "admin", "ts_ms": AT_MS, "event": "inspector:login", "facts": facts, "chain": "gw", "seq": 1})
    assert (told.operation, told.principal, told.says, told.href, told.tone) == (
        "inspector:login",
        "alice",
        "ip 10.0.0.7, outcome let in",
        "",
        "other",
    )


def test_a_request_that_nobody_knows_is_named_by_its_address() -> None:
    told = row(ended(who=None, what={"operation": None}))
    assert (told.principal, told.operation) == ("10.0.0.7", "not identified")


def test_a_gap_is_told_in_words() -> None:
    told = row({"stage": "gap", "count": 3, "because": "No space left on device", "ts_ms": AT_MS})
    assert (told.operation, told.says) == ("gap", "3 requests are in no record: No space left on device")


@pytest.mark.parametrize(
    ("record", "tone"),
    [
        (ended(), "ok"),
        (denied(), "denied"),
        (ended(outcome={"status": 400}), "invalid"),
        (ended(outcome={"status": 502}), "failed"),
        (ended(stage="aborted", outcome={"status": None}), "failed"),
        (ended(stage="received", outcome={"status": None}), "open"),
    ],
    ids=["ok", "denied", "invalid", "failed", "aborted", "received"],
)
def test_a_row_stands_out_by_how_it_went(record: JsonObject, tone: str) -> None:
    assert tone_of(record) == tone


def test_an_id_is_quoted_whatever_stands_in_it() -> None:
    record: JsonObject = {"id": 'a/b?c#d"<', "chain": "gw-1", "seq": 2}
    assert exchange_href(record) == "/inspector/exchange/a%2Fb%3Fc%23d%22%3C"
    assert key_of(record) == "gw-1:2"


def test_no_text_of_a_client_moves_a_cursor() -> None:
    told = row(ended(what={"target": "/\u202e\x1b[2J"}, who={"user_name": "eve\u2066"}))
    assert (told.target, told.principal) == ("/\\u202e\\u001b[2J", "eve\\u2066")
    assert row(ended()).as_json()["tone"] == "ok"
