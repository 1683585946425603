"""A full life through Huawei's own SDK, which signs every request with AK/SK and sends no token.

Documented calls that it has no method for go through its own generic call, so that signing stays its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ServiceResponseException
from huaweicloudsdkcore.http.http_handler import HttpHandler
from huaweicloudsdkcore.sdk_response import SdkResponse
from huaweicloudsdkevs import v2 as evs

from .diary import Diary, Pause, Wire, in_real_time
from .harness import KEYS, TWO_PROJECTS, UNKNOWN_ID, Projects


class Answer(SdkResponse):
    """Any answer, for the calls that the SDK has no model for."""

    openapi_types: ClassVar[dict[str, str]] = {}
    attribute_map: ClassVar[dict[str, str]] = {}


def reason(refusal: ServiceResponseException) -> tuple[int, str, str]:
    return refusal.status_code, refusal.error_code, refusal.error_msg


class Evs:
    """One project's client: the SDK's own methods as `sdk`, its generic call as methods of HTTP."""

    def __init__(self, wire: Wire, project: str) -> None:
        access_key, secret_key = KEYS[project]
        handler = HttpHandler().add_response_handler(lambda response, **_: wire.saw(response))
        self.sdk: Any = (
            evs.EvsClient.new_builder()
            .with_credentials(BasicCredentials(access_key, secret_key, project))
            .with_endpoint(wire.base_url)
            .with_http_handler(handler)
            .build()
        )
        wire.closers.append(self.sdk.close)

    def get(self, path: str, **query: object) -> Any:
        return self._call("GET", path, None, query)

    def post(self, path: str, body: object) -> Any:
        return self._call("POST", path, body)

    def put(self, path: str, body: object) -> Any:
        return self._call("PUT", path, body)

    def delete(self, path: str) -> Any:
        return self._call("DELETE", path)

    def _call(self, method: str, path: str, body: object = None, query: dict[str, object] | None = None) -> Any:
        answer = self.sdk.do_http_request(
            method,
            path,
            query_params=list((query or {}).items()),
            header_params={},
            body=body,
            response_type=Answer,
        )
        return answer.to_json_object()

    def job(self, job_id: str) -> Any:
        return self.sdk.show_job(evs.ShowJobRequest(job_id=job_id)).to_json_object()

    def volume(self, volume_id: str) -> Any:
        return self.get(f"/v2/{{project_id}}/os-vendor-volumes/{volume_id}")["volume"]


def life(base_url: str, tag: str, projects: Projects = TWO_PROJECTS, pause: Pause = in_real_time) -> Diary:
    """Live by the documented calls alone."""
    with Diary(base_url, tag, ServiceResponseException, reason, pause) as diary:
        alice, bob = (Evs(diary.wire, project) for project in projects)
        look_around(diary, alice, projects[0])
        data, *batch = create(diary, alice)
        errors(diary, alice)
        update(diary, alice, data)
        metadata(diary, alice, data)
        listing(diary, alice)
        extend(diary, alice, data)
        snapshot(diary, alice, data)
        hand_over(diary, alice, bob, batch[0])
        end(diary, alice, (data, batch[1]))
    return diary


def finish(diary: Diary, name: str, who: Evs, start: Callable[[], Any]) -> Any:
    """Start what answers with a job, poll the job until it is over, and return it."""
    job_id = diary.step(name, start)["job_id"]
    diary.until(f"{name}: job", lambda: who.job(job_id)["status"], "SUCCESS")
    return diary.step(f"{name}: job done", lambda: who.job(job_id), lambda job: job["job_type"])


def look_around(diary: Diary, alice: Evs, project: str) -> None:
    sdk = alice.sdk
    versions = evs.ListVersionsRequest()
    diary.step("versions", lambda: sdk.list_versions(versions), lambda found: [v.id for v in found.versions])
    diary.step("version", lambda: sdk.show_version(evs.ShowVersionRequest(version="v2")))
    types = evs.CinderListVolumeTypesRequest()
    diary.step(
        "types", lambda: sdk.cinder_list_volume_types(types), lambda all: sorted(t.name for t in all.volume_types)
    )
    zones = evs.CinderListAvailabilityZonesRequest()
    diary.step(
        "zones",
        lambda: sdk.cinder_list_availability_zones(zones),
        lambda found: [zone.zone_name for zone in found.availability_zone_info],
    )
    quotas = evs.CinderListQuotasRequest(target_project_id=project, usage="True")
    diary.step("quota", lambda: sdk.cinder_list_quotas(quotas), lambda found: found.quota_set.volumes.limit)


def create(diary: Diary, alice: Evs) -> list[str]:
    """Create one volume by one job, then two by one job with two parts."""

    def volumes(name: str, **members: object) -> dict[str, object]:
        common = {"availability_zone": "az-dc-1", "volume_type": "SSD", "size": 10, "name": diary.name(name)}
        return {"volume": {**common, **members}}

    path = "/v2/{project_id}/cloudvolumes"
    one = volumes("data", description=f"data of {diary.tag}")
    data = finish(diary, "create", alice, lambda: alice.post(path, one))["entities"]["volume_id"]
    two = volumes("batch", count=2, volume_type="SAS", size=20)
    parts = finish(diary, "create two", alice, lambda: alice.post(path, two))["entities"]["sub_jobs"]
    made = [data, *(part["entities"]["volume_id"] for part in parts)]
    for number, id in enumerate(made):
        diary.until(f"volume {number} available", lambda id=id: alice.volume(id)["status"], "available")
    diary.step(
        "names of the batch",
        lambda: [alice.volume(id)["name"] for id in made[1:]],
        lambda names: sorted(names),
    )
    return made


def errors(diary: Diary, alice: Evs) -> None:
    path = "/v2/{project_id}/cloudvolumes"
    nowhere = {"volume": {"size": 10, "volume_type": "SSD", "name": diary.name("nowhere")}}
    huge = {"volume": {"size": 99999, "volume_type": "SSD", "availability_zone": "az-dc-1"}}
    diary.refused("unknown volume", lambda: alice.volume(UNKNOWN_ID))
    diary.refused("unknown job", lambda: alice.job("0" * 32))
    diary.refused("no zone", lambda: alice.post(path, nowhere))
    diary.refused("too large", lambda: alice.post(path, huge))
    diary.refused("no volume", lambda: alice.post(path, {}))


def update(diary: Diary, alice: Evs, data: str) -> None:
    def named(volume: Any) -> Any:
        return volume["name"], volume["description"], volume["size"]

    diary.step("show", lambda: alice.volume(data), named)
    option = evs.UpdateVolumeOption(name=diary.name("renamed"), description=f"renamed by {diary.tag}")
    request = evs.UpdateVolumeRequest(volume_id=data, body=evs.UpdateVolumeRequestBody(volume=option))
    diary.step("rename", lambda: alice.sdk.update_volume(request), lambda answer: answer.name)
    diary.step("show again", lambda: alice.volume(data), named)
    diary.step(
        "show by the oldest call",
        lambda: alice.get(f"/v1/{{project_id}}/volumes/{data}")["volume"],
        lambda volume: volume["display_name"],
    )


def metadata(diary: Diary, alice: Evs, data: str) -> None:
    path = f"/v2/{{project_id}}/volumes/{data}/metadata"

    def told(answer: Any) -> Any:
        return answer

    diary.step("add metadata", lambda: alice.post(path, {"metadata": {"a": diary.tag, "b": "2"}}), told)
    diary.step("all metadata", lambda: alice.get(path), told)
    diary.step("replace metadata", lambda: alice.put(path, {"metadata": {"a": "1", "c": diary.name("c")}}), told)
    diary.step("set one key", lambda: alice.put(f"{path}/a", {"meta": {"a": diary.name("one")}}), told)
    diary.step("get one key", lambda: alice.get(f"{path}/a"), told)
    diary.step("delete one key", lambda: alice.delete(f"{path}/a"))
    diary.refused("key is gone", lambda: alice.get(f"{path}/a"))
    diary.step("metadata at last", lambda: alice.get(path), told)


def listing(diary: Diary, alice: Evs) -> None:
    """Whole and filtered through the SDK's method; in pages by marker and by offset, as its users do it."""

    def listed(**query: object) -> Callable[[], Any]:
        return lambda: alice.sdk.list_volumes(evs.ListVolumesRequest(**query)).volumes

    def own(volumes: Any) -> list[str]:
        return sorted(diary.own(volume.name for volume in volumes))

    def pages() -> list[Any]:
        found: list[Any] = []
        while page := listed(limit=1, **({"marker": found[-1].id} if found else {}))():
            found += page
        return found

    diary.step("list", listed(), own)
    diary.step("list in pages", pages, own)
    diary.step("list the second", listed(limit=1, offset=1), len)
    diary.step("list by name", listed(name=diary.name("renamed")), own)
    diary.step("list by absent name", listed(name=diary.name("absent")), own)
    diary.step("list by status", listed(status="available"), own)
    diary.step("list by size", listed(sort_key="size", sort_dir="asc"), own)
    short = "/v2/{project_id}/cloudvolumes"
    diary.step(
        "list short",
        lambda: alice.get(short, limit=50)["volumes"],
        lambda volumes: sorted(diary.own(volume["name"] for volume in volumes)),
    )


