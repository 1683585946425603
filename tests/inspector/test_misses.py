"""A miss beside the recordings that it came near to."""

from __future__ import annotations

from gateway.contract.model import JsonObject
from gateway.inspector.misses import Field, Miss, Near, miss_of
from tests.audit.records import ended

REPORT: JsonObject = {
    "kind": "no_match",
    "message": "The cassette holds this operation, but no exchange with these fields.",
    "operation": "cinder_list_volumes",
    "request": {"path": "/v2/<project:1>/volumes", "query limit": "5"},
    "nearest": [
        {
            "seq": 7,
            "status": 200,
            "differences": [{"field": "query limit", "request has": "5", "cassette has": "10"}],
        }
    ],
    "scope": "worker-1",
    "fix": "Record what is missing.",
}


def test_a_miss_is_read_from_its_record() -> None:
    assert miss_of(ended(3, miss=REPORT)) == Miss(
        "req-3",
        "2025-11-24T16:00:03.000Z",
        "no_match",
        "The cassette holds this operation, but no exchange with these fields.",
        "cinder_list_volumes",
        "worker-1",
        "Record what is missing.",
        (("path", "/v2/<project:1>/volumes"), ("query limit", "5")),
        (Near("7", "200", (Field("query limit", "5", "10"),)),),
    )


def test_a_record_of_no_miss_tells_of_none() -> None:
    assert (miss_of(ended()), miss_of(ended(miss="x"))) == (None, None)


def test_a_report_that_somebody_changed_is_read_as_far_as_it_goes() -> None:
    told = miss_of(ended(miss={"nearest": [3, {"differences": "none"}], "request": []}))
    assert told is not None
    assert (told.kind, told.asked, told.nearest) == ("", (), (Near("", "", ()), Near("", "", ())))
