"""What requests need: actions in order, each with its resource, and what would be looked up for them."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.access.principals import Principal
from gateway.access.requirements import (
    Target,
    actions_of,
    known_actions,
    needs_of,
    takes_resource,
    target_of,
    usual_actions,
)
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import Match, Resource

WHO = Principal(domain_id="D")


def match_of(request: str, body: Any = None) -> Match:
    method, path = request.split(" ")
    found = CATALOGUE.identify(method, path.encode(), b"", body)
    assert isinstance(found, Match)
    return found


def needed(request: str, body: Any = None) -> list[tuple[str, str | None]]:
    match = match_of(request, body)
    return [(need.action, need.resource) for need in needs_of(match, actions_of(match), WHO, "R")]


@pytest.mark.parametrize(
    ("request_line", "body", "expected"),
    [
        ("GET /v2/P/volumes", None, [("evs:volumes:list", None)]),
        ("GET /v2/P/types/T1", None, [("evs:types:get", None)]),
        ("GET /v2/P/extensions", None, [("", None)]),
        ("GET /v1/P/jobs/J1", None, [("", None)]),
        ("GET /v1/P/volumes/V1", None, [("evs:volumes:get", "evs:R:D:volume:V1")]),
        (
            "DELETE /v2/P/volumes/V1",
            None,
            [("evs:volumes:delete", "evs:R:D:volume:V1"), ("evs:volumes:get", "evs:R:D:volume:V1")],
        ),
        ("POST /v2/P/cloudvolumes", {"volume": {}}, [("evs:volumes:create", "evs:R:D:volume:*")]),
        (
            "POST /v2/P/volumes",
            {"volume": {"imageRef": "I1"}},
            [
                ("evs:volumes:create", "evs:R:D:volume:*"),
                ("ims:images:get", "ims:R:D:image:I1"),
                ("evs:volumes:get", "evs:R:D:volume:*"),
            ],
        ),
        (
            "POST /v2/P/snapshots",
            {"snapshot": {"volume_id": "V1"}},
            [("evs:snapshots:create", "evs:R:D:snapshot:*"), ("evs:volumes:get", "evs:R:D:volume:V1")],
        ),
        (
            "DELETE /v2/P/snapshots/S1",
            None,
            [
                ("evs:snapshots:delete", "evs:R:D:snapshot:S1"),
                ("evs:snapshots:get", "evs:R:D:snapshot:S1"),
                ("evs:volumes:get", "evs:R:D:volume:*"),
            ],
        ),
        (
            "POST /v2/P/os-vendor-snapshots/S1/rollback",
            {"rollback": {"volume_id": "V1"}},
            [
                ("evs:snapshots:rollback", "evs:R:D:snapshot:S1"),
                ("evs:snapshots:get", "evs:R:D:snapshot:S1"),
                ("evs:volumes:get", "evs:R:D:volume:V1"),
            ],
        ),
        (
            "POST /v2/P/os-volume-transfer",
            {"transfer": {"volume_id": "V1"}},
            [("evs:transfers:create", "evs:R:D:volume:V1"), ("evs:transfers:create", "evs:R:D:transfer:*")],
        ),
        (
            "POST /v2/P/os-volume-transfer/T1/accept",
            {"accept": {"auth_key": "k"}},
            [("evs:transfers:accept", "evs:R:D:transfer:T1")],
        ),
    ],
)
def test_what_a_request_needs(request_line: str, body: Any, expected: list[tuple[str, str | None]]) -> None:
    assert needed(request_line, body) == expected


CREATE, IMAGE, SNAPSHOT, GET = "evs:volumes:create", "ims:images:get", "evs:snapshots:get", "evs:volumes:get"


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"volume": {}}, (CREATE, GET)),
        ({"volume": {"imageRef": None}}, (CREATE, GET)),
        ({"volume": {"imageRef": ""}}, (CREATE, IMAGE, GET)),
        ({"volume": {"imageRef": 5}}, (CREATE, IMAGE, GET)),
        ({"volume": {"snapshot_id": "S1"}}, (CREATE, SNAPSHOT, GET)),
        ({"volume": {"source_volid": "V1"}}, (CREATE, GET)),
        ({"volume": {"backup_id": "B1", "imageRef": "I1"}}, (CREATE, IMAGE, GET)),
        ({"volume": {"imageRef": "I1", "snapshot_id": "S1"}}, (CREATE, IMAGE, SNAPSHOT, GET)),
        ({"volume": []}, (CREATE, IMAGE, SNAPSHOT, GET)),
        ({}, (CREATE, GET)),
    ],
)
def test_a_new_disk_needs_what_its_sources_need(body: Any, expected: tuple[str, ...]) -> None:
    assert actions_of(match_of("POST /v2/P/volumes", body)) == expected


def test_an_image_without_a_name_is_an_unknown_one() -> None:
    match = match_of("POST /v2/P/volumes", {"volume": {"imageRef": ""}})
    (thing,) = [need.thing for need in needs_of(match, actions_of(match), WHO, "R") if need.action == IMAGE]
    assert thing is not None
    assert (thing.id, thing.is_new) == (None, False)


def test_the_account_is_open_where_the_domain_is() -> None:
    match = match_of("GET /v2/P/volumes/V1")
    (need,) = needs_of(match, actions_of(match), Principal(), "R")
    assert need.resource == "evs:R::volume:V1"


@pytest.mark.parametrize(
    ("request_line", "body", "expected"),
    [
        ("GET /v2/P/volumes", None, None),
        ("GET /v2/P/volumes/V1", None, Target(Resource.VOLUME, "V1")),
        ("DELETE /v2/P/snapshots/S1", None, Target(Resource.SNAPSHOT, "S1")),
        (
            "POST /v2/P/os-vendor-snapshots/S1/rollback",
            {"rollback": {"volume_id": "V1"}},
            Target(Resource.VOLUME, "V1"),
        ),
        ("POST /v2/P/os-vendor-snapshots/S1/rollback", None, Target(Resource.SNAPSHOT, "S1")),
        ("POST /v2/P/volumes", {"volume": {"snapshot_id": "S1"}}, Target(Resource.SNAPSHOT, "S1")),
        ("POST /v2/P/volumes", {"volume": {"snapshot_id": "S1", "size": 5}}, None),
        ("POST /v2/P/snapshots", {"snapshot": {"volume_id": "V1"}}, None),
    ],
)
def test_what_would_be_looked_up(request_line: str, body: Any, expected: Target | None) -> None:
    assert target_of(match_of(request_line, body)) == expected


def test_the_actions_that_requests_can_need() -> None:
    assert {"", IMAGE, "evs:volumes:uploadImage", "evs:quotas:get"} < known_actions()
    assert len(known_actions()) == 24
    assert [takes_resource(each) for each in ("evs:volumes:get", "evs:volumes:list", "evs:types:get", "")] == [
        True,
        False,
        False,
        False,
    ]


def test_an_operation_has_its_usual_actions() -> None:
    assert usual_actions("cinder_create_volume") == ("evs:volumes:create", "evs:volumes:get")
    assert usual_actions("cinder_show_volume") == ("evs:volumes:get",)
    assert usual_actions("nothing_known") == ()
