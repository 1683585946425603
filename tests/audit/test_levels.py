"""How much of a request is kept."""

from __future__ import annotations

import pytest

from gateway.audit.levels import Depth, LevelRule, Levels


@pytest.mark.parametrize(
    ("operation", "writes", "denied", "depth"),
    [
        ("cinder_show_volume", False, False, Depth.METADATA),
        ("cinder_create_volume", True, False, Depth.REQUEST),
        ("cinder_show_volume", False, True, Depth.REQUEST),
        ("cinder_create_transfer", True, False, Depth.METADATA),
        ("iam_create_token", True, False, Depth.METADATA),
    ],
)
def test_without_rules_writes_and_denials_are_kept_with_their_request(
    operation: str, writes: bool, denied: bool, depth: Depth
) -> None:
    assert Levels().of(operation, writes, denied, "") is depth


def test_the_first_rule_that_fits_decides() -> None:
    levels = Levels(
        [
            LevelRule(Depth.REQUEST_RESPONSE, "cinder_*", principal="eve"),
            LevelRule(Depth.NONE, "cinder_show_*", writes=False),
        ]
    )
    assert levels.of("cinder_show_volume", False, False, "eve") is Depth.REQUEST_RESPONSE
    assert levels.of("cinder_show_volume", False, False, "adam") is Depth.NONE
    assert levels.of("evs_list_volumes", False, False, "adam") is Depth.METADATA


def test_writes_and_denials_cannot_be_left_out() -> None:
    levels = Levels([LevelRule(Depth.NONE)])
    assert levels.of("cinder_create_volume", True, False, "") is Depth.METADATA
    assert levels.of("cinder_show_volume", False, True, "") is Depth.METADATA
    assert levels.of("cinder_show_volume", False, False, "") is Depth.NONE


def test_what_is_remembered_stays_bounded() -> None:
    levels = Levels([LevelRule(Depth.NONE, principal="user 7")])
    kept = [levels.of("cinder_show_volume", False, False, f"user {number}") for number in range(5000)]
    assert [number for number, depth in enumerate(kept) if depth is Depth.NONE] == [7]
