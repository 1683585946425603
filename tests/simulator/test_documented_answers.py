"""The simulator's answers over a whole life, held against the documented ones: a check of both."""

from __future__ import annotations

from typing import Any

import httpx

from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import Match
from gateway.drift import Drift, Weight, compare
from gateway.http.messages import Response

from .driving import NO_ID, ZONE, World
from .test_handlers import (
    Life,
    a_disk,
    a_disk_of_the_custom_api,
    a_snapshot_of_it,
    its_transfer,
    what_is_done_to_it,
    what_there_is,
)

# What the reference shows in examples and not in its tables, or not at all.
KNOWN = {
    ("iam_create_token", "/token/issued_at"),
    ("iam_create_token", "/token/project"),
    ("iam_create_token", "/token/roles"),
    ("iam_create_token", "/token/user"),
}


class Watched(World):
    """A world that holds each of its answers against the contract."""

    def __init__(self) -> None:
        super().__init__()
        self.drifts: list[tuple[str, Drift]] = []

    def send(self, method: str, url: str, headers: dict[str, str] | None = None, **content: Any) -> httpx.Response:
        answer = super().send(method, url, headers, **content)
        path, _, query = url.partition("?")
        match = CATALOGUE.identify(method, path.encode(), query.encode(), content.get("json"))
        assert isinstance(match, Match)
        response = Response(answer.status_code, tuple(answer.headers.raw), answer.content)
        self.drifts += [(match.operation.id, drift) for drift in compare(match, response)]
        return answer


def watched_life() -> tuple[Life, Watched]:
    life, world = Life(), Watched()
    life.world = world
    return life, world


def told(world: Watched, weight: Weight) -> set[tuple[str, str]]:
    return {(operation, drift.where) for operation, drift in world.drifts if drift.severity is weight}


def test_a_whole_life_answers_as_documented() -> None:
    life, world = watched_life()
    what_there_is(life)
    a_disk_of_the_custom_api(life)
    volume_id = a_disk(life)
    what_is_done_to_it(life, volume_id)
    a_snapshot_of_it(life, volume_id)
    its_transfer(life, volume_id)
    assert told(world, Weight.WARN) == set()
    assert told(world, Weight.INFO) == KNOWN


def test_a_nameless_disk_with_all_there_is_to_show_answers_as_documented() -> None:
    life, world = watched_life()
    disk = {"size": 10, "availability_zone": ZONE, "volume_type": "SSD", "multiattach": True}
    volume_id = life.call("cinder_create_volume", {"volume": {**disk, "imageRef": NO_ID}})["volume"]["id"]
    life.settle()
    attachment = {"os-attach": {"instance_uuid": NO_ID, "mountpoint": "/dev/vdb"}}
    life.call("cinder_attach_volume", attachment, volume_id=volume_id)
    life.call("cinder_create_snapshot", {"snapshot": {"volume_id": volume_id, "force": True}})
    job_id = life.call("evs_create_volumes", {"volume": {**disk, "count": 2}})["job_id"]
    life.call("v1_show_job", job_id=job_id)
    life.settle()
    life.call("v1_show_job", job_id=job_id)
    for shown in ("evs_show_volume", "v1_show_volume", "cinder_show_volume"):
        life.call(shown, volume_id=volume_id)
    for listed in ("evs_list_volumes", "evs_list_volumes_detail", "cinder_list_volumes", "cinder_list_volumes_detail"):
        life.call(listed, query="?limit=1")
    for listed in ("cinder_list_snapshots", "cinder_list_snapshots_detail"):
        life.call(listed, query="?limit=1")
    assert told(world, Weight.WARN) == set()
    # Only the lists of chapter 7 are said to have links.
    lists = ("evs_list_volumes", "evs_list_volumes_detail")
    assert told(world, Weight.INFO) == {(operation, "/volumes_links") for operation in lists}


def test_its_errors_are_in_documented_envelopes() -> None:
    world = Watched()
    alice = world.client()
    alice.send("GET", f"/volumes/{NO_ID}")
    alice.send("POST", "/cloudvolumes", {"volume": {}})
    alice.send("POST", "/volumes", {"volume": {"size": -1}})
    alice.send("GET", f"/v1/{alice.project}/jobs/{NO_ID}")
    world.send("GET", f"/v2/{alice.project}/volumes")
    user = {"name": "sim-bad-user", "password": "p"}
    world.send("POST", "/v3/auth/tokens", json={"auth": {"identity": {"password": {"user": user}}}})
    assert told(world, Weight.WARN) == set()
