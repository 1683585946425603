"""What counts as a departure from a recorded answer, how much it weighs, and what does not count."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.cassette.comparing import Departure, Weight, compare, compare_with_values
from gateway.http.messages import Response

JSON = ((b"content-type", b"application/json"),)


def said(body: Any, status: int = 200) -> Response:
    return Response(status, JSON, json.dumps(body).encode())


def found(recorded: Any, live: Any) -> list[tuple[str, str, str]]:
    return [(each.rule, each.weight.value, each.where) for each in compare(said(recorded), said(live))]


def volume(**members: Any) -> dict[str, Any]:
    return {"volume": {"id": "a", "status": "available", "size": 1, "description": None, **members}}


@pytest.mark.parametrize(
    ("recorded", "live"),
    [
        (volume(), volume(id="b", size=2, description="text", status="in-use")),
        (volume(description="text"), volume()),
        (volume(metadata={"a": "b"}), volume(metadata={"c": "d", "e": "f"})),
        ({"volumes": []}, {"volumes": [{"id": "a"}]}),
        ({"volumes": [], "volumes_links": []}, {"volumes": []}),
        ({"volumes": [{"id": "a"}]}, {"volumes": []}),
        ({"volumes": [{"id": "a"}, {"id": "b", "odd": 1}]}, {"volumes": [{"id": "c"}]}),
        (volume(size=1), volume(size=1.5)),
        (volume(old={"a": 1}), volume(old=None)),
        (volume(old=None), volume(old={"a": 1})),
    ],
)
def test_what_differs_from_run_to_run_is_no_departure(recorded: Any, live: Any) -> None:
    assert found(recorded, live) == []


def test_a_member_more_is_information_a_member_less_or_of_another_type_an_error() -> None:
    recorded, live = volume(gone={"a": 1}, flag="true"), volume(new=[1], flag=True)
    assert compare(said(recorded), said(live)) == (
        Departure("removed", Weight.ERROR, "/volume/gone", "an object", "absent"),
        Departure("type", Weight.ERROR, "/volume/flag", "a string", "a boolean"),
        Departure("added", Weight.INFO, "/volume/new", "absent", "an array"),
    )


def test_items_are_one_shape_and_told_once() -> None:
    recorded = {"volumes": [{"id": "a", "size": 1}, {"id": "b", "size": 1}]}
    live = {"volumes": [{"id": "c", "size": "1"}, {"id": "d", "size": "1", "new": 1}]}
    assert found(recorded, live) == [
        ("type", "error", "/volumes/*/size"),
        ("added", "info", "/volumes/*/new"),
    ]


def test_a_member_that_some_items_lack_now_is_an_error() -> None:
    recorded, live = {"volumes": [{"id": "a"}]}, {"volumes": [{"id": "a"}, {}]}
    assert compare(said(recorded), said(live)) == (
        Departure("removed", Weight.ERROR, "/volumes/*/id", "in every item", "not in every item"),
    )


def test_what_a_thing_in_another_state_lacks_is_no_loss() -> None:
    recorded = {"status": "SUCCESS", "entities": {"volume_id": "a"}}
    assert found(recorded, {"status": "INIT", "entities": {}}) == [("removed", "info", "/entities/volume_id")]
    assert found(recorded, {"status": "SUCCESS", "entities": {}}) == [("removed", "error", "/entities/volume_id")]


def test_a_status_that_nobody_knows_is_an_error() -> None:
    recorded = {"volumes": [{"status": "odd"}, {"status": "available"}]}
    live = {"volumes": [{"status": "odd"}, {"status": "extending"}, {"status": "paused"}]}
    assert compare(said(recorded), said(live)) == (
        Departure("enum", Weight.ERROR, "/volumes/*/status", "a documented status, or one that was recorded", "paused"),
    )


@pytest.mark.parametrize(
    ("recorded", "live", "departures"),
    [
        (said({}), said({}, 404), [("status", Weight.ERROR)]),
        (said({"a": 1}), said({}, 202), [("status", Weight.WARN), ("removed", Weight.ERROR)]),
        (said({"badRequest": {}}, 400), said({"itemNotFound": {}}, 404), [("status", Weight.WARN)]),
        (said({}), Response(200, (), b"<html>"), [("body", Weight.ERROR)]),
        (said({}), Response(200, (), b"{}"), [("body", Weight.ERROR)]),
        (said({}), Response(200), [("body", Weight.ERROR)]),
        (Response(204), Response(204), []),
        (said([1]), said({}), [("type", Weight.ERROR)]),
    ],
)
def test_status_and_form(recorded: Response, live: Response, departures: list[tuple[str, Weight]]) -> None:
    assert [(each.rule, each.weight) for each in compare(recorded, live)] == departures


def test_values_count_when_they_are_asked_for() -> None:
    recorded = volume(created_at="2024-01-01T00:00:00.1", links=[{"href": "http://a/v2"}], size=1, metadata={"a": "b"})
    live = volume(created_at="2025-01-01T00:00:00.2", links=[{"href": "http://b/v2"}], size="x" * 90, metadata={})
    assert compare_with_values(said(recorded), said(live)) == (
        Departure("type", Weight.ERROR, "/volume/size", "a number", "a string"),
        Departure("value", Weight.WARN, "/volume/metadata/a", '"b"', "absent"),
    )
    (departure,) = compare_with_values(said(volume(name="a")), said(volume(name="y" * 90)))
    assert (departure.recorded, departure.live) == ('"a"', f'"{"y" * 78}…')
