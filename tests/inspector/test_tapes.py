"""A cassette at a glance, and its time line."""

from __future__ import annotations

from dataclasses import replace
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st

from gateway.cassette.exchange import UNDOCUMENTED, Exchange
from gateway.http.messages import Request, Response
from gateway.inspector.tapes import MOST_LANES, Lane, Segment, Tape, tape_of
from gateway.inspector.timelines import timeline

AT = 1_764_000_000.0


def taped(
    at: float, target: bytes = b"/v2/p/volumes/d", status: int = 200, body: bytes = b"{}", **more: object
) -> Exchange:
    exchange = Exchange(
        "cinder_show_volume", Request("GET", target), Response(status, (), body), AT + at, AT + at + 0.5
    )
    return replace(exchange, **more)  # type: ignore[arg-type]


def test_a_cassette_is_told_at_a_glance() -> None:
    tape = tape_of(
        [
            taped(0, redactions=("header:x-auth-token", "ids")),
            taped(1, redactions=("header:x-auth-token",)),
            taped(2, b"/other", 404, operation=UNDOCUMENTED),
        ]
    )
    assert (tape.exchanges, tape.is_all, tape.begun_s, tape.ended_s) == (3, True, AT, AT + 2.5)
    assert (tape.operations, tape.documented, len(tape.missing)) == ((("cinder_show_volume", 2),), 58, 57)
    assert (tape.undocumented, tape.refused, tape.untouched) == (1, 1, 1)
    assert tape.rules == (("header:x-auth-token", 2), ("ids", 1))


def test_equal_answers_one_after_the_other_are_a_segment() -> None:
    creating, available = b'{"status": "creating"}', b'{"status": "available"}'
    tape = tape_of([taped(0, body=creating), taped(1, body=creating), taped(2, body=available), taped(3, status=500)])
    assert tape.lanes == (
        Lane(
            "GET /v2/p/volumes/d",
            (
                Segment(AT, AT + 1.5, 200, 2),
                Segment(AT + 2, AT + 2.5, 200, 1),
                Segment(AT + 3, AT + 3.5, 500, 1),
            ),
        ),
    )
    assert [each.tone for each in (*tape.lanes[0].segments[1:], Segment(0, 1, 404, 1))] == ["ok", "failed", "invalid"]


def test_lanes_are_those_that_changed_most_in_order_of_time() -> None:
    quiet = [taped(number, b"/v2/p/volumes/%03d" % number) for number in range(MOST_LANES + 5)]
    busy = [taped(100, b"/busy"), taped(101, b"/busy", body=b"{1}")]
    tape = tape_of([*quiet, *busy])
    assert (len(tape.lanes), tape.more_lanes, tape.lanes[-1].label) == (MOST_LANES, 6, "GET /busy")


def test_of_a_large_cassette_the_first_exchanges_are_read() -> None:
    tape = tape_of((taped(number) for number in range(10)), most=4)
    assert (tape.exchanges, tape.is_all, tape.ended_s) == (4, False, AT + 3.5)
    assert tape_of([taped(0)], most=1).is_all


def test_an_empty_cassette_is_told_too() -> None:
    tape = tape_of([])
    assert (tape.exchanges, tape.begun_s, tape.ended_s, tape.lanes) == (0, 0.0, 0.0, ())
    assert ET.fromstring(timeline(tape)).get("viewBox") == "0 0 960 22"


def test_a_time_line_has_a_bar_for_each_segment() -> None:
    root = ET.fromstring(timeline(tape_of([taped(0), taped(9.5, status=404)])))
    bars = [(bar.get("class"), bar.get("x"), bar.get("width"), bar.findtext("title")) for bar in root.iter("rect")]
    assert bars == [
        ("segment ok", "0.0", "47.6", "200, once, from 0.0 s on"),
        ("segment invalid", "904.4", "47.6", "404, once, from 9.5 s on"),
    ]
    assert root.findtext("title") == "Segments of 1 requests over 10.0 s"


@given(st.text(max_size=300), st.floats(-1e18, 1e18), st.integers(0, 999))
def test_whatever_a_cassette_holds_its_time_line_is_well_formed(label: str, at: float, status: int) -> None:
    lane = Lane(label, (Segment(at, at, status, 2),))
    root = ET.fromstring(timeline(Tape(1, True, at, at + 1, lanes=(lane,))))
    assert {each.tag for each in root.iter()} == {"svg", "title", "text", "rect"}


def test_a_long_target_is_cut() -> None:
    assert len(tape_of([taped(0, b"/" + b"x" * 500)]).lanes[0].label) == 96
