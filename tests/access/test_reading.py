"""The parts of a request, beyond what the keys show of them."""

from __future__ import annotations

import pytest

from gateway.access.reading import entry, flag, names, text, whole
from gateway.access.values import ABSENT, UNRESOLVED
from tests.access.asking import context


def test_null_is_absent_and_another_type_unresolved() -> None:
    assert [text(each) for each in ("a", None, 1, ABSENT)] == ["a", ABSENT, UNRESOLVED, ABSENT]
    assert [flag(each) for each in (True, None, "true", UNRESOLVED)] == [True, ABSENT, UNRESOLVED, UNRESOLVED]
    assert [whole(each) for each in (1.9, None, "1", ABSENT)] == [1, ABSENT, UNRESOLVED, ABSENT]
    assert whole(float("inf")) is UNRESOLVED


def test_members_of_what_is_no_object() -> None:
    assert [entry(each, "a") for each in (ABSENT, None, [])] == [ABSENT, ABSENT, UNRESOLVED]
    assert [names(each) for each in (UNRESOLVED, None, [])] == [UNRESOLVED, ABSENT, UNRESOLVED]


@pytest.mark.parametrize(
    ("body", "members"),
    [({"volume": {"a": 1}}, {"a": 1}), ({"volume": []}, UNRESOLVED), ({}, ABSENT), ([], UNRESOLVED), (None, ABSENT)],
)
def test_the_object_that_a_body_is_about(body: object, members: object) -> None:
    assert context("POST /v2/P/volumes", body).members == members


def test_a_request_without_a_body_of_its_own_has_no_members() -> None:
    assert context("GET /v2/P/volumes", {"volume": {}}).members is ABSENT


def test_metadata_of_a_body_that_cannot_be_read_is_unresolved() -> None:
    assert context("POST /v2/P/volumes", []).metadata is UNRESOLVED
    assert context("PUT /v2/P/volumes/V1/metadata", {"metadata": 1}).metadata is UNRESOLVED
