"""Actions as statements write them."""

from __future__ import annotations

import pytest

from gateway.access.actions import read_action

ACTIONS = ["evs:volumes:delete", "evs:snapshots:delete", "evs:volumes:detach", "evs:volumes:extend", ""]


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("evs:volumes:delete", ACTIONS[:1]),
        ("EVS:Volumes:DELETE", ACTIONS[:1]),
        ("evs:*:delete", ACTIONS[:2]),
        ("evs:volumes:d*", [ACTIONS[0], ACTIONS[2]]),
        ("*:*:*", ACTIONS[:4]),
        ("*", ACTIONS),
        ("evs::enableEncryptionByDefault", []),
    ],
)
def test_an_action_covers(text: str, covered: list[str]) -> None:
    assert [each for each in ACTIONS if read_action(text, aliased=False).covers(each)] == covered


def test_an_action_with_two_names_is_covered_by_either() -> None:
    assert read_action("evs:volumes:resize", aliased=True).covers("evs:volumes:extend")
    assert not read_action("evs:volumes:resize", aliased=False).covers("evs:volumes:extend")


@pytest.mark.parametrize("text", ["", "evs", "evs:*", "evs:a:b:c", ":a:b", "evs:a:", "évs:a:b", "evs:a b:c"])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="service:type:operation"):
        read_action(text, aliased=True)
