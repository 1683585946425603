import pytest

from .driving import BAD_STATUS, NO_ID, NOT_FOUND, World, fault

HERE = {"instance_uuid": NO_ID, "mountpoint": "/dev/vdc"}


def test_a_snapshot_has_the_size_of_its_disk_and_takes_its_time() -> None:
    world = World()
    client = world.client()
    volume_id = client.volume()
    asked = {"volume_id": volume_id, "name": "s", "description": None, "force": False, "metadata": {"a": "b"}}
    made = client.send("POST", "/snapshots", {"snapshot": asked})
    shown = made.json()["snapshot"]
    assert (made.status_code, shown) == (
        202,
        {
            "id": shown["id"],
            "status": "creating",
            "name": "s",
            "description": None,
            "created_at": "2023-11-14T22:13:21.000000",
            "updated_at": None,
            "metadata": {"a": "b"},
            "volume_id": volume_id,
            "size": 10,
            "os-extended-snapshot-attributes:progress": "0%",
            "os-extended-snapshot-attributes:project_id": client.project,
        },
    )
    world.settle()
    after = client.get(f"/snapshots/{shown['id']}")["snapshot"]
    assert (after["status"], after["os-extended-snapshot-attributes:progress"]) == ("available", "100%")


def test_a_snapshot_can_be_asked_to_fail() -> None:
    client = World().client()
    assert client.snapshot_status(client.snapshot(client.volume(), "sim-error-x")) == "error"


def test_a_disk_must_be_there() -> None:
    assert fault(World().client().send("POST", "/snapshots", {"snapshot": {"volume_id": NO_ID}})) == NOT_FOUND


def test_a_disk_in_use_has_snapshots_and_one_being_attached_only_by_force() -> None:
    client = World().client()
    used, reserved = client.volume(), client.volume()
    client.act(used, "os-attach", HERE)
    client.act(reserved, "os-reserve", {})
    client.snapshot(used)
    assert fault(client.send("POST", "/snapshots", {"snapshot": {"volume_id": reserved}})) == BAD_STATUS
    client.snapshot(reserved, force=True)


def test_a_snapshot_is_renamed() -> None:
    client = World().client()
    snapshot_id = client.snapshot(client.volume(), "old", description="kept")
    answer = client.send("PUT", f"/snapshots/{snapshot_id}", {"snapshot": {"name": "new"}})
    shown = answer.json()["snapshot"]
    assert (answer.status_code, shown["name"], shown["description"]) == (200, "new", "kept")
    shown = client.send("PUT", f"/snapshots/{snapshot_id}", {"snapshot": {"description": "other"}}).json()["snapshot"]
    assert (shown["name"], shown["description"]) == ("new", "other")


def test_deleting_takes_its_time() -> None:
    world = World()
    client = world.client()
    snapshot_id = client.snapshot(client.volume())
    assert client.send("DELETE", f"/snapshots/{snapshot_id}").status_code == 202
    assert client.snapshot_status(snapshot_id) == "deleting"
    assert fault(client.send("DELETE", f"/snapshots/{snapshot_id}"))[2] == "EVS.1047"
    world.settle()
    assert fault(client.send("GET", f"/snapshots/{snapshot_id}")) == NOT_FOUND


def test_deleting_can_be_asked_to_fail() -> None:
    world = World()
    client = world.client()
    snapshot_id = client.snapshot(client.volume(), "sim-error-deleting-x")
    client.send("DELETE", f"/snapshots/{snapshot_id}")
    world.settle()
    assert client.snapshot_status(snapshot_id) == "error_deleting"


@pytest.mark.parametrize(("name", "after"), [("a", "available"), ("sim-error-rollback-a", "error_rollbacking")])
def test_rolling_back(name: str, after: str) -> None:
    world = World()
    client = world.client()
    volume_id = client.volume(name)
    path = f"/os-vendor-snapshots/{client.snapshot(volume_id)}/rollback"
    answer = client.send("POST", path, {"rollback": {"volume_id": volume_id}})
    assert (answer.status_code, answer.json()) == (202, {"rollback": {"volume_id": volume_id}})
    assert client.status(volume_id) == "rollingback"
    assert client.get("/snapshots")["snapshots"][0]["status"] == "rollbacking"
    assert fault(client.send("POST", path, {"rollback": {"volume_id": volume_id}})) == (400, "error", *BAD_STATUS[2:])
    world.settle()
    assert (client.status(volume_id), client.get("/snapshots")["snapshots"][0]["status"]) == (after, "available")


def test_rolling_back_to_another_disk() -> None:
    client = World().client()
    path = f"/os-vendor-snapshots/{client.snapshot(client.volume())}/rollback"
    answer = client.send("POST", path, {"rollback": {"volume_id": client.volume()}})
    assert fault(answer)[:3] == (400, "error", "EVS.1002")


def test_rolling_back_from_a_broken_snapshot() -> None:
    client = World().client()
    volume_id = client.volume()
    path = f"/os-vendor-snapshots/{client.snapshot(volume_id, 'sim-error-x')}/rollback"
    assert fault(client.send("POST", path, {"rollback": {"volume_id": volume_id}}))[2] == "EVS.2043"


def test_lists_are_filtered_and_paged_to_the_end() -> None:
    client = World().client()
    first, second = client.volume(), client.volume()
    names = [f"s{number}" for number in range(5)]
    for name in names:
        client.snapshot(first, name)
    client.snapshot(second, "other")
    path, seen = f"/snapshots/detail?volume_id={first}&limit=2", []
    while path:
        page = client.get(path)
        seen += [snapshot["name"] for snapshot in page["snapshots"]]
        path = page.get("snapshots_links", [{"href": ""}])[0]["href"]
    assert seen == names[::-1]
    assert [snapshot["name"] for snapshot in client.get("/snapshots?name=s1&status=available")["snapshots"]] == ["s1"]
    assert fault(client.send("GET", f"/snapshots?marker={NO_ID}")) == NOT_FOUND


def test_a_snapshot_in_the_making_goes_with_its_disk() -> None:
    world = World()
    client = world.client()
    volume_id = client.volume()
    made = client.send("POST", "/snapshots", {"snapshot": {"volume_id": volume_id}})
    world.now += 0.5
    client.send("DELETE", f"/volumes/{volume_id}?cascade=true")
    world.now += 0.5
    assert client.snapshot_status(made.json()["snapshot"]["id"]) == "deleting"
    world.now += 0.5
    assert client.get("/snapshots") == {"snapshots": []}
