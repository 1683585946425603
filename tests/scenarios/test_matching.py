"""Which differences between two requests count, and which do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from .client import MISS, OTHER_PROJECT, PROJECT, Client, client
from .gateways import gateway, recorded, replayed


def named(one: Client, name: str, text: str, value: str) -> list[tuple[str, str, str]]:
    """Create a disk with words of the client's own and show it, alone and in the list, as often as it takes."""
    disk = one.create(name, description=text, metadata={"role": value})
    one.until(disk, "available")
    listed = one("GET", f"/v2/{{p}}/volumes/detail?name={name}").json()["volumes"]
    shown = [one.volume(disk), *listed]
    return [(each["name"], each["description"], each["metadata"]["role"]) for each in shown]


def test_13_answers_carry_the_words_of_the_client_that_replays(tmp_path: Path) -> None:
    """Beats: go-vcr#90, and the Azure test-proxy, where tests must register each variable."""
    cassette, recording = tmp_path / "named.sqlite", ("recorded", "recorded", "data")
    assert recorded(cassette, lambda one: named(one, *recording)) == [recording] * 2
    words = ("data", "data of data", "recorded")
    assert replayed(cassette, lambda one: named(one, *words)) == [words] * 2


SIGNED = "SDK-HMAC-SHA256 Access={}, SignedHeaders=host;x-sdk-date, Signature={}"


def signed(key: str, digit: str, agent: str) -> dict[str, str]:
    return {
        "Authorization": SIGNED.format(key, digit * 64),
        "X-Sdk-Date": f"2026110{digit}T000000Z",
        "User-Agent": agent,
    }


def test_14_order_of_keys_and_parameters_agent_and_signature_do_not_count(tmp_path: Path) -> None:
    """Beats: mitmproxy (swapped keys and parameters miss, measured), the Azure test-proxy's header noise (#2178)."""
    volume = {"name": "d", "size": 10, "volume_type": "SSD", "availability_zone": "az-dc-1", "metadata": {"a": "1"}}
    turned = dict(reversed(volume.items()))

    def asks(one: Client, members: dict[str, object], query: str, headers: dict[str, str]) -> list[int]:
        return [
            one("POST", "/v2/{p}/volumes", {"volume": members}, headers).status_code,
            one("GET", f"/v2/{{p}}/volumes/detail?{query}", headers=headers).status_code,
        ]

    cassette = tmp_path / "turned.sqlite"
    first, second = signed("AKRECORDED0000000001", "1", "recorder/1"), signed("AKANOTHER00000000002", "2", "player/9")
    assert recorded(cassette, lambda one: asks(one, volume, "limit=5&status=available", first)) == [202, 200]
    assert replayed(cassette, lambda one: asks(one, turned, "status=available&limit=5", second)) == [202, 200]


def test_15_another_size_is_a_miss_that_names_both_values_the_right_way_round(tmp_path: Path) -> None:
    """Beats: VCR.py, whose default match ignores the body, mountebank (200), azure-sdk-tools#11009 (flipped)."""
    cassette = tmp_path / "sized.sqlite"
    recorded(cassette, lambda one: one.create(size=40))
    volume = {"name": "disk", "size": 777, "volume_type": "SSD", "availability_zone": "az-dc-1"}
    with gateway("replay", cassette) as player, client(player.endpoint) as one:
        assert one("POST", "/v2/{p}/volumes", {"volume": volume}).status_code == MISS
        [report] = player.misses
    assert report["nearest"] == [
        {
            "seq": 1,
            "status": 202,
            "differences": [{"field": "body.volume.size", "request has": "777", "cassette has": "40"}],
        }
    ]


def pages(one: Client) -> tuple[list[str], list[str], list[str]]:
    """Create three disks and list them in pages: by the last id as marker, and by following the links."""
    made = [one.create(name) for name in ("one", "two", "three")]
    by_marker: list[str] = []
    while page := one.listed("?limit=1" + (f"&marker={by_marker[-1]}" if by_marker else "")):
        by_marker += page
    by_link: list[str] = []
    url = "/v2/{p}/volumes/detail?limit=2"
    while url:
        told = one("GET", url).json()
        by_link += [volume["id"] for volume in told["volumes"]]
        url = next((link["href"] for link in told.get("volumes_links", ()) if link["rel"] == "next"), "")
        assert url.startswith(str(one.http.base_url).rstrip("/") if url else "")
    return made, by_marker, by_link


@pytest.mark.parametrize("project", [PROJECT, OTHER_PROJECT])
def test_16_pages_follow_each_other_through_the_gateway_also_in_another_project(tmp_path: Path, project: str) -> None:
    """Beats: all surveyed: none maps the ids in markers and next links."""
    cassette = tmp_path / "pages.sqlite"
    made, by_marker, by_link = recorded(cassette, pages)
    assert sorted(made) == sorted(by_marker) == sorted(by_link)
    order = [made.index(each) for each in by_marker]
    again, by_marker, by_link = replayed(cassette, pages, project=project)
    assert [again.index(each) for each in by_marker] == [again.index(each) for each in by_link] == order
    assert set(again).isdisjoint(made)