def extend(diary: Diary, alice: Evs, data: str) -> None:
    path = f"/v2/{{project_id}}/cloudvolumes/{data}/action"
    finish(diary, "extend", alice, lambda: alice.post(path, {"os-extend": {"new_size": 12}}))
    diary.step("show the size", lambda: alice.volume(data), lambda volume: volume["size"])
    diary.refused("extend smaller", lambda: alice.post(path, {"os-extend": {"new_size": 11}}))


def snapshot(diary: Diary, alice: Evs, data: str) -> None:
    """One snapshot: described, rolled back to, in the way of a delete, gone."""
    path = "/v2/{project_id}/snapshots"
    body = {"snapshot": {"volume_id": data, "name": diary.name("snap"), "metadata": {"k": diary.tag}}}
    made = diary.step(
        "snapshot", lambda: alice.post(path, body)["snapshot"], lambda answer: (answer["name"], answer["size"])
    )
    own = f"{path}/{made['id']}"

    def status() -> str:
        return alice.get(own)["snapshot"]["status"]

    diary.until("snapshot available", status, "available")
    rename = {"snapshot": {"name": diary.name("snap-renamed"), "description": f"of {diary.tag}"}}
    diary.step("rename snapshot", lambda: alice.put(own, rename), lambda answer: answer["snapshot"]["name"])
    diary.step("snapshot metadata", lambda: alice.post(f"{own}/metadata", {"metadata": {"a": diary.tag}}))
    diary.step("show snapshot", lambda: alice.get(own)["snapshot"], lambda shown: (shown["name"], shown["metadata"]))
    diary.step(
        "list snapshots",
        lambda: alice.get(f"{path}/detail", volume_id=data)["snapshots"],
        lambda found: diary.own(each["name"] for each in found),
    )
    rollback = f"/v2/{{project_id}}/os-vendor-snapshots/{made['id']}/rollback"
    diary.step("roll back", lambda: alice.post(rollback, {"rollback": {"volume_id": data}}), str)
    diary.until("rolled back", lambda: alice.volume(data)["status"], "available")
    diary.until("snapshot at rest", status, "available")
    diary.refused("delete volume with snapshot", lambda: alice.delete(f"/v2/{{project_id}}/volumes/{data}"))
    diary.step("delete snapshot", lambda: alice.delete(own))
    diary.until_gone("snapshot gone", status)


