import re
from typing import Any

from .driving import BAD_STATUS, BOB, NO_ID, NOT_FOUND, Client, World, fault


def offered(client: Client) -> Any:
    """Create a disk and offer it."""
    return client.send("POST", "/os-volume-transfer", {"transfer": {"volume_id": client.volume(), "name": "t"}})


def accept(client: Client, transfer: Any, auth_key: str) -> Any:
    return client.send("POST", f"/os-volume-transfer/{transfer['id']}/accept", {"accept": {"auth_key": auth_key}})


def test_the_key_is_shown_once() -> None:
    client = World().client()
    answer = offered(client)
    transfer = answer.json()["transfer"]
    base = f"{client.project}/os-volume-transfer/{transfer['id']}"
    assert (answer.status_code, transfer) == (
        202,
        {
            "id": transfer["id"],
            "name": "t",
            "volume_id": transfer["volume_id"],
            "created_at": "2023-11-14T22:13:21.000000",
            "auth_key": transfer["auth_key"],
            "links": [
                {"href": f"http://evs.test:8774/v2/{base}", "rel": "self"},
                {"href": f"http://evs.test:8774/{base}", "rel": "bookmark"},
            ],
        },
    )
    assert re.fullmatch("[0-9a-f]{16}", transfer["auth_key"])
    del transfer["auth_key"]
    assert client.get(f"/os-volume-transfer/{transfer['id']}") == {"transfer": transfer}
    assert client.get("/os-volume-transfer/detail") == {"transfers": [transfer]}
    del transfer["created_at"]
    assert client.get("/os-volume-transfer") == {"transfers": [transfer]}
    assert client.status(transfer["volume_id"]) == "awaiting-transfer"


def test_a_wrong_key_is_refused_and_the_right_one_moves_the_disk() -> None:
    world = World()
    alice, bob = world.client(), world.client(BOB)
    transfer = offered(alice).json()["transfer"]
    assert fault(accept(bob, transfer, "0" * 16))[:3] == (400, "badRequest", "EVS.5400")
    answer = accept(bob, transfer, transfer["auth_key"])
    assert (answer.status_code, sorted(answer.json()["transfer"])) == (202, ["id", "links", "name", "volume_id"])
    assert (bob.status(transfer["volume_id"]), bob.show(transfer["volume_id"])["os-vol-tenant-attr:tenant_id"]) == (
        "available",
        BOB,
    )
    assert fault(alice.send("GET", f"/volumes/{transfer['volume_id']}")) == NOT_FOUND
    assert fault(accept(bob, transfer, transfer["auth_key"])) == NOT_FOUND


def test_an_offer_is_shown_only_to_who_made_it() -> None:
    world = World()
    transfer = offered(world.client()).json()["transfer"]
    assert fault(world.client(BOB).send("GET", f"/os-volume-transfer/{transfer['id']}")) == NOT_FOUND
    assert world.client(BOB).get("/os-volume-transfer") == {"transfers": []}


def test_an_offer_is_taken_back() -> None:
    client = World().client()
    transfer = offered(client).json()["transfer"]
    answer = client.send("DELETE", f"/os-volume-transfer/{transfer['id']}")
    assert (answer.status_code, answer.content) == (202, b"")
    assert client.status(transfer["volume_id"]) == "available"


def test_only_an_available_data_disk_without_snapshots_is_offered() -> None:
    client = World().client()
    reserved, bootable, with_snapshot = client.volume(), client.volume(), client.volume()
    client.act(reserved, "os-reserve", {})
    client.act(bootable, "os-set_bootable", {"bootable": True})
    client.snapshot(with_snapshot)
    for volume_id in (reserved, bootable, with_snapshot):
        answer = client.send("POST", "/os-volume-transfer", {"transfer": {"volume_id": volume_id}})
        assert fault(answer) == BAD_STATUS
    answer = client.send("POST", "/os-volume-transfer", {"transfer": {"volume_id": NO_ID}})
    assert fault(answer) == NOT_FOUND


def test_a_full_project_accepts_nothing() -> None:
    world = World(limits={"volumes": 1})
    alice, bob = world.client(), world.client(BOB)
    bob.volume()
    transfer = offered(alice).json()["transfer"]
    assert fault(accept(bob, transfer, transfer["auth_key"]))[:3] == (413, "overLimit", "EVS.5413")
    assert accept(alice, transfer, transfer["auth_key"]).status_code == 202


def test_lists_are_paged_by_offset() -> None:
    client = World().client()
    made = [offered(client).json()["transfer"]["id"] for _ in range(4)]
    listed = client.get("/os-volume-transfer?limit=2&offset=1")["transfers"]
    assert [transfer["id"] for transfer in listed] == made[1:3]


def test_a_marker_that_is_no_transfer() -> None:
    assert fault(World().client().send("GET", f"/os-volume-transfer?marker={NO_ID}")) == NOT_FOUND
