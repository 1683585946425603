import pytest

from .driving import BAD_STATUS, BOB, NO_ID, NOT_FOUND, ZONE, World, fault


def test_a_disk_is_creating_until_it_has_settled() -> None:
    world = World()
    client = world.client()
    made = client.send("POST", "/volumes", {"volume": {"name": "a", "size": 10, "availability_zone": ZONE}})
    volume_id = made.json()["volume"]["id"]
    assert made.json()["volume"] == {
        "attachments": [],
        "availability_zone": "az-dc-1",
        "bootable": "false",
        "consistencygroup_id": None,
        "created_at": "2023-11-14T22:13:20.000000",
        "description": None,
        "encrypted": False,
        "id": volume_id,
        "links": [
            {"href": f"http://evs.test:8774/v2/{client.project}/volumes/{volume_id}", "rel": "self"},
            {"href": f"http://evs.test:8774/{client.project}/volumes/{volume_id}", "rel": "bookmark"},
        ],
        "metadata": {},
        "multiattach": False,
        "name": "a",
        "replication_status": "disabled",
        "shareable": False,
        "size": 10,
        "snapshot_id": None,
        "source_volid": None,
        "status": "creating",
        "updated_at": None,
        "user_id": made.json()["volume"]["user_id"],
        "volume_type": "SAS",
    }
    world.now += 0.999
    assert client.status(volume_id) == "creating"
    world.now += 0.001
    assert client.status(volume_id) == "available"
    assert client.show(volume_id)["updated_at"] == "2023-11-14T22:13:21.000000"


def test_clients_that_send_explicit_nulls_and_hints_create_disks() -> None:
    asked = {"size": 10, "availability_zone": ZONE, "snapshot_id": None, "imageRef": None, "source_volid": None}
    body = {"volume": {**asked, "consistencygroup_id": None, "name": None}, "OS-SCH-HNT:scheduler_hints": {"a": "b"}}
    assert World().client().send("POST", "/volumes", body).status_code == 202


def test_a_name_can_ask_for_an_error() -> None:
    client = World().client()
    assert client.status(client.volume("sim-error-x")) == "error"


def test_a_disk_of_another_project_is_not_there() -> None:
    world = World()
    volume_id = world.client().volume()
    for method, path, body in (
        ("GET", f"/volumes/{volume_id}", None),
        ("GET", f"/volumes/{volume_id}/metadata", None),
        ("PUT", f"/volumes/{volume_id}", {"volume": {"name": "mine"}}),
        ("DELETE", f"/volumes/{volume_id}", None),
        ("POST", f"/volumes/{volume_id}/action", {"os-reserve": {}}),
    ):
        assert fault(world.client(BOB).send(method, path, body)) == NOT_FOUND


def test_a_name_in_the_place_of_an_id_is_a_clean_404() -> None:
    client = World().client()
    client.volume("by-name")
    assert fault(client.send("GET", "/volumes/by-name")) == NOT_FOUND


def test_the_custom_api_says_not_found_in_its_own_envelope() -> None:
    answer = World().client().send("GET", f"/os-vendor-volumes/{NO_ID}")
    assert fault(answer) == (404, "error", *NOT_FOUND[2:])


def test_deleting_takes_its_time_and_ends_in_404() -> None:
    world = World()
    client = world.client()
    volume_id = client.volume()
    answer = client.send("DELETE", f"/volumes/{volume_id}")
    assert (answer.status_code, answer.content, answer.headers["content-length"]) == (202, b"", "0")
    assert "content-type" not in answer.headers
    assert client.status(volume_id) == "deleting"
    world.settle()
    assert fault(client.send("GET", f"/volumes/{volume_id}")) == NOT_FOUND


def test_deleting_can_be_asked_to_fail() -> None:
    world = World()
    client = world.client()
    volume_id = client.volume("sim-error-deleting-x")
    client.send("DELETE", f"/volumes/{volume_id}")
    world.settle()
    assert client.status(volume_id) == "error_deleting"


def test_only_a_disk_at_rest_is_deleted() -> None:
    client = World().client()
    volume_id = client.volume()
    client.act(volume_id, "os-reserve", {})
    status, name, code, message = fault(client.send("DELETE", f"/volumes/{volume_id}"))
    assert (status, name, code) == (400, "badRequest", "EVS.1046")
    assert message.startswith("volume status must be available, error,")


def test_a_disk_with_snapshots_is_deleted_only_with_cascade() -> None:
    world = World()
    client = world.client()
    volume_id = client.volume()
    snapshot_id = client.snapshot(volume_id)
    assert fault(client.send("DELETE", f"/volumes/{volume_id}")) == BAD_STATUS
    assert client.send("DELETE", f"/volumes/{volume_id}?cascade=true").status_code == 202
    assert client.snapshot_status(snapshot_id) == "deleting"
    world.settle()
    assert client.get("/snapshots")["snapshots"] == []
    assert client.get("/volumes")["volumes"] == []


