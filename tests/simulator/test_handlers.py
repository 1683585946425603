from gateway.contract.catalogue import CATALOGUE

from .driving import ALICE, BOB, ZONE, World

SERVER = "95d9ef50-507d-11e5-b970-0800200c9a66"


class Life:
    """Calls operations by id and notes which of them answered with their documented status."""

    def __init__(self) -> None:
        self.world = World()
        self.answered: set[str] = set()

    def call(self, operation_id: str, body: object = None, query: str = "", project: str = ALICE, **values: str):
        operation = CATALOGUE.by_id[operation_id]
        path = operation.path.format(project_id=project, target_project_id=project, **values)
        answer = self.world.send(operation.method, f"{path}{query}", {"x-auth-token": "t"}, json=body)
        assert answer.status_code == operation.status, (operation_id, answer.status_code, answer.text)
        self.answered.add(operation_id)
        return answer.json() if answer.content else None

    def settle(self) -> None:
        self.world.settle()


def metadata_in_all_forms(life: Life, kind: str, **owner: str) -> None:
    body, item = {"metadata": {"a": "b"}}, {"meta": {"a": "c"}}
    life.call(f"cinder_create_{kind}_metadata", body, **owner)
    life.call(f"cinder_list_{kind}_metadata", **owner)
    life.call(f"cinder_update_{kind}_metadata", body, **owner)
    life.call(f"cinder_show_{kind}_metadata_item", key="a", **owner)
    life.call(f"cinder_update_{kind}_metadata_item", item, key="a", **owner)
    life.call(f"cinder_delete_{kind}_metadata_item", key="a", **owner)


def what_there_is(life: Life) -> None:
    user = {"name": "u", "password": "p", "domain": {"name": "d"}}
    auth = {"identity": {"methods": ["password"], "password": {"user": user}}, "scope": {"project": {"name": "x"}}}
    life.call("list_api_versions")
    life.call("show_api_version", api_version="v2")
    life.call("iam_create_token", {"auth": auth})
    life.call("iam_list_projects")
    life.call("cinder_list_extensions")
    life.call("cinder_list_availability_zones")
    life.call("cinder_show_quota_set", query="?usage=True")
    types = life.call("cinder_list_volume_types")["volume_types"]
    life.call("cinder_show_volume_type", type_id=types[0]["id"])


def a_disk_of_the_custom_api(life: Life) -> None:
    disk = {"name": "c", "size": 10, "availability_zone": ZONE, "volume_type": "SSD"}
    job_id = life.call("evs_create_volumes", {"volume": disk})["job_id"]
    life.settle()
    volume_id = life.call("v1_show_job", job_id=job_id)["entities"]["volume_id"]
    life.call("evs_update_volume", {"volume": {"name": "d"}}, volume_id=volume_id)
    life.call("evs_extend_volume", {"os-extend": {"new_size": 20}}, volume_id=volume_id)
    life.settle()
    life.call("evs_show_volume", volume_id=volume_id)
    life.call("v1_show_volume", volume_id=volume_id)
    for listing in ("evs_list_volumes", "evs_list_volumes_detail", "evs_list_vendor_volumes_detail"):
        assert [volume["id"] for volume in life.call(listing)["volumes"]] == [volume_id]
    life.call("evs_delete_volume", volume_id=volume_id)
    life.settle()


def a_disk(life: Life) -> str:
    disk = {"name": "c", "size": 10, "availability_zone": ZONE, "volume_type": "SSD"}
    volume_id = life.call("cinder_create_volume", {"volume": disk})["volume"]["id"]
    life.settle()
    life.call("cinder_show_volume", volume_id=volume_id)
    life.call("cinder_list_volumes")
    life.call("cinder_list_volumes_detail")
    life.call("cinder_update_volume", {"volume": {"name": "d"}}, volume_id=volume_id)
    metadata_in_all_forms(life, "volume", volume_id=volume_id)
    return volume_id


def what_is_done_to_it(life: Life, volume_id: str) -> None:
    for operation_id, value in (
        ("cinder_extend_volume", {"new_size": 20}),
        ("cinder_set_bootable", {"bootable": False}),
        ("cinder_set_readonly", {"readonly": True}),
        ("cinder_upload_image", {"image_name": "i"}),
        ("cinder_reserve_volume", {}),
        ("cinder_unreserve_volume", {}),
        ("cinder_attach_volume", {"instance_uuid": SERVER, "mountpoint": "/dev/vdc"}),
        ("cinder_detach_volume", {}),
    ):
        life.call(operation_id, {CATALOGUE.by_id[operation_id].action_keys[0]: value}, volume_id=volume_id)
        life.settle()


def a_snapshot_of_it(life: Life, volume_id: str) -> None:
    made = life.call("cinder_create_snapshot", {"snapshot": {"volume_id": volume_id, "name": "s"}})
    snapshot_id = made["snapshot"]["id"]
    life.settle()
    life.call("cinder_show_snapshot", snapshot_id=snapshot_id)
    life.call("cinder_list_snapshots")
    life.call("cinder_list_snapshots_detail")
    life.call("cinder_update_snapshot", {"snapshot": {"name": "t"}}, snapshot_id=snapshot_id)
    metadata_in_all_forms(life, "snapshot", snapshot_id=snapshot_id)
    life.call("evs_rollback_snapshot", {"rollback": {"volume_id": volume_id}}, snapshot_id=snapshot_id)
    life.settle()
    life.call("cinder_delete_snapshot", snapshot_id=snapshot_id)
    life.settle()


def its_transfer(life: Life, volume_id: str) -> None:
    body = {"transfer": {"volume_id": volume_id, "name": "t"}}
    transfer_id = life.call("cinder_create_transfer", body)["transfer"]["id"]
    life.call("cinder_show_transfer", transfer_id=transfer_id)
    life.call("cinder_list_transfers")
    life.call("cinder_list_transfers_detail")
    life.call("cinder_delete_transfer", transfer_id=transfer_id)
    transfer = life.call("cinder_create_transfer", body)["transfer"]
    accept = {"accept": {"auth_key": transfer["auth_key"]}}
    life.call("cinder_accept_transfer", accept, project=BOB, transfer_id=transfer["id"])
    life.call("cinder_delete_volume", project=BOB, volume_id=volume_id)


def test_every_operation_answers_its_documented_status_in_one_life() -> None:
    life = Life()
    what_there_is(life)
    a_disk_of_the_custom_api(life)
    volume_id = a_disk(life)
    what_is_done_to_it(life, volume_id)
    a_snapshot_of_it(life, volume_id)
    its_transfer(life, volume_id)
    assert set(CATALOGUE.by_id) - life.answered == set()
