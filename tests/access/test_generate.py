"""Least privilege from requests."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.access.generate import Scope, generate
from gateway.access.records import read_record
from gateway.contract.model import Match
from tests.access.worked import NOON, decided, record, set_of

SESSION = [
    record("GET", "/v2/P/volumes/detail"),
    record("GET", "/v2/P/types"),
    record("GET", "/v2/P/extensions"),
    record("POST", "/v2/P/volumes", {"volume": {"size": 10, "imageRef": "I1"}}),
    record("GET", "/v2/P/volumes/V1"),
    record("POST", "/v2/P/snapshots", {"snapshot": {"volume_id": "V1"}}),
    record("POST", "/v2/P/volumes/V1/action", {"os-extend": {"new_size": 20}}),
    record("POST", "/v2/P/os-volume-transfer", {"transfer": {"volume_id": "V1"}}),
    record("DELETE", "/v2/P/snapshots/S1"),
    record("DELETE", "/v2/P/volumes/V1"),
]


def matches(session: list[dict[str, Any]]) -> list[Match]:
    found = [read_record(each, NOON).match for each in session]
    return [each for each in found if isinstance(each, Match)]


DOCUMENT = generate(matches(SESSION), Scope())


def test_the_session_may_do_all_it_did() -> None:
    policies = set_of({"least": DOCUMENT})
    assert all(decided(policies, each).allowed for each in SESSION)


def actions() -> list[str]:
    return [action for statement in DOCUMENT["Statement"] for action in statement["Action"]]  # type: ignore[union-attr, index, call-overload]


@pytest.mark.parametrize("action", actions())
def test_without_any_one_action_it_may_not(action: str) -> None:
    rest = [
        {**statement, "Action": [each for each in statement["Action"] if each != action]}  # type: ignore[dict-item, union-attr, index, call-overload]
        for statement in DOCUMENT["Statement"]  # type: ignore[union-attr]
    ]
    policies = set_of({"less": {"Version": "5.0", "Statement": [each for each in rest if each["Action"]]}})
    assert not all(decided(policies, each).allowed for each in SESSION)


def test_actions_are_there_once_with_what_they_were_needed_on() -> None:
    assert len(set(actions())) == len(actions())
    assert generate(matches(SESSION[4:5] + SESSION[6:7] + SESSION[:1]), Scope("ae-ad-1", "D")) == {
        "Version": "5.0",
        "Statement": [
            {"Effect": "Allow", "Action": ["evs:volumes:list"]},
            {
                "Effect": "Allow",
                "Action": ["evs:volumes:extend", "evs:volumes:get"],
                "Resource": ["evs:ae-ad-1:D:volume:V1"],
            },
        ],
    }


def test_many_ids_become_all_of_the_kind() -> None:
    many = [record("GET", f"/v2/P/volumes/V{at}") for at in range(4)]
    resources = [generate(matches(many), Scope(), bound)["Statement"][0]["Resource"] for bound in (4, 3)]  # type: ignore[index, call-overload]
    assert resources == [[f"evs:*:*:volume:V{at}" for at in range(4)], ["evs:*:*:volume:*"]]


def test_an_id_that_a_recording_replaced_is_any() -> None:
    assert generate(matches([record("GET", "/v2/P/volumes/<volume:1>")]), Scope())["Statement"] == [
        {"Effect": "Allow", "Action": ["evs:volumes:get"], "Resource": ["evs:*:*:volume:*"]}
    ]


def test_no_needs_make_no_statement() -> None:
    assert generate(matches([record("GET", "/v2/P/extensions")]), Scope()) == {"Version": "5.0", "Statement": []}
