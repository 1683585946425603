"""A full life through openstacksdk's block storage v2, with a fixed endpoint or one found by discovery."""

from __future__ import annotations

from typing import Any

from openstack.connection import Connection
from openstack.exceptions import HttpException

from .diary import Diary, Pause, Wire, in_real_time
from .harness import INSTANCE_ID, TOKENS, TWO_PROJECTS, UNKNOWN_ID, Projects


def reason(refusal: HttpException) -> tuple[int | None, str, str | None]:
    return refusal.status_code, refusal.message, refusal.details


def connect(wire: Wire, project: str, **settings: str) -> Any:
    """Return block storage v2 of one project, with the hook of the diary on its connection."""
    endpoint = f"{wire.base_url}/v2/{project}"
    connection = Connection(
        auth_type="admin_token",
        auth={"endpoint": endpoint, "token": TOKENS[project]},
        block_storage_api_version="2",
        **settings,
    )
    connection.session.session.hooks["response"].append(wire.saw)
    wire.closers.extend([connection.close, connection.session.session.close])
    return connection.block_storage


def life(base_url: str, tag: str, projects: Projects = TWO_PROJECTS, pause: Pause = in_real_time) -> Diary:
    """Live with the endpoint given as it is: no discovery."""
    with Diary(base_url, tag, HttpException, reason, pause) as diary:
        alice, bob = (connect(diary.wire, project) for project in projects)
        _live(diary, alice, bob, projects[0])
    return diary


def discovered_life(base_url: str, tag: str, projects: Projects = TWO_PROJECTS, pause: Pause = in_real_time) -> Diary:
    """Live with the endpoint overridden, so that the first call asks for the version document, tokenless."""
    with Diary(base_url, tag, HttpException, reason, pause) as diary:
        alice, bob = (
            connect(diary.wire, project, block_storage_endpoint_override=f"{base_url}/v2/{project}")
            for project in projects
        )
        diary.step("discovery", alice.get_endpoint, lambda endpoint: endpoint)
        _live(diary, alice, bob, projects[0])
    return diary


def _live(diary: Diary, alice: Any, bob: Any, project: str) -> None:
    look_around(diary, alice, project)
    data, log, spare = create(diary, alice)
    errors(diary, alice)
    update(diary, alice, data)
    metadata(diary, alice, data)
    listing(diary, alice)
    actions(diary, alice, log)
    extend(diary, alice, data)
    snapshots(diary, alice, data)
    hand_over(diary, alice, bob, spare)
    end(diary, alice, (data, log))


def look_around(diary: Diary, alice: Any, project: str) -> None:
    diary.step("types", lambda: list(alice.types()), lambda types: sorted(kind.name for kind in types))
    diary.step("find type", lambda: alice.find_type("SSD"), lambda kind: kind.name)
    diary.step("quota", lambda: alice.get_quota_set(project, usage=True), lambda quota: quota.volumes is not None)
    diary.step("extensions", lambda: list(alice.extensions()), lambda found: len(found) > 0)
    # The proxy's own HTTP call, without the token.
    diary.step("no token", lambda: alice.get("/volumes", authenticated=False), lambda answer: answer.json())


def create(diary: Diary, alice: Any) -> list[Any]:
    """Create three volumes of different sizes and wait for each."""
    made = []
    for suffix, size, kind in (("data", 10, "SSD"), ("log", 20, "SAS"), ("spare", 15, "SAS")):
        volume = diary.step(
            f"create {suffix}",
            lambda suffix=suffix, size=size, kind=kind: alice.create_volume(
                size=size,
                name=diary.name(suffix),
                description=f"{suffix} of {diary.tag}",
                volume_type=kind,
                availability_zone="az-dc-1",
                metadata={"role": f"{diary.tag}-{suffix}"},
            ),
            lambda volume: (volume.name, volume.description, volume.size, volume.metadata),
        )
        diary.until(f"{suffix} available", lambda id=volume.id: alice.get_volume(id).status, "available")
        made.append(volume.id)
    return made


