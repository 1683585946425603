from dataclasses import replace

from gateway.contract.fleeting import fleeting, shared


@fleeting
class Point:
    x: int
    y: int = 0


@shared
class Place:
    name: str


def test_fleeting_values_are_equal_by_their_fields() -> None:
    assert Point(1, 2) == replace(Point(1), y=2)
    assert {Point(1): "here"}[Point(1, 0)] == "here"
    assert not hasattr(Point(1), "__dict__")


def test_what_is_shared_is_equal_to_itself_alone() -> None:
    place = Place("here")
    assert place == place
    assert place != Place("here")
    assert {place: 1}.get(Place("here")) is None