def hand_over(diary: Diary, alice: Evs, bob: Evs, spare: str) -> None:
    """Offer a volume to another project, accept with the right key only."""

    def accept(key: str) -> Callable[[], Any]:
        option = evs.CinderAcceptVolumeTransferOption(auth_key=key)
        body = evs.CinderAcceptVolumeTransferRequestBody(accept=option)
        request = evs.CinderAcceptVolumeTransferRequest(transfer_id=offer.id, body=body)
        return lambda: bob.sdk.cinder_accept_volume_transfer(request)

    option = evs.CreateVolumeTransferOption(name=diary.name("offer"), volume_id=spare)
    create = evs.CinderCreateVolumeTransferRequest(body=evs.CinderCreateVolumeTransferRequestBody(transfer=option))
    offer = diary.step(
        "offer", lambda: alice.sdk.cinder_create_volume_transfer(create).transfer, lambda made: made.name
    )
    show = evs.CinderShowVolumeTransferRequest(transfer_id=offer.id)
    diary.step("show offer", lambda: alice.sdk.cinder_show_volume_transfer(show).transfer, lambda shown: shown.name)
    diary.step(
        "offers",
        lambda: alice.sdk.cinder_list_volume_transfers(evs.CinderListVolumeTransfersRequest()).transfers,
        lambda offers: diary.own(each.name for each in offers),
    )
    diary.refused("wrong key", accept("0123456789abcdef"))
    diary.step("right key", accept(offer.auth_key), lambda answer: answer.transfer.name)
    diary.until("arrived", lambda: bob.volume(spare)["status"], "available")
    diary.refused("not alice's any more", lambda: alice.volume(spare))
    delete = evs.DeleteVolumeRequest(volume_id=spare)
    finish(diary, "bob deletes it", bob, lambda: bob.sdk.delete_volume(delete).to_json_object())
    diary.until_gone("spare gone", lambda: bob.volume(spare))


