"""The parts of a request, beyond what the keys show of them."""

from __future__ import annotations

import pytest

from gateway.access.reading import entry, flag, looked_up, names, source_given, text, whole
from gateway.access.values import ABSENT, UNRESOLVED
from tests.access.asking import EXTEND, LIST, SHOW, context


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


def test_what_a_request_does_to_disks() -> None:
    new, grown = context("POST /v2/P/volumes", {"volume": {}}), context(EXTEND, {"os-extend": {"new_size": 5}})
    assert [(each.creates_disk, each.extends) for each in (new, grown)] == [(True, False), (False, True)]


def test_what_path_and_body_name() -> None:
    new = context("POST /v2/P/snapshots", {"snapshot": {"volume_id": "V1", "metadata": {"a": "1"}}})
    assert (new.named("volume"), new.named("snapshot"), new.path("project_id")) == ("V1", ABSENT, "P")
    assert (new.member("volume_id"), new.member("name"), new.metadata) == ("V1", ABSENT, {"a": "1"})
    assert context(SHOW).named("volume") == "V1"
    assert context(SHOW).metadata is ABSENT


def test_what_a_look_up_found() -> None:
    found = context(SHOW, target={"status": "available", "size": None})
    assert [looked_up(found, name) for name in ("status", "size", "type")] == ["available", UNRESOLVED, UNRESOLVED]
    assert looked_up(context(SHOW, target=None), "status") is UNRESOLVED
    assert looked_up(context(LIST, target={"status": "available"}), "status") is ABSENT


def test_entries_ignore_the_case_of_their_names() -> None:
    assert [entry(of, "Env") for of in ({"env": "a"}, {"env": "a", "ENV": "b"}, {})] == ["a", UNRESOLVED, ABSENT]
    assert [names(of) for of in ({"a": 1}, {})] == [("a",), ABSENT]


def test_sources_bring_a_size_of_their_own() -> None:
    assert [source_given(of) for of in ({"backup_id": "b"}, {"imageRef": None}, {})] == [True, False, False]


def test_the_clock_is_that_of_the_set() -> None:
    assert context(LIST).local_time().isoformat() == "2026-03-03T16:00:00+04:00"


def test_the_value_about_the_action_is_read_again_for_the_next() -> None:
    asked = context(LIST)
    asked.values["g:servicename"] = "ims"
    asked.turn_to("")
    assert asked.values == {"g:servicename": "ims"}
    asked.turn_to("evs:volumes:get")
    assert (asked.values, asked.action) == ({}, "evs:volumes:get")


def test_metadata_is_found_once() -> None:
    asked = context("POST /v2/P/volumes", {"volume": {"metadata": {"a": "1"}}})
    assert asked.metadata is asked.metadata