def test_updating_keeps_what_is_not_named() -> None:
    client = World().client()
    volume_id = client.volume("old", description="kept", metadata={"a": "b"})
    updated = client.send("PUT", f"/volumes/{volume_id}", {"volume": {"name": "new"}}).json()["volume"]
    assert (updated["name"], updated["description"], updated["metadata"]) == ("new", "kept", {"a": "b"})


def test_updating_takes_the_other_names_and_new_metadata() -> None:
    client = World().client()
    volume_id = client.volume("old", metadata={"a": "b"})
    asked = {"display_name": "new", "display_description": "told", "metadata": {"c": "d"}}
    updated = client.send("PUT", f"/volumes/{volume_id}", {"volume": asked}).json()["volume"]
    assert (updated["name"], updated["description"], updated["metadata"]) == ("new", "told", {"c": "d"})


def test_name_wins_over_display_name() -> None:
    client = World().client()
    volume_id = client.volume()
    asked = {"name": "n", "display_name": "m", "description": "", "display_description": "e"}
    updated = client.send("PUT", f"/volumes/{volume_id}", {"volume": asked}).json()["volume"]
    assert (updated["name"], updated["description"]) == ("n", "")


def test_the_custom_update_has_no_envelope() -> None:
    client = World().client()
    volume_id = client.volume()
    updated = client.send("PUT", f"/cloudvolumes/{volume_id}", {"volume": {"name": "new"}}).json()
    assert (updated["id"], updated["name"]) == (volume_id, "new")


def test_the_v1_answer_names_display_name() -> None:
    client = World().client()
    volume_id = client.volume("a", description="b")
    shown = client.get(f"/v1/{client.project}/volumes/{volume_id}")["volume"]
    assert (shown["display_name"], shown["display_description"]) == ("a", "b")
    assert "name" not in shown


def test_the_vendor_answer_says_more() -> None:
    client = World().client()
    volume_id = client.volume()
    shown = client.get(f"/os-vendor-volumes/{volume_id}")["volume"]
    assert (shown["service_type"], len(shown["wwn"])) == ("EVS", 32)


def custom(**wanted: object) -> dict[str, object]:
    return {"volume": {"name": "v", "size": 10, "availability_zone": ZONE, "volume_type": "SSD", **wanted}}


def test_a_job_follows_one_disk() -> None:
    world = World()
    client = world.client()
    made = client.send("POST", "/cloudvolumes", custom())
    world.settle()
    (listed,) = client.get("/cloudvolumes/detail")["volumes"]
    assert client.job(made)["entities"]["volume_id"] == listed["id"]
    assert (client.job(made)["job_type"], listed["name"], listed["status"]) == ("createVolume", "v", "available")


def test_a_batch_numbers_its_disks_and_has_a_sub_job_each() -> None:
    world = World()
    client = world.client()
    made = client.send("POST", "/cloudvolumes", custom(count=3))
    world.settle()
    job = client.job(made)
    parts = job["entities"]["sub_jobs"]
    assert (job["job_type"], job["status"]) == ("batchCreateVolume", "SUCCESS")
    assert [part["entities"]["name"] for part in parts] == ["v-0001", "v-0002", "v-0003"]
    assert {part["job_type"] for part in parts} == {"createVolume"}
    assert [volume["name"] for volume in client.get("/cloudvolumes")["volumes"]] == ["v-0003", "v-0002", "v-0001"]


@pytest.mark.parametrize(
    ("name", "code", "left"), [("sim-error-x", "EVS.2024", ["error"]), ("sim-fail-x", "EVS.2001", [])]
)
def test_a_job_can_be_asked_to_fail(name: str, code: str, left: list[str]) -> None:
    world = World()
    client = world.client()
    made = client.send("POST", "/cloudvolumes", custom(name=name))
    world.settle()
    job = client.job(made)
    assert (job["status"], job["error_code"]) == ("FAIL", code)
    assert [volume["status"] for volume in client.get("/cloudvolumes/detail")["volumes"]] == left


def test_a_batch_fails_with_its_parts() -> None:
    world = World()
    made = world.client().send("POST", "/cloudvolumes", custom(name="sim-fail-x", count=2))
    world.settle()
    assert world.client().job(made)["status"] == "FAIL"


@pytest.mark.parametrize(("name", "status"), [("a", "SUCCESS"), ("sim-error-deleting-a", "FAIL")])
def test_a_job_follows_a_deletion(name: str, status: str) -> None:
    world = World()
    client = world.client()
    answer = client.send("DELETE", f"/cloudvolumes/{client.volume(name)}")
    world.settle()
    job = client.job(answer)
    assert (job["job_type"], job["status"]) == ("deleteVolume", status)


def test_the_custom_deletion_knows_the_same_states() -> None:
    client = World().client()
    volume_id = client.volume()
    client.act(volume_id, "os-reserve", {})
    assert fault(client.send("DELETE", f"/cloudvolumes/{volume_id}"))[:3] == (400, "error", "EVS.1046")
    assert client.status(volume_id) == "attaching"
