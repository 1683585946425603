import pytest

from .driving import BAD_STATUS, NO_ID, NOT_FOUND, World, fault

SERVER = "95d9ef50-507d-11e5-b970-0800200c9a66"
HERE = {"instance_uuid": SERVER, "mountpoint": "/dev/vdc"}


def test_extending_takes_its_time() -> None:
    world = World()
    client = world.client()
    volume_id = client.volume()
    assert client.act(volume_id, "os-extend", {"new_size": 20}).status_code == 202
    assert (client.status(volume_id), client.show(volume_id)["size"]) == ("extending", 10)
    world.settle()
    assert (client.status(volume_id), client.show(volume_id)["size"]) == ("available", 20)


def test_a_disk_in_use_stays_in_use_when_extended() -> None:
    world = World()
    client = world.client()
    volume_id = client.volume()
    client.act(volume_id, "os-attach", HERE)
    client.act(volume_id, "os-extend", {"new_size": 20})
    world.settle()
    assert client.status(volume_id) == "in-use"


@pytest.mark.parametrize("size", [5, 10])
def test_a_disk_only_grows(size: int) -> None:
    client = World().client()
    assert fault(client.act(client.volume(), "os-extend", {"new_size": size}))[:3] == (400, "badRequest", "EVS.1015")


def test_only_a_disk_at_rest_is_extended() -> None:
    client = World().client()
    volume_id = client.volume()
    client.act(volume_id, "os-extend", {"new_size": 20})
    assert fault(client.act(volume_id, "os-extend", {"new_size": 30}))[2] == "EVS.1064"


def test_a_shared_disk_in_use_is_not_extended() -> None:
    client = World().client()
    volume_id = client.volume(multiattach=True)
    client.act(volume_id, "os-attach", HERE)
    assert fault(client.act(volume_id, "os-extend", {"new_size": 20}))[2] == "EVS.1065"


def test_extending_can_be_asked_to_fail() -> None:
    world = World()
    client = world.client()
    volume_id = client.volume("sim-error-extending-x")
    answer = client.send("POST", f"/cloudvolumes/{volume_id}/action", {"os-extend": {"new_size": 20}})
    world.settle()
    assert (client.status(volume_id), client.show(volume_id)["size"]) == ("error_extending", 10)
    assert (client.job(answer)["status"], client.job(answer)["error_code"]) == ("FAIL", "EVS.2026")


def test_a_job_follows_an_extension() -> None:
    world = World()
    client = world.client()
    volume_id = client.volume()
    answer = client.send("POST", f"/cloudvolumes/{volume_id}/action", {"os-extend": {"new_size": 20.9}})
    world.settle()
    job = client.job(answer)
    assert (job["job_type"], job["status"], job["entities"]["size"]) == ("extendVolume", "SUCCESS", 20)


def test_the_custom_extension_says_errors_in_its_own_envelope() -> None:
    client = World().client()
    answer = client.send("POST", f"/cloudvolumes/{client.volume()}/action", {"os-extend": {"new_size": 5}})
    assert fault(answer)[:3] == (400, "error", "EVS.1015")


def test_the_bootable_flag_goes_on_and_off() -> None:
    client = World().client()
    volume_id = client.volume()
    seen = []
    for value in (True, False):
        assert client.act(volume_id, "os-set_bootable", {"bootable": value}).status_code == 200
        seen.append(client.show(volume_id)["bootable"])
    assert seen == ["true", "false"]


@pytest.mark.parametrize("key", ["os-update_readonly_flag", "os-update_READONLY_flag"])
def test_the_read_only_flag_shows_in_the_metadata(key: str) -> None:
    client = World().client()
    volume_id = client.volume()
    assert client.act(volume_id, key, {"readonly": True}).status_code == 202
    assert client.show(volume_id)["metadata"] == {"readonly": "True"}


def test_exporting_an_image_makes_the_disk_busy_for_a_while() -> None:
    world = World()
    client = world.client()
    volume_id = client.volume(description="d")
    answer = client.act(volume_id, "os-volume_upload_image", {"image_name": "i", "disk_format": "raw"})
    shown = answer.json()["os-volume_upload_image"]
    assert (answer.status_code, client.status(volume_id)) == (202, "uploading")
    assert {key: shown[key] for key in ("status", "size", "id", "image_name", "container_format", "disk_format")} == {
        "status": "uploading",
        "size": 10,
        "id": volume_id,
        "image_name": "i",
        "container_format": "bare",
        "disk_format": "raw",
    }
    assert (shown["volume_type"]["name"], shown["display_description"]) == ("SSD", "d")
    world.settle()
    assert client.status(volume_id) == "available"


def test_a_disk_in_use_is_exported_only_by_force() -> None:
    world = World()
    client = world.client()
    volume_id = client.volume()
    client.act(volume_id, "os-attach", HERE)
    assert fault(client.act(volume_id, "os-volume_upload_image", {"image_name": "i"})) == BAD_STATUS
    assert client.act(volume_id, "os-volume_upload_image", {"image_name": "i", "force": True}).status_code == 202
    world.settle()
    assert client.status(volume_id) == "in-use"


def test_attaching_and_detaching() -> None:
    client = World().client()
    volume_id = client.volume()
    assert client.act(volume_id, "os-attach", {**HERE, "host_name": "h", "mode": "ro"}).status_code == 202
    shown = client.show(volume_id)
    (attachment,) = shown["attachments"]
    assert (shown["status"], shown["metadata"]) == ("in-use", {"attached_mode": "ro"})
    assert attachment == {
        "server_id": SERVER,
        "attachment_id": attachment["attachment_id"],
        "attached_at": "2023-11-14T22:13:21.000000",
        "host_name": "h",
        "volume_id": volume_id,
        "device": "/dev/vdc",
        "id": volume_id,
    }
    assert fault(client.act(volume_id, "os-attach", HERE)) == BAD_STATUS
    assert fault(client.act(volume_id, "os-detach", {"attachment_id": NO_ID})) == NOT_FOUND
    assert client.act(volume_id, "os-detach", {"attachment_id": attachment["attachment_id"]}).status_code == 202
    shown = client.show(volume_id)
    assert (shown["status"], shown["attachments"], shown["metadata"]) == ("available", [], {})
    assert fault(client.act(volume_id, "os-detach", {})) == BAD_STATUS


def test_a_shared_disk_has_several_attachments() -> None:
    client = World().client()
    volume_id = client.volume(multiattach=True)
    for _ in range(3):
        client.act(volume_id, "os-attach", HERE)
    first = client.show(volume_id)["attachments"][0]["attachment_id"]
    client.act(volume_id, "os-detach", {"attachment_id": first})
    assert (client.status(volume_id), len(client.show(volume_id)["attachments"])) == ("in-use", 2)
    client.act(volume_id, "os-detach", {})
    assert (client.status(volume_id), client.show(volume_id)["attachments"]) == ("available", [])


def test_reserving_and_giving_free() -> None:
    client = World().client()
    volume_id = client.volume()
    assert fault(client.act(volume_id, "os-unreserve", {})) == BAD_STATUS
    assert client.act(volume_id, "os-reserve", None).status_code == 202
    assert client.status(volume_id) == "attaching"
    assert fault(client.act(volume_id, "os-reserve", {})) == BAD_STATUS
    assert client.act(volume_id, "os-unreserve", {}).status_code == 202
    assert client.status(volume_id) == "available"


def test_a_reserved_disk_is_attached() -> None:
    client = World().client()
    volume_id = client.volume()
    client.act(volume_id, "os-reserve", {})
    client.act(volume_id, "os-attach", HERE)
    assert client.status(volume_id) == "in-use"
