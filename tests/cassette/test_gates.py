"""What each write touches and each read depends on."""

import pytest

from gateway.cassette.gates import TOUCHES, depends
from gateway.cassette.in_memory import MemoryIndex
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import Effect, Resource
from tests.cassette.reading import read
from tests.cassette.recordings import P2, Client, Recorder, recorded

READS = {
    "/volumes/{v}": "volume",
    "/volumes/{v}/metadata": "volume metadata",
    "/volumes": "disks",
    "/volumes/detail?limit=1": "disks by page",
    "/volumes/nobody": "disks by name",
    "/snapshots": "snapshots",
    "/snapshots/{s}": "snapshot",
    "/os-volume-transfer": "transfers",
    "/os-quota-sets/{p}?usage=True": "quota",
    "/types": "types",
    "/limits": "limits",
    "/os-quota-sets/{p}/defaults": "defaults",
    "/volumes/00000000-0000-0000-0000-000000000000": "a disk that never was",
}


def behind(recording, write, places):
    """Return of the exchanges at some places whether each stands behind a write."""
    index, (_, placed) = MemoryIndex(recording, CATALOGUE), read(recording)
    found = []
    for place in places:
        tags = depends(placed[place].keyed, index)
        numbers = {touch.tag: touch.number for touch in index.touches(write)}
        began = placed[place].recorded.began
        found.append(any(index.before(tag, began) >= numbers[tag] for tag in numbers.keys() & set(tags)))
    return found


def last_write(recording):
    index = MemoryIndex(recording, CATALOGUE)
    return max(at for at in range(index.exchanges) if index.touches(at))


def after(*writes):
    """Return which reads stand behind the last of these writes."""

    def calls(client):
        known = {"v": client.create()}
        client.until(f"/v2/{{p}}/volumes/{known['v']}", "available")
        body = {"snapshot": {"volume_id": known["v"], "name": "s"}}
        known["s"] = client("POST", "/v2/{p}/snapshots", body).body["snapshot"]["id"]
        client.until(f"/v2/{{p}}/snapshots/{known['s']}", "available")
        for method, path, sent in writes:
            answer = client(method, f"/v2/{{p}}{path}".format(p="{p}", **known), sent and sent(known))
            assert answer.status < 400, answer
            if method == "POST" and path.endswith("transfer"):
                known["t"] = answer.body["transfer"]["id"]
        for path in READS:
            client("GET", f"/v2/{{p}}{path}".format(p="{p}", **known))

    recording = recorded(calls)
    asked = range(len(recording) - len(READS), len(recording))
    found = behind(recording, last_write(recording), asked)
    return {name for is_behind, name in zip(found, READS.values(), strict=True) if is_behind}


DISK = {"volume", "volume metadata", "disks", "disks by page", "disks by name", "limits"}


@pytest.mark.parametrize(
    ("write", "touched"),
    [
        (("PUT", "/volumes/{v}", lambda _: {"volume": {"name": "x"}}), DISK),
        (("POST", "/volumes/{v}/metadata", lambda _: {"metadata": {"a": "b"}}), DISK),
        (("POST", "/volumes/{v}/action", lambda _: {"os-extend": {"new_size": 20}}), DISK | {"quota"}),
        (("PUT", "/snapshots/{s}", lambda _: {"snapshot": {"name": "x"}}), {"snapshot", "snapshots"}),
        (("DELETE", "/snapshots/{s}", None), {"snapshot", "snapshots", "quota"}),
        (("DELETE", "/volumes/{v}?cascade=true", None), DISK | {"snapshot", "snapshots", "quota"}),
    ],
)
def test_a_write_touches_what_the_table_says(write, touched):
    own_disk = {"volume", "volume metadata"} if "snapshots" in write[1] else set()
    assert after(write) == touched | own_disk | {"limits"}


def test_a_creation_touches_lists_and_quota_and_a_snapshot_its_disk():
    assert after() == {"snapshot", "snapshots", "quota", "volume", "volume metadata", "limits"}


def test_an_undocumented_write_touches_what_it_names_and_every_list():
    vendor = ("PUT", "/cloudsnapshots/{s}", lambda _: {"snapshot": {"name": "x"}})
    assert after(vendor) == set(READS.values()) - {"types", "defaults", "a disk that never was"}


def test_a_transfer_touches_the_disk_and_both_projects():
    recorder = Recorder()
    client, other = Client(recorder.answer), Client(recorder.answer, P2, "c2")
    volume = client.create()
    client.until(f"/v2/{{p}}/volumes/{volume}", "available")
    body = {"transfer": {"volume_id": volume, "name": "t"}}
    made = client("POST", "/v2/{p}/os-volume-transfer", body).body["transfer"]
    accept = f"/v2/{{p}}/os-volume-transfer/{made['id']}/accept"
    assert other("POST", accept, {"accept": {"auth_key": made["auth_key"]}}).status == 202
    start = len(recorder.exchanges)
    for each in (client, other):
        for path in ("/volumes", "/os-volume-transfer", "/os-quota-sets/{p}", "/snapshots"):
            each("GET", f"/v2/{{p}}{path}")
    other("GET", f"/v2/{{p}}/volumes/{volume}")
    client("GET", "/v2/{p}/volumes?all_tenants=1")
    accepted = last_write(recorder.exchanges)
    found = behind(recorder.exchanges, accepted, range(start, len(recorder.exchanges)))
    assert found == [True, True, True, False] * 2 + [True, True]


def test_every_documented_write_has_a_row():
    rows = {(each.resource, each.effect) for each in CATALOGUE.operations if each.effect.is_write}
    assert rows == set(TOUCHES)


def test_rows_name_only_resources_that_have_lists():
    assert {each for touch in TOUCHES.values() for each in touch.lists} <= {
        Resource.VOLUME,
        Resource.SNAPSHOT,
        Resource.TRANSFER,
    }
    assert all(effect is not Effect.ISSUE for _, effect in TOUCHES)


def test_a_write_that_was_not_complete_when_a_read_began_is_not_behind_it():
    from dataclasses import replace

    def calls(client):
        client.create()
        client("GET", "/v2/{p}/volumes")

    created, listed = recorded(calls)
    overlapping = [created, replace(listed, started_at=created.completed_at - 0.1)]
    assert [behind(each, 0, [1]) for each in ([created, listed], overlapping)] == [[True], [False]]
