"""Which resource patterns mean which things."""

from __future__ import annotations

import pytest

from gateway.access.resources import Thing, read_pattern

UUID = "5aa119a8-d25b-45a7-8d1b-88e127885635"
NAMED = Thing("evs", "ae-ad-1", "D", "volume", "V1")
NEW = Thing("evs", "ae-ad-1", "D", "volume", None, is_new=True)
UNKNOWN = Thing("evs", "ae-ad-1", "D", "volume", None)
NOBODY = Thing("evs", "ae-ad-1", None, "volume", "V1")


def meant(text: str) -> list[tuple[bool, bool]]:
    """Return for each thing whether the pattern surely means it, and whether it may."""
    pattern = read_pattern(text)
    return [(pattern.surely_means(thing), pattern.may_mean(thing)) for thing in (NAMED, NEW, UNKNOWN, NOBODY)]


YES, NO, MAYBE = (True, True), (False, False), (False, True)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*", [YES, YES, YES, YES]),
        ("evs:*:*:volume:*", [YES, YES, YES, YES]),
        ("EVS:ae-ad-1:D:volume:V1", [YES, NO, MAYBE, MAYBE]),
        ("evs:*:D:volume:V?", [YES, NO, MAYBE, MAYBE]),
        ("evs:*:E:volume:*", [NO, NO, NO, MAYBE]),
        ("evs:*:*:volume:V2", [NO, NO, MAYBE, NO]),
        ("evs:*:*:snapshot:*", [NO, NO, NO, NO]),
        ("evs:xx:*:volume:*", [NO, NO, NO, NO]),
        ("ecs:*:*:volume:*", [NO, NO, NO, NO]),
    ],
)
def test_a_pattern_means_things_surely_or_perhaps(text: str, expected: list[tuple[bool, bool]]) -> None:
    assert meant(text) == expected


@pytest.mark.parametrize("text", [f"evs:*:*:volume:{UUID.upper()}", f"evs:*:*:volume:{UUID[:8].upper()}*"])
def test_uuids_are_the_same_in_either_case(text: str) -> None:
    for name in (UUID, UUID.upper()):
        assert read_pattern(text).surely_means(NAMED._replace(id=name))


def test_other_ids_mind_their_case() -> None:
    assert not read_pattern("evs:*:*:volume:v1").surely_means(NAMED)


def test_the_last_segment_may_hold_colons() -> None:
    assert read_pattern("evs:*:*:volume:a:*").surely_means(NAMED._replace(id="a:b:c"))


def test_things_are_named_as_iam_names_them() -> None:
    assert [thing.urn for thing in (NAMED, NEW, UNKNOWN, NOBODY, NAMED._replace(id=UUID.upper()))] == [
        "evs:ae-ad-1:D:volume:V1",
        "evs:ae-ad-1:D:volume:*",
        "evs:ae-ad-1:D:volume:*",
        "evs:ae-ad-1::volume:V1",
        f"evs:ae-ad-1:D:volume:{UUID}",
    ]


@pytest.mark.parametrize("text", ["", "evs:*:*:volume", "evs:*:*:volume:", "arn:aws:ec2:x:y"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"segments|another cloud"):
        read_pattern(text)


def test_all_resources_can_be_written_in_two_ways() -> None:
    assert [read_pattern(text).is_all for text in ("*", "*:*:*:*:*", "evs:*:*:*:*")] == [True, True, False]
