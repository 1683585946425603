"""A full life through python-cinderclient 7.4.1, the last series with the v2 client."""

from __future__ import annotations

from typing import Any

import requests
from cinderclient import client as cinderclient
from cinderclient.exceptions import ClientException
from keystoneauth1.session import Session
from keystoneauth1.token_endpoint import Token

from .diary import Diary, Pause, Wire, in_real_time
from .harness import INSTANCE_ID, TOKENS, TWO_PROJECTS, UNKNOWN_ID, Projects


def reason(refusal: ClientException) -> tuple[int, str]:
    return refusal.code, refusal.message


def cinder(wire: Wire, project: str) -> Any:
    """Return the v2 client of one project, with the hook of the diary on its connection."""
    http = requests.Session()
    http.hooks["response"].append(wire.saw)
    wire.closers.append(http.close)
    endpoint = f"{wire.base_url}/v2/{project}"
    session = Session(auth=Token(endpoint, TOKENS[project]), session=http)
    return cinderclient.Client("2", session=session, endpoint_override=endpoint)


def life(base_url: str, tag: str, projects: Projects = TWO_PROJECTS, pause: Pause = in_real_time) -> Diary:
    with Diary(base_url, tag, ClientException, reason, pause) as diary:
        alice, bob = (cinder(diary.wire, project) for project in projects)
        look_around(diary, alice, projects[0])
        data, log, spare = create(diary, alice)
        errors(diary, alice)
        update(diary, alice, data)
        metadata(diary, alice, data)
        listing(diary, alice, data)
        actions(diary, alice, log)
        extend(diary, alice, data)
        snapshots(diary, alice, data)
        hand_over(diary, alice, bob, spare)
        end(diary, alice, (data, log))
    return diary


def look_around(diary: Diary, alice: Any, project: str) -> None:
    diary.step("types", alice.volume_types.list, lambda types: sorted(kind.name for kind in types))
    diary.step("zones", alice.availability_zones.list, lambda zones: [zone.zoneName for zone in zones])
    diary.step("quota", lambda: alice.quotas.get(project, usage=True), lambda quota: sorted(quota.volumes))
    diary.step("extensions", lambda: alice.client.get("/extensions"), lambda answer: sorted(answer[1]))
    # The client goes on without a token only where it is told to.
    diary.refused("no token", lambda: alice.client.get("/volumes", authenticated=False))


def create(diary: Diary, alice: Any) -> list[str]:
    """Create three volumes of different sizes and wait for each."""
    made = []
    for suffix, size, kind in (("data", 10, "SSD"), ("log", 20, "SAS"), ("spare", 15, "SAS")):
        volume = diary.step(
            f"create {suffix}",
            lambda suffix=suffix, size=size, kind=kind: alice.volumes.create(
                size,
                name=diary.name(suffix),
                description=f"{suffix} of {diary.tag}",
                volume_type=kind,
                availability_zone="az-dc-1",
                metadata={"role": f"{diary.tag}-{suffix}"},
            ),
            lambda volume: (volume.name, volume.description, volume.size, volume.metadata),
        )
        diary.until(f"{suffix} available", lambda id=volume.id: alice.volumes.get(id).status, "available")
        made.append(volume.id)
    return made


def errors(diary: Diary, alice: Any) -> None:
    diary.refused("unknown volume", lambda: alice.volumes.get(UNKNOWN_ID))
    diary.refused("unknown snapshot", lambda: alice.volume_snapshots.get(UNKNOWN_ID))
    for name, size in (("no size", None), ("size in words", "ten"), ("too large", 99999)):
        diary.refused(
            name, lambda size=size: alice.volumes.create(size, volume_type="SSD", availability_zone="az-dc-1")
        )
    diary.refused("snapshot of nothing", lambda: alice.volume_snapshots.create(UNKNOWN_ID, name=diary.name("x")))


