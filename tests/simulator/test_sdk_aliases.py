from .driving import ZONE, World, fault

DISK = {"name": "v", "size": 10, "availability_zone": ZONE, "volume_type": "SSD", "iops": 1, "tags": {"a": "b"}}


def test_disks_under_the_paths_of_the_sdk() -> None:
    world = World()
    client = world.client()
    answer = client.send("POST", f"/v2.1/{client.project}/cloudvolumes", {"volume": DISK, "server_id": None})
    world.settle()
    volume_id = client.job(answer)["entities"]["volume_id"]
    assert client.get(f"/cloudvolumes/{volume_id}") == client.get(f"/os-vendor-volumes/{volume_id}")
    path = f"/v2.1/{client.project}/cloudvolumes/{volume_id}/action"
    answer = client.send("POST", path, {"bssParam": {"isAutoPay": "true"}, "os-extend": {"new_size": 20}})
    world.settle()
    assert (client.job(answer)["status"], client.show(volume_id)["size"]) == ("SUCCESS", 20)


def test_snapshots_under_the_paths_of_the_sdk() -> None:
    world = World()
    client = world.client()
    volume_id = client.volume()
    made = client.send("POST", "/cloudsnapshots", {"snapshot": {"volume_id": volume_id, "name": "s"}})
    world.settle()
    path = f"/cloudsnapshots/{made.json()['snapshot']['id']}"
    assert made.status_code == 202
    assert client.get(path)["snapshot"]["name"] == "s"
    assert client.send("PUT", path, {"snapshot": {"name": "t"}}).json()["snapshot"]["name"] == "t"
    assert client.get("/cloudsnapshots/detail?limit=1")["snapshots"] == [client.get(path)["snapshot"]]
    assert client.send("POST", f"{path}/rollback", {"rollback": {"volume_id": volume_id}}).status_code == 202
    world.settle()
    assert client.send("DELETE", path).status_code == 202


def test_they_are_held_against_the_contract_too() -> None:
    client = World().client()
    answer = client.send("POST", f"/v2.1/{client.project}/cloudvolumes", {"volume": {**DISK, "size": 0}})
    assert fault(answer)[:3] == (400, "error", "EVS.1010")


def test_other_undocumented_paths_are_pages() -> None:
    client = World().client()
    for path in (f"/v3/{client.project}/volumes", "/volume-transfers", f"/v5/{client.project}/snapshots"):
        answer = client.send("GET", path)
        assert (answer.status_code, answer.headers["content-type"]) == (404, "text/html; charset=UTF-8")
