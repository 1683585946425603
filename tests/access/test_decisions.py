"""Decisions as values, as JSON and as sentences."""

from __future__ import annotations

import pytest

from gateway.access.decisions import Decision, Kind, reason

ALLOW = Decision(Kind.ALLOW, required=("evs:volumes:list",), statements=("full#0",))
DENY = Decision(Kind.EXPLICIT, "evs:volumes:delete", "evs:R:D:volume:V1", ("evs:volumes:delete",), ("no#0",))


def test_a_decision_is_the_line_of_the_format() -> None:
    assert DENY.as_json() == {
        "decision": "deny",
        "kind": "explicit",
        "action": "evs:volumes:delete",
        "resource": "evs:R:D:volume:V1",
        "required": ["evs:volumes:delete"],
        "statements": ["no#0"],
        "missing": [],
        "would": None,
    }


def test_what_would_be_decided_is_there_only_where_it_differs() -> None:
    same = Decision(Kind.ALLOW, statements=("other#0",))
    assert ALLOW.with_report(same) is ALLOW
    would = ALLOW.with_report(DENY)
    assert would.would is DENY
    assert would.as_json()["would"] == {key: value for key, value in DENY.as_json().items() if key != "would"}


@pytest.mark.parametrize(
    ("decision", "sentence"),
    [
        (ALLOW, "alice may do this because of full#0"),
        (Decision(Kind.ALLOW), "alice may do this because of no action being needed"),
        (
            DENY,
            "alice is not authorized to perform evs:volumes:delete on resource evs:R:D:volume:V1 with an explicit deny"
            " in no#0",
        ),
        (
            Decision(Kind.EXPLICIT, "", None, statements=("no#0",)),
            "alice is not authorized to perform this operation with an explicit deny in no#0",
        ),
        (
            Decision(Kind.IMPLICIT, "evs:volumes:list"),
            "alice is not authorized to perform evs:volumes:list because no policy allows the evs:volumes:list action",
        ),
        (Decision(Kind.UNMAPPED), "this is no documented operation, so no policy can allow it"),
        (Decision(Kind.PROJECT), "the project in the path is not that of alice"),
    ],
)
def test_a_decision_is_said_as_iam_says_it(decision: Decision, sentence: str) -> None:
    assert reason(decision, "alice") == sentence