def update(diary: Diary, alice: Any, data: str) -> None:
    diary.step("show", lambda: alice.volumes.get(data), lambda volume: (volume.name, volume.size, volume.bootable))
    diary.step(
        "rename",
        lambda: alice.volumes.update(data, name=diary.name("renamed"), description=f"renamed by {diary.tag}"),
        lambda answer: answer["volume"]["name"],
    )
    diary.step("show again", lambda: alice.volumes.get(data), lambda volume: (volume.name, volume.description))
    diary.step("find", lambda: alice.volumes.find(name=diary.name("renamed")), lambda found: found.name)


def metadata(diary: Diary, alice: Any, data: str) -> None:
    """Every form of it; those the client has no method for through its own HTTP calls."""
    path, http = f"/volumes/{data}/metadata", alice.client

    def told(answer: Any) -> Any:
        return answer[1]

    diary.step("add metadata", lambda: alice.volumes.set_metadata(data, {"a": diary.tag, "b": "2"}))
    diary.step("all metadata", lambda: http.get(path), told)
    diary.step("replace metadata", lambda: alice.volumes.update_all_metadata(data, {"a": "1", "c": diary.name("c")}))
    diary.step("metadata replaced", lambda: http.get(path), told)
    diary.step("set one key", lambda: http.put(f"{path}/a", body={"meta": {"a": diary.name("one")}}), told)
    diary.step("get one key", lambda: http.get(f"{path}/a"), told)
    diary.step("delete one key", lambda: alice.volumes.delete_metadata(data, ["a"]))
    diary.refused("key is gone", lambda: http.get(f"{path}/a"))
    diary.step("metadata at last", lambda: alice.volumes.get(data), lambda volume: volume.metadata)


def listing(diary: Diary, alice: Any, data: str) -> None:
    """Whole, short, in pages of one and two by next links, by marker, filtered and sorted."""

    def own(volumes: Any) -> list[str]:
        return sorted(diary.own(volume.name for volume in volumes))

    def own_sorted(volumes: Any) -> list[str]:
        return diary.own(volume.name for volume in volumes)

    listed = alice.volumes.list
    by_size = {"sort_key": "size", "sort_dir": "asc"}
    diary.step("list", listed, own)
    diary.step("list short", lambda: listed(detailed=False), own)
    diary.step("list pages of one", lambda: listed(search_opts={"limit": 1}), own)
    diary.step("list pages of two, short", lambda: listed(detailed=False, search_opts={"limit": 2}), own)
    diary.step("list first page", lambda: listed(limit=1), len)
    diary.step("list by status", lambda: listed(search_opts={"status": "available"}), own)
    diary.step("list by name", lambda: listed(search_opts={"name": diary.name("log")}), own)
    diary.step("list by absent name", lambda: listed(search_opts={"name": diary.name("absent")}), own)
    diary.step("list by size", lambda: listed(search_opts=by_size), own_sorted)
    diary.step("list from marker", lambda: listed(marker=data, search_opts=by_size), own_sorted)


def actions(diary: Diary, alice: Any, log: str) -> None:
    volumes = alice.volumes
    diary.step("bootable", lambda: volumes.set_bootable(log, True))
    diary.step("bootable shown", lambda: volumes.get(log), lambda volume: volume.bootable)
    diary.step("read-only", lambda: volumes.update_readonly_flag(log, True))
    diary.step("writable", lambda: volumes.update_readonly_flag(log, False))
    diary.step("reserve", lambda: volumes.reserve(log))
    diary.step("unreserve", lambda: volumes.unreserve(log))
    diary.step("attach", lambda: volumes.attach(log, INSTANCE_ID, "/dev/vdb"))
    diary.until("in use", lambda: volumes.get(log).status, "in-use")
    diary.refused("delete while in use", lambda: volumes.delete(log))
    diary.step("detach", lambda: volumes.detach(log))
    diary.until("available again", lambda: volumes.get(log).status, "available")


def extend(diary: Diary, alice: Any, data: str) -> None:
    diary.step("extend", lambda: alice.volumes.extend(data, 12))
    diary.until("extended", lambda: alice.volumes.get(data).status, "available")
    diary.step("show the size", lambda: alice.volumes.get(data), lambda volume: volume.size)
    diary.refused("extend smaller", lambda: alice.volumes.extend(data, 11))