def errors(diary: Diary, alice: Any) -> None:
    diary.refused("unknown volume", lambda: alice.get_volume(UNKNOWN_ID))
    diary.refused("unknown snapshot", lambda: alice.get_snapshot(UNKNOWN_ID))
    diary.refused("no size", lambda: alice.create_volume(volume_type="SSD", availability_zone="az-dc-1"))
    diary.refused("snapshot of nothing", lambda: alice.create_snapshot(name=diary.name("x"), volume_id=UNKNOWN_ID))


def update(diary: Diary, alice: Any, data: str) -> None:
    diary.step("show", lambda: alice.get_volume(data), lambda volume: (volume.name, volume.size))
    diary.step(
        "rename",
        lambda: alice.update_volume(data, name=diary.name("renamed"), description=f"renamed by {diary.tag}"),
        lambda volume: (volume.name, volume.description),
    )
    # Asks for a volume with the name as its id first, then for the list.
    diary.step("find by name", lambda: alice.find_volume(diary.name("renamed")), lambda found: found.name)
    diary.step("find by id", lambda: alice.find_volume(data), lambda found: found.description)
    diary.step("find nothing", lambda: alice.find_volume(diary.name("absent")), lambda found: found is None)


def metadata(diary: Diary, alice: Any, data: str) -> None:
    """Every form of it, each with a fresh look at what the service holds."""

    def held() -> Any:
        return alice.fetch_volume_metadata(data)

    def told(volume: Any) -> Any:
        return volume.metadata

    volume = alice.get_volume(data)
    diary.step("add metadata", lambda: alice.set_volume_metadata(data, a=diary.tag, b="2"))
    diary.step("all metadata", held, told)
    diary.step("replace metadata", lambda: volume.replace_metadata(alice, {"a": "1", "c": diary.name("c")}))
    diary.step("metadata replaced", held, told)
    diary.step("set one key", lambda: volume.set_metadata_item(alice, "a", diary.name("one")))
    diary.step("get one key", lambda: alice.get_volume(data).get_metadata_item(alice, "a"), told)
    diary.step("delete one key", lambda: alice.delete_volume_metadata(data, ["a"]))
    diary.refused("key is gone", lambda: volume.get_metadata_item(alice, "a"))
    diary.step("metadata at last", held, told)


def listing(diary: Diary, alice: Any) -> None:
    """Whole, short, in pages of one and two by next links, filtered and sorted."""

    def own(volumes: Any) -> list[str]:
        return sorted(diary.own(volume.name for volume in volumes))

    def listed(**query: Any) -> Any:
        return lambda: list(alice.volumes(**query))

    diary.step("list", listed(), own)
    diary.step("list short", listed(details=False), own)
    diary.step("list pages of one", listed(limit=1), own)
    diary.step("list pages of two, short", listed(details=False, limit=2), own)
    diary.step("list by status", listed(status="available"), own)
    diary.step("list by name", listed(name=diary.name("log")), own)
    diary.step("list by absent name", listed(name=diary.name("absent")), own)


def actions(diary: Diary, alice: Any, log: str) -> None:
    def status() -> str:
        return alice.get_volume(log).status

    diary.step("bootable", lambda: alice.set_volume_bootable_status(log, True))
    diary.step("bootable shown", lambda: alice.get_volume(log), lambda volume: volume.is_bootable)
    diary.step("read-only", lambda: alice.set_volume_readonly(log, True))
    diary.step("writable", lambda: alice.set_volume_readonly(log, False))
    diary.step("attach", lambda: alice.attach_volume(log, "/dev/vdb", instance=INSTANCE_ID))
    diary.until("in use", status, "in-use")
    diary.refused("delete while in use", lambda: alice.delete_volume(log))
    attachment = alice.get_volume(log).attachments[0]["attachment_id"]
    diary.step("detach", lambda: alice.detach_volume(log, attachment))
    diary.until("available again", status, "available")


def extend(diary: Diary, alice: Any, data: str) -> None:
    diary.step("extend", lambda: alice.extend_volume(data, 12))
    diary.until("extended", lambda: alice.get_volume(data).status, "available")
    diary.step("show the size", lambda: alice.get_volume(data), lambda volume: volume.size)
    # The library passes over the refusal; the wire has the 400.
    diary.step("extend smaller", lambda: alice.extend_volume(data, 11))


