from typing import Any

import pytest

from .driving import NO_ID, NOT_FOUND, ZONE, Client, World, fault


def create(client: Client, path: str = "/volumes", **wanted: Any) -> Any:
    asked = {"name": "v", "size": 10, "availability_zone": ZONE, "volume_type": "SSD", **wanted}
    return client.send("POST", path, {"volume": asked})


def test_a_zone_must_exist() -> None:
    assert fault(create(World().client(), availability_zone="az-9")) == (
        *(400, "badRequest", "EVS.1036"),
        "invalid availability zone!",
    )


def test_a_type_must_exist() -> None:
    assert fault(create(World().client(), volume_type="TAPE"))[:3] == (400, "badRequest", "EVS.1020")


def test_a_type_is_named_by_id_and_in_any_case() -> None:
    client = World().client()
    assert create(client, volume_type="sata").json()["volume"]["volume_type"] == "SATA"


def test_a_disk_from_a_snapshot_has_its_device_type_and_bootable_flag() -> None:
    client = World().client()
    source = client.volume(metadata={"hw:passthrough": "true"})
    client.act(source, "os-set_bootable", {"bootable": True})
    made = create(client, snapshot_id=client.snapshot(source), metadata={"a": "b"}).json()["volume"]
    assert (made["metadata"], made["bootable"]) == ({"hw:passthrough": "true", "a": "b"}, "true")


@pytest.mark.parametrize(
    ("path", "expected"),
    [("/volumes", NOT_FOUND), ("/cloudvolumes", (400, "error", "EVS.2045", "invalid snapshot_id!"))],
)
def test_a_snapshot_must_be_there(path: str, expected: object) -> None:
    assert fault(create(World().client(), path, snapshot_id=NO_ID)) == expected


def test_a_snapshot_must_be_usable() -> None:
    client = World().client()
    snapshot_id = client.snapshot(client.volume(), "sim-error-x")
    assert fault(create(client, snapshot_id=snapshot_id))[2] == "EVS.2043"


def test_a_snapshot_must_be_of_the_type() -> None:
    client = World().client()
    snapshot_id = client.snapshot(client.volume())
    assert fault(create(client, snapshot_id=snapshot_id, volume_type="SAS")) == (
        *(400, "badRequest", "EVS.2096"),
        "Target volumeType[SAS] is not matched with snapshot[SSD] !",
    )


def test_a_snapshot_must_fit() -> None:
    client = World().client()
    snapshot_id = client.snapshot(client.volume(size=20))
    assert fault(create(client, snapshot_id=snapshot_id))[2] == "EVS.1010"


def test_a_disk_from_a_backup_is_as_big_as_the_backup() -> None:
    world = World()
    client = world.client()
    asked = {"availability_zone": ZONE, "volume_type": "SSD", "backup_id": NO_ID}
    assert client.send("POST", "/cloudvolumes", {"volume": asked}).status_code == 200
    assert client.get("/cloudvolumes/detail")["volumes"][0]["size"] == 10


def test_a_backup_must_fit() -> None:
    answer = create(World().client(), "/cloudvolumes", backup_id=NO_ID, size=5)
    assert fault(answer)[:3] == (400, "error", "EVS.1022")


def test_a_disk_from_an_image_is_bootable() -> None:
    world = World()
    client = world.client()
    made = create(client, imageRef=NO_ID).json()["volume"]
    assert made["bootable"] == "true"
    assert client.show(made["id"])["volume_image_metadata"] == {"image_id": NO_ID}


def test_a_disk_to_clone_must_be_there_and_fit() -> None:
    client = World().client()
    assert fault(create(client, source_volid=NO_ID)) == NOT_FOUND
    source = client.volume(size=20)
    assert fault(create(client, source_volid=source))[2] == "EVS.1010"
    assert create(client, source_volid=source, size=20).json()["volume"]["source_volid"] == source
