"""Which API actions a request needs, by what it says."""

from __future__ import annotations

import pytest

from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import JsonValue, Match
from gateway.contract.required import required_actions

CREATE, GET = "evs:volumes:create", "evs:volumes:get"


@pytest.mark.parametrize(
    ("disk", "expected"),
    [
        ({}, (CREATE, GET)),
        ({"imageRef": None, "snapshot_id": None}, (CREATE, GET)),
        ({"imageRef": "i"}, (CREATE, "ims:images:get", GET)),
        ({"snapshot_id": "s", "imageRef": None}, (CREATE, "evs:snapshots:get", GET)),
        ({"snapshot_id": "s", "imageRef": "i"}, None),
        ({"backup_id": "b"}, None),
        ({"source_volid": "v"}, None),
        ({"source_replica": "v"}, None),
        (None, None),
        ([], None),
    ],
)
def test_a_new_disk_needs_what_its_source_needs(disk: JsonValue, expected: tuple[str, ...] | None) -> None:
    assert required_actions(Match(CATALOGUE.by_id["cinder_create_volume"], {}, body={"volume": disk})) == expected


def test_a_body_that_is_no_object_leaves_it_open() -> None:
    assert required_actions(Match(CATALOGUE.by_id["cinder_create_volume"], {}, body=[])) is None


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        ("evs_create_volumes", (CREATE,)),
        ("cinder_list_extensions", ()),
        ("v1_show_job", None),
        ("cinder_delete_volume_metadata_item", ("evs:volumes:delete", GET)),
    ],
)
def test_other_operations_need_what_the_appendix_says(operation: str, expected: tuple[str, ...] | None) -> None:
    assert required_actions(Match(CATALOGUE.by_id[operation], {})) == expected
