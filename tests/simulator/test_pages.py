from typing import Any

import pytest

from .driving import NO_ID, NOT_FOUND, Client, World, fault


@pytest.fixture
def client() -> Client:
    client = World().client()
    for name, size in (("a", 30), ("b", 10), ("c", 20), ("d", 10), ("e", 40)):
        client.volume(name, size=size, metadata={"name": name})
    return client


def names(client: Client, query: str = "") -> list[str]:
    return [volume["name"] for volume in client.get(f"/volumes/detail{query}")["volumes"]]


def test_the_latest_comes_first(client: Client) -> None:
    assert names(client) == ["e", "d", "c", "b", "a"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?sort_dir=asc", "abcde"),
        ("?sort_key=size", "eacdb"),
        ("?sort_key=size&sort_dir=asc", "dbcae"),
        ("?sort=size:asc,name:asc", "bdcae"),
        ("?sort=name", "edcba"),
        ("?sort=colour:asc", "edcba"),
        ("?sort_key=status&sort_dir=asc", "edcba"),
        ("?sort=name:asc&limit=2", "ab"),
        ("?offset=3", "ba"),
        ("?offset=1&limit=2", "dc"),
        ("?name=c", "c"),
        ("?status=creating", ""),
        ("?availability_zone=az-dc-1&status=available&limit=1", "e"),
        ("?availability_zone=elsewhere", ""),
        ("?metadata=%7B%22name%22%3A%22b%22%7D", "b"),
        ("?metadata=%7B%27name%27%3A+%27b%27%7D", "b"),
        ("?metadata=%7Bname", ""),
        ("?metadata=%5B%5D", ""),
        ("?all_tenants=1", "edcba"),
    ],
)
def test_filters_order_and_pages(client: Client, query: str, expected: str) -> None:
    assert names(client, query) == list(expected)


def test_ids_sort(client: Client) -> None:
    ids = [volume["id"] for volume in client.get("/volumes?sort_key=id&sort_dir=asc")["volumes"]]
    assert ids == sorted(ids)
    assert [volume["id"] for volume in client.get(f"/volumes?id={ids[0]}")["volumes"]] == ids[:1]


def followed(client: Client, path: str) -> list[Any]:
    pages = [client.get(path)]
    while "volumes_links" in pages[-1]:
        ((link),) = pages[-1]["volumes_links"]
        assert link["rel"] == "next"
        pages.append(client.get(link["href"]))
    return [[volume["name"] for volume in page["volumes"]] for page in pages]


def test_links_lead_to_the_end(client: Client) -> None:
    assert followed(client, "/volumes/detail?limit=2") == [["e", "d"], ["c", "b"], ["a"]]


def test_the_last_page_has_no_link_even_when_full(client: Client) -> None:
    assert followed(client, "/volumes?limit=5") == [["e", "d", "c", "b", "a"]]


def test_a_link_keeps_the_query_and_turns_an_offset_into_a_marker(client: Client) -> None:
    page = client.get("/volumes?offset=1&limit=2&sort_dir=asc")
    last = page["volumes"][-1]["id"]
    assert page["volumes_links"] == [
        {
            "href": f"http://evs.test:8774/v2/{client.project}/volumes?limit=2&sort_dir=asc&marker={last}",
            "rel": "next",
        }
    ]
    assert followed(client, "/volumes?offset=1&limit=2&sort_dir=asc") == [["b", "c"], ["d", "e"]]


def test_a_page_behind_the_end_is_empty(client: Client) -> None:
    assert client.get("/volumes?offset=9&limit=2") == {"volumes": []}


def test_an_unknown_marker(client: Client) -> None:
    assert fault(client.send("GET", f"/volumes?marker={NO_ID}")) == NOT_FOUND


def test_odd_numbers_do_no_harm(client: Client) -> None:
    assert names(client, "?limit=2.0") == ["e", "d"]
    assert len(client.get("/snapshots?offset=-5")["snapshots"]) == 0