def snapshots(diary: Diary, alice: Any, data: str) -> None:
    """Two snapshots: described, listed in pages, in the way of a delete, gone."""
    kept = []
    for suffix in ("snap", "snap-2"):
        snapshot = diary.step(
            f"create {suffix}",
            lambda suffix=suffix: alice.create_snapshot(
                volume_id=data, name=diary.name(suffix), description=f"of {diary.tag}", metadata={"k": diary.tag}
            ),
            lambda snapshot: (snapshot.name, snapshot.description, snapshot.metadata, snapshot.size),
        )
        diary.until(f"{suffix} available", lambda id=snapshot.id: alice.get_snapshot(id).status, "available")
        kept.append(snapshot.id)
    first = kept[0]
    diary.step("rename snapshot", lambda: alice.update_snapshot(first, name=diary.name("snap-renamed")))
    diary.step("show snapshot", lambda: alice.get_snapshot(first), lambda shown: (shown.name, shown.volume_id))
    diary.step("find snapshot", lambda: alice.find_snapshot(diary.name("snap-2")), lambda found: found.name)
    diary.step("add snapshot metadata", lambda: alice.set_snapshot_metadata(first, a=diary.tag, b="2"))
    snapshot = alice.get_snapshot(first)
    diary.step("replace snapshot metadata", lambda: snapshot.replace_metadata(alice, {"b": diary.name("b")}))
    diary.step("set snapshot key", lambda: snapshot.set_metadata_item(alice, "c", diary.name("c")))
    diary.step("delete snapshot key", lambda: alice.delete_snapshot_metadata(first, ["b"]))
    diary.step("snapshot metadata", lambda: alice.fetch_snapshot_metadata(first), lambda shown: shown.metadata)
    diary.step(
        "snapshots in pages",
        lambda: list(alice.snapshots(volume_id=data, limit=1)),
        lambda found: sorted(diary.own(snapshot.name for snapshot in found)),
    )
    diary.refused("delete volume with snapshots", lambda: alice.delete_volume(data))
    for number, id in enumerate(kept):
        diary.step(f"delete snapshot {number}", lambda id=id: alice.delete_snapshot(id))
        diary.until_gone(f"snapshot {number} gone", lambda id=id: alice.get_snapshot(id))


def hand_over(diary: Diary, alice: Any, bob: Any, spare: str) -> None:
    """Offer a volume to another project, take the offer back, offer again, accept with the right key only."""

    def offered(name: str) -> Any:
        return lambda: alice.create_transfer(volume_id=spare, name=diary.name(name))

    withdrawn = diary.step("offer", offered("offer"), lambda offer: offer.name)
    diary.until("offered", lambda: alice.get_volume(spare).status, "awaiting-transfer")
    diary.step("withdraw", lambda: alice.delete_transfer(withdrawn.id))
    diary.until("withdrawn", lambda: alice.get_volume(spare).status, "available")
    offer = diary.step("offer again", offered("again"), lambda offer: offer.name)
    diary.step("show offer", lambda: alice.get_transfer(offer.id), lambda shown: shown.name)
    # The path that this library lists offers at is no v2 path.
    diary.refused("list offers", lambda: list(alice.transfers()))
    diary.refused("wrong key", lambda: bob.accept_transfer(offer.id, "0123456789abcdef"))
    diary.step("right key", lambda: bob.accept_transfer(offer.id, offer.auth_key), lambda done: done.name)
    diary.until("arrived", lambda: bob.get_volume(spare).status, "available")
    diary.refused("not alice's any more", lambda: alice.get_volume(spare))
    diary.step("bob has it", lambda: list(bob.volumes()), lambda found: diary.own(item.name for item in found))
    diary.step("bob deletes it", lambda: bob.delete_volume(spare))
    diary.until_gone("spare gone", lambda: bob.get_volume(spare))


def end(diary: Diary, alice: Any, volumes: tuple[str, ...]) -> None:
    for number, id in enumerate(volumes):
        diary.step(f"delete {number}", lambda id=id: alice.delete_volume(id))
        diary.until_gone(f"volume {number} gone", lambda id=id: alice.get_volume(id))
    diary.refused("delete again", lambda: alice.delete_volume(volumes[0], ignore_missing=False))
    diary.step("nothing left", lambda: list(alice.volumes()), lambda left: diary.own(item.name for item in left))
