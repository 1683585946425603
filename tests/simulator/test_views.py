from dataclasses import replace

from gateway.simulator.things import Transfer
from gateway.simulator.views import TRANSFER_BRIEF, TRANSFER_CREATED, VOLUME_BRIEF, links, transfer_view

from .driving import ALICE, World

TRANSFER = Transfer("t", ALICE, "v", "name", "secret-key", "2015-02-25T03:56:53.081642")


def test_the_bookmark_has_no_version() -> None:
    assert links("http://x:1", "p/volumes/v") == [
        {"href": "http://x:1/v2/p/volumes/v", "rel": "self"},
        {"href": "http://x:1/p/volumes/v", "rel": "bookmark"},
    ]


def test_links_are_escaped() -> None:
    assert links("http://x", "a b/volumes/é")[0] == {"href": "http://x/v2/a%20b/volumes/%C3%A9", "rel": "self"}


def test_the_key_of_a_transfer_is_only_in_the_form_of_its_creation() -> None:
    assert "auth_key" in transfer_view(TRANSFER, "http://x", ALICE, TRANSFER_CREATED)
    assert "auth_key" not in transfer_view(replace(TRANSFER, name=None), "http://x", ALICE, TRANSFER_BRIEF)


def test_a_form_says_what_its_section_says_and_no_more() -> None:
    client = World().client()
    client.volume()
    (brief,) = client.get("/volumes")["volumes"]
    (detail,) = client.get("/cloudvolumes/detail")["volumes"]
    assert tuple(brief) == VOLUME_BRIEF
    assert "os-vol-tenant-attr:tenant_id" in detail
    assert "encrypted" not in detail