def end(diary: Diary, alice: Evs, volumes: tuple[str, ...]) -> None:
    for number, id in enumerate(volumes):
        delete = evs.DeleteVolumeRequest(volume_id=id)
        finish(
            diary,
            f"delete {number}",
            alice,
            lambda delete=delete: alice.sdk.delete_volume(delete).to_json_object(),
        )
        diary.until_gone(f"volume {number} gone", lambda id=id: alice.volume(id))
    diary.step(
        "nothing left",
        lambda: alice.sdk.list_volumes(evs.ListVolumesRequest()).volumes,
        lambda left: diary.own(volume.name for volume in left),
    )


def undocumented_life(base_url: str, tag: str, projects: Projects = TWO_PROJECTS, pause: Pause = in_real_time) -> Diary:
    """Live by the SDK's own methods for creating, extending, showing and snapshots: none is in the reference."""
    with Diary(base_url, tag, ServiceResponseException, reason, pause) as diary:
        alice = Evs(diary.wire, projects[0])
        volume = own_volume(diary, alice)
        own_snapshot(diary, alice, volume)
        end(diary, alice, (volume,))
        never_heard_of(diary, alice.sdk)
    return diary


def own_volume(diary: Diary, alice: Evs) -> str:
    """Create, show and extend a volume by calls of /v2.1 and cloudvolumes."""
    sdk = alice.sdk
    option = evs.CreateVolumeOption(availability_zone="az-dc-1", volume_type="SSD", size=10, name=diary.name("own"))
    create = evs.CreateVolumeRequest(body=evs.CreateVolumeRequestBody(volume=option))
    job = finish(diary, "create by /v2.1", alice, lambda: sdk.create_volume(create).to_json_object())
    volume = job["entities"]["volume_id"]
    show = evs.ShowVolumeRequest(volume_id=volume)
    diary.step("show", lambda: sdk.show_volume(show).volume, lambda shown: (shown.name, shown.size))
    resize = evs.ResizeVolumeRequest(
        volume_id=volume, body=evs.ResizeVolumeRequestBody(os_extend=evs.OsExtend(new_size=12))
    )
    finish(diary, "extend by /v2.1", alice, lambda: sdk.resize_volume(resize).to_json_object())
    diary.step("show the size", lambda: sdk.show_volume(show).volume, lambda shown: shown.size)
    return volume


def own_snapshot(diary: Diary, alice: Evs, volume: str) -> None:
    """Create, show, update, list and delete a snapshot by calls of cloudsnapshots."""
    sdk = alice.sdk
    option = evs.CreateSnapshotOption(volume_id=volume, name=diary.name("snap"), description="by its own call")
    create = evs.CreateSnapshotRequest(body=evs.CreateSnapshotRequestBody(snapshot=option))
    made = diary.step("snapshot", lambda: sdk.create_snapshot(create).snapshot, lambda snapshot: snapshot.name)
    show = evs.ShowSnapshotRequest(snapshot_id=made.id)
    diary.until("snapshot available", lambda: sdk.show_snapshot(show).snapshot.status, "available")
    update = evs.UpdateSnapshotRequest(
        snapshot_id=made.id,
        body=evs.UpdateSnapshotRequestBody(snapshot=evs.UpdateSnapshotOption(name=diary.name("renamed"))),
    )
    diary.step("rename snapshot", lambda: sdk.update_snapshot(update).snapshot, lambda shown: shown.name)
    listed = evs.ListSnapshotsRequest(limit=10)
    diary.step(
        "list snapshots",
        lambda: sdk.list_snapshots(listed).snapshots,
        lambda found: diary.own(snapshot.name for snapshot in found),
    )
    diary.step("delete snapshot", lambda: sdk.delete_snapshot(evs.DeleteSnapshotRequest(snapshot_id=made.id)))
    diary.until_gone("snapshot gone", lambda: sdk.show_snapshot(show))


def never_heard_of(diary: Diary, sdk: Any) -> None:
    """Call what this service does not have either: its own 404 must come through."""
    calls = {
        "list tags": lambda: sdk.list_volume_tags(evs.ListVolumeTagsRequest()),
        "count by /v5": lambda: sdk.count_snapshots(evs.CountSnapshotsRequest()),
        "recycle bin by /v3": lambda: sdk.show_recycle_policy(evs.ShowRecyclePolicyRequest()),
    }
    for name, call in calls.items():
        diary.refused(name, call)
