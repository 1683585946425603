"""Bodies for reading."""

from __future__ import annotations

from gateway.cassette.exchange import Exchange
from gateway.http.messages import Request, Response
from gateway.inspector.bodies import (
    FROM_CASSETTE,
    FROM_TRAIL,
    LONGEST,
    Body,
    answer_body,
    is_there,
    laid_out,
    request_body,
)
from tests.audit.records import denied, ended, kept

RECORDED = Exchange("x", Request("GET", b"/"), Response(200, (), b'{"volumes":[]}'), 1.0, 2.0)
EMPTY = Exchange("x", Request("GET", b"/"), Response(204), 1.0, 2.0)


def test_json_is_laid_out() -> None:
    told = request_body(denied(), None)
    assert told == Body(("{", '  "volume": {', '    "name": "disk-12",', '    "size": 40', "  }", "}"), FROM_TRAIL)


def test_what_was_escaped_for_the_trail_is_shown_as_it_was() -> None:
    body = '{"name":"a\u202eb"}'.encode()
    record = denied(body=kept("request", body, '{"name":"a\\u202eb"}'))
    assert request_body(record, None).lines == ("{", '  "name": "a\u202eb"', "}")


def test_a_body_that_was_cut_is_shown_as_far_as_it_goes() -> None:
    record = denied(body={"request": '{"volume": {"na… (20000 characters)', "request_sha256": "no"})
    told = request_body(record, None)
    assert told == Body(('{"volume": {"na… (20000 characters)',), FROM_TRAIL, "The trail kept the beginning only.")


def test_what_the_trail_does_not_keep_is_taken_from_the_cassette() -> None:
    assert answer_body(ended(), RECORDED) == Body(("{", '  "volumes": []', "}"), FROM_CASSETTE)
    assert request_body(ended(), RECORDED) == Body(says="There was none.")


def test_why_there_is_none_is_said() -> None:
    says = "It had 300 bytes. The audit trail keeps none of it (level metadata), and it was not recorded."
    assert answer_body(ended(), None) == Body(says=says)
    assert answer_body(ended(outcome={"bytes_out": None}), EMPTY).says == "Nobody knows whether there was one."


def test_whether_there_is_a_body_to_look_at() -> None:
    assert (is_there(denied(), None), is_there(ended(), RECORDED)) == (True, True)
    assert (is_there(ended(), None), is_there(ended(), EMPTY)) == (False, False)


def test_no_body_is_too_long_to_be_shown() -> None:
    assert laid_out(b"x" * (LONGEST + 1)) == ("x" * LONGEST, f"… ({LONGEST + 1:,} bytes)")
    many = laid_out(b"[" + b"1," * 60_000 + b"1]")
    assert (sum(map(len, many)) <= LONGEST + 40, many[-1]) == (True, "… (120,003 bytes)")
    assert laid_out(b"\xff<b>\n2") == ("\\xff<b>", "2")
