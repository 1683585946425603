"""How answers depart: live ones from a recording, recorded ones from the reference."""

from __future__ import annotations

from dataclasses import replace

from gateway.contract.model import JsonObject
from gateway.inspector.drifts import Drift, Held, Kind, from_recording, from_reference
from tests.audit.records import ended
from tests.cassette.recordings import recorded


def departure(severity: str, where: str = "/volume/size") -> JsonObject:
    return {"rule": "missing", "severity": severity, "where": where, "recorded": "an integer", "live": "absent"}


def compared(number: int, *departures: JsonObject) -> JsonObject:
    return ended(number, compared={"seq": number, "count": len(departures), "departures": [*departures]})


def kind(severity: str, where: str = "/volume/size") -> Kind:
    return Kind("cinder_show_volume", severity, "missing", where, "an integer", "absent")


def test_each_kind_is_told_once_the_heaviest_first() -> None:
    warn, error = departure("warn"), departure("error", "/volume/id")
    records = [compared(9, warn), compared(8, warn, error), compared(7), ended(6)]
    assert from_recording(records) == Held(
        3,
        (
            Drift(kind("error", "/volume/id"), 1, "2025-11-24T16:00:08.000Z", "req-8", 8),
            Drift(kind("warn"), 2, "2025-11-24T16:00:09.000Z", "req-9", 9),
        ),
    )


def test_what_somebody_changed_in_a_record_is_read_as_far_as_it_goes() -> None:
    odd = ended(1, compared={"seq": "x", "departures": ["x", {"severity": 3}]})
    none = ended(2, compared={"departures": "none"})
    unknown, numbered = (Kind("cinder_show_volume", severity, "", "", "", "") for severity in ("", "3"))
    last = "2025-11-24T16:00:01.000Z"
    assert from_recording([odd, none]) == Held(2, (Drift(unknown, 1, last, "req-1"), Drift(numbered, 1, last, "req-1")))


def test_recorded_answers_are_held_against_the_reference() -> None:
    exchanges = recorded(lambda client: client.create())
    good = from_reference(exchanges)
    assert (good.answers, [each.kind.severity for each in good.drifts if each.kind.severity == "warn"]) == (
        len(exchanges),
        [],
    )
    broken = [replace(each, response=replace(each.response, body=b"[]")) for each in exchanges]
    bad = from_reference([*broken, *broken])
    first = bad.drifts[0]
    assert (first.kind.severity, first.kind.rule, first.kind.found) == ("warn", "type", "an array")
    assert (first.seq > 0, first.answers >= 2, bool(first.kind.source)) == (True, True, True)


def test_undocumented_requests_are_held_against_nothing() -> None:
    exchange = recorded(lambda client: client("GET", "/nothing/known"))[0]
    assert from_reference([exchange]) == Held(0, ())
