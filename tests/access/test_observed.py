"""Requests as audit records tell of them."""

from __future__ import annotations

import pytest

from gateway.access.generate import Scope, generate
from gateway.access.observed import observed
from gateway.contract.model import JsonObject
from tests.audit.records import DISK, PROJECT, denied, ended, kept

ACTION = b'{"os-extend": {"new_size": 50}}'


def extended(**changes: object) -> JsonObject:
    what = {"method": "POST", "target": f"/v2/{PROJECT}/volumes/{DISK}/action"}
    return ended(what=what, body=kept("request", ACTION), **changes)


def test_a_request_that_was_let_through_is_told() -> None:
    match = observed(ended())
    assert match is not None
    assert (match.operation.id, dict(match.path_values)) == (
        "cinder_show_volume",
        {"project_id": PROJECT, "volume_id": DISK},
    )


def test_the_action_in_a_body_is_told() -> None:
    match = observed(extended())
    assert match is not None
    assert match.operation.id == "cinder_extend_volume"


def test_a_policy_is_made_of_what_was_told() -> None:
    matches = [match for record in (ended(), extended()) if (match := observed(record)) is not None]
    assert generate(matches, Scope())["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["evs:volumes:extend", "evs:volumes:get"],
            "Resource": [f"evs:*:*:volume:{DISK}"],
        }
    ]


@pytest.mark.parametrize(
    "record",
    [
        denied(),
        ended(outcome={"status": 403}),
        ended(outcome={"status": None}),
        ended(what={"method": None}),
        ended(what={"target": "/nothing/known"}),
        ended(what={"target": "/v2/é/nothing"}),
        extended(outcome={"status": None}),
        ended(what={"method": "POST", "target": f"/v2/{PROJECT}/volumes/{DISK}/action"}),
        ended(what={"method": "POST", "target": f"/v2/{PROJECT}/volumes/{DISK}/action"}, body={"request": "{cut"}),
        {"stage": "admin"},
    ],
    ids=["denied", "forbidden", "no end", "no method", "unknown", "not ascii", "open", "no body", "cut", "no request"],
)
def test_what_was_not_let_through_or_cannot_be_told_is_left_out(record: JsonObject) -> None:
    assert observed(record) is None
