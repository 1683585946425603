import pytest

from .driving import BOB, ZONE, Client, World, fault

NONE = {"reserved": 0, "allocated": 0, "limit": -1, "in_use": 0}


def quota_set(client: Client) -> dict[str, dict[str, int]]:
    return client.get(f"/os-quota-sets/{client.project}?usage=True")["quota_set"]


def test_usage_counts_disks_snapshots_and_their_gigabytes_in_all_and_by_type() -> None:
    world = World(limits={"volumes": 5, "gigabytes": 100, "snapshots": 2})
    client = world.client()
    client.snapshot(client.volume(size=20, volume_type="SSD"))
    client.volume(size=10, volume_type="SAS")
    assert quota_set(client) == {
        "id": client.project,
        "volumes": {**NONE, "limit": 5, "in_use": 2},
        "gigabytes": {**NONE, "limit": 100, "in_use": 50},
        "snapshots": {**NONE, "limit": 2, "in_use": 1},
        "volumes_SSD": {**NONE, "in_use": 1},
        "volumes_SAS": {**NONE, "in_use": 1},
        "volumes_SATA": NONE,
        "gigabytes_SSD": {**NONE, "in_use": 40},
        "gigabytes_SAS": {**NONE, "in_use": 10},
        "gigabytes_SATA": NONE,
        "snapshots_SSD": {**NONE, "in_use": 1},
        "snapshots_SAS": NONE,
        "snapshots_SATA": NONE,
        "backups": {**NONE, "limit": 100},
        "backup_gigabytes": {**NONE, "limit": 5120},
        "per_volume_gigabytes": {**NONE, "limit": 32768},
    }
    assert quota_set(world.client(BOB))["volumes"]["in_use"] == 0


@pytest.mark.parametrize("limits", [{"volumes": 1}, {"gigabytes": 15}])
def test_cinder_refuses_what_does_not_fit_with_413(limits: dict[str, int]) -> None:
    client = World(limits=limits).client()
    client.volume()
    asked = {"size": 10, "availability_zone": ZONE}
    assert fault(client.send("POST", "/volumes", {"volume": asked})) == (
        *(413, "overLimit", "EVS.5413"),
        "Insufficient volume quota.",
    )


@pytest.mark.parametrize(("limits", "code"), [({"volumes": 2}, "EVS.1034"), ({"gigabytes": 29}, "EVS.1042")])
def test_the_custom_api_refuses_a_whole_batch_with_its_own_codes(limits: dict[str, int], code: str) -> None:
    client = World(limits=limits).client()
    asked = {"name": "v", "size": 10, "availability_zone": ZONE, "volume_type": "SSD", "count": 3}
    assert fault(client.send("POST", "/cloudvolumes", {"volume": asked}))[:3] == (400, "error", code)
    assert client.get("/volumes")["volumes"] == []


def test_extending_needs_room() -> None:
    client = World(limits={"gigabytes": 15}).client()
    volume_id = client.volume()
    assert fault(client.act(volume_id, "os-extend", {"new_size": 20}))[:2] == (413, "overLimit")
    answer = client.send("POST", f"/cloudvolumes/{volume_id}/action", {"os-extend": {"new_size": 20}})
    assert fault(answer)[:3] == (400, "error", "EVS.1042")
    assert client.act(volume_id, "os-extend", {"new_size": 15}).status_code == 202


def test_snapshots_need_room() -> None:
    client = World(limits={"snapshots": 1}).client()
    volume_id = client.volume()
    client.snapshot(volume_id)
    answer = client.send("POST", "/snapshots", {"snapshot": {"volume_id": volume_id}})
    assert fault(answer)[:2] == (413, "overLimit")


def test_a_deleted_disk_gives_its_room_back() -> None:
    world = World(limits={"volumes": 1})
    client = world.client()
    client.send("DELETE", f"/volumes/{client.volume()}")
    world.settle()
    client.volume()