def snapshots(diary: Diary, alice: Any, data: str) -> None:
    """Two snapshots: described, listed in pages, in the way of a delete, gone."""
    made, kept = alice.volume_snapshots, []
    for suffix in ("snap", "snap-2"):
        snapshot = diary.step(
            f"create {suffix}",
            lambda suffix=suffix: made.create(
                data, name=diary.name(suffix), description=f"of {diary.tag}", metadata={"k": diary.tag}
            ),
            lambda snapshot: (snapshot.name, snapshot.description, snapshot.metadata, snapshot.size),
        )
        diary.until(f"{suffix} available", lambda id=snapshot.id: made.get(id).status, "available")
        kept.append(snapshot.id)
    first = kept[0]
    diary.step("rename snapshot", lambda: made.update(first, name=diary.name("snap-renamed")))
    diary.step("show snapshot", lambda: made.get(first), lambda snapshot: (snapshot.name, snapshot.volume_id))
    diary.step("find snapshot", lambda: made.find(name=diary.name("snap-2")), lambda found: found.name)
    diary.step("add snapshot metadata", lambda: made.set_metadata(first, {"a": diary.tag, "b": "2"}))
    diary.step("replace snapshot metadata", lambda: made.update_all_metadata(first, {"b": diary.name("b")}))
    diary.step("delete snapshot key", lambda: made.delete_metadata(first, ["b"]))
    diary.step("snapshot metadata", lambda: made.get(first), lambda snapshot: snapshot.metadata)
    of_volume = {"volume_id": data, "limit": 1}
    diary.step(
        "snapshots in pages",
        lambda: made.list(search_opts=of_volume),
        lambda found: sorted(diary.own(snapshot.name for snapshot in found)),
    )
    diary.refused("delete volume with snapshots", lambda: alice.volumes.delete(data))
    for number, id in enumerate(kept):
        diary.step(f"delete snapshot {number}", lambda id=id: made.delete(id))
        diary.until_gone(f"snapshot {number} gone", lambda id=id: made.get(id))


def hand_over(diary: Diary, alice: Any, bob: Any, spare: str) -> None:
    """Offer a volume to another project, take the offer back, offer again, accept with the right key only."""
    offers = alice.transfers
    withdrawn = diary.step("offer", lambda: offers.create(spare, diary.name("offer")), lambda offer: offer.name)
    diary.until("offered", lambda: alice.volumes.get(spare).status, "awaiting-transfer")
    diary.step("withdraw", lambda: offers.delete(withdrawn.id))
    diary.until("withdrawn", lambda: alice.volumes.get(spare).status, "available")
    offer = diary.step("offer again", lambda: offers.create(spare, diary.name("again")), lambda offer: offer.name)
    diary.step("show offer", lambda: offers.get(offer.id), lambda shown: (shown.name, shown.volume_id == spare))
    diary.step("offers", offers.list, lambda shown: diary.own(offer.name for offer in shown))
    diary.step("offers short", lambda: offers.list(detailed=False), lambda all: diary.own(o.name for o in all))
    diary.refused("wrong key", lambda: bob.transfers.accept(offer.id, "0123456789abcdef"))
    diary.step("right key", lambda: bob.transfers.accept(offer.id, offer.auth_key), lambda done: done.name)
    diary.refused("offer is gone", lambda: offers.get(offer.id))
    diary.until("arrived", lambda: bob.volumes.get(spare).status, "available")
    diary.refused("not alice's any more", lambda: alice.volumes.get(spare))
    diary.step("bob has it", bob.volumes.list, lambda volumes: diary.own(volume.name for volume in volumes))
    diary.step("bob deletes it", lambda: bob.volumes.delete(spare))
    diary.until_gone("spare gone", lambda: bob.volumes.get(spare))


def end(diary: Diary, alice: Any, volumes: tuple[str, ...]) -> None:
    for number, id in enumerate(volumes):
        diary.step(f"delete {number}", lambda id=id: alice.volumes.delete(id))
        diary.until_gone(f"volume {number} gone", lambda id=id: alice.volumes.get(id))
    diary.refused("delete again", lambda: alice.volumes.delete(volumes[0]))
    diary.step("nothing left", alice.volumes.list, lambda left: diary.own(volume.name for volume in left))
