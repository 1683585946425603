"""Answers that depend on who asks, and clients that ask the same in other words; each client is the real one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from cinderclient import client as cinderclient
from cinderclient.exceptions import ClientException
from keystoneauth1.session import Session
from keystoneauth1.token_endpoint import Token
from openstack.connection import Connection

from gateway.http.messages import Request, Response
from tests.scenarios.client import PROJECT
from tests.scenarios.clock import Clock
from tests.scenarios.gateways import gateway
from tests.scenarios.origin import Answerer, origin, simulated, told

from . import cinder_life, openstack_life
from .harness import ALICE, BOB, CAROL, DAVE, simulator
from .harness import gateway as serving
from .sessions import LIBRARY_WARNINGS, hold
from .test_together import at_once

pytestmark = LIBRARY_WARNINGS

GOOD, BAD = "MII-a-good-token", "sim-bad-token"
NEW = {"volume_type": "SSD", "availability_zone": "az-dc-1"}


@contextlib.contextmanager
def cinder(base_url: str, token: str = GOOD) -> Iterator[Any]:
    endpoint = f"{base_url}/v2/{PROJECT}"
    with requests.Session() as http:
        session = Session(auth=Token(endpoint, token), session=http)
        yield cinderclient.Client("2", session=session, endpoint_override=endpoint)


@contextlib.contextmanager
def openstack(base_url: str) -> Iterator[Any]:
    endpoint = f"{base_url}/v2/{PROJECT}"
    auth = {"endpoint": endpoint, "token": GOOD}
    cloud = Connection(auth_type="admin_token", auth=auth, block_storage_api_version="2")
    yield cloud.block_storage
    cloud.session.session.close()
    cloud.close()


def on_the_way(cassette: Path, life: Callable[[str], Any], cloud: Answerer | None = None) -> Any:
    """Record a life that gets the address of the gateway, and return what it returned."""
    clock = Clock()
    with (
        origin(cloud or simulated(clock, settle_s=0)) as source,
        gateway("record", cassette, source.url, clock) as recorder,
    ):
        return life(recorder.endpoint)


def again(cassette: Path, life: Callable[[str], Any]) -> Any:
    """Replay a cassette to a life, and return what it returned."""
    with gateway("replay", cassette) as player:
        return life(player.endpoint)


def outcome(call: Callable[[], Any]) -> object:
    """Return what a call returns, or the status of its refusal."""
    try:
        return call()
    except ClientException as refusal:
        return refusal.code


def asking(base_url: str, good: str, bad: str, order: str) -> list[object]:
    """Create a disk, then list with the good and the bad token in an order, and return what came of it."""
    with cinder(base_url, good) as trusted, cinder(base_url, bad) as refused:
        clients = {"good": trusted, "bad": refused}
        trusted.volumes.create(10, **NEW)
        return [outcome(lambda word=word: len(clients[word].volumes.list())) for word in order.split()]


@pytest.mark.parametrize("order", ["good bad good", "good good bad bad", "bad good bad", "good good"])
def test_a_refused_token_is_refused_again_beside_a_good_one(order: str, tmp_path: Path) -> None:
    cassette = tmp_path / "refused.sqlite"
    assert on_the_way(cassette, lambda url: asking(url, GOOD, BAD, "good bad good")) == [1, 401, 1]
    seen = again(cassette, lambda url: asking(url, "MII-another-good-token", "any-other-token", order))
    assert seen == [{"good": 1, "bad": 401}[word] for word in order.split()]


READER = "MII-a-token-of-a-reader"


def roles(cloud: Answerer) -> Answerer:
    """Return a cloud in which one user may only read, as Keystone's roles say."""

    def answer(request: Request) -> Response:
        if request.header(b"x-auth-token") == READER.encode() and request.method != "GET":
            return told({"forbidden": {"message": "Policy doesn't allow it to be performed.", "code": 403}}, 403)
        return cloud(request)

    return answer


def two_users(base_url: str) -> list[object]:
    """Let a user who may and one who may not create, delete and look."""
    with cinder(base_url) as operator, cinder(base_url, READER) as reader:
        disk = operator.volumes.create(10, **NEW).id
        return [
            outcome(lambda: reader.volumes.create(20, **NEW)),
            outcome(lambda: reader.volumes.delete(disk)),
            reader.volumes.get(disk).size,
            outcome(lambda: operator.volumes.delete(disk)[0].status_code),
            outcome(lambda: operator.volumes.get(disk)),
        ]


def test_what_a_role_forbids_is_forbidden_again(tmp_path: Path) -> None:
    cassette, clock = tmp_path / "roles.sqlite", Clock()
    seen = on_the_way(cassette, two_users, roles(simulated(clock, settle_s=0)))
    assert seen == [403, 403, 10, 202, 404]
    assert again(cassette, two_users) == seen


def by_cinderclient(base_url: str) -> list[object]:
    """Use what both clients can do, in the words of this one: it spells out nulls and defaults."""
    with cinder(base_url) as client:
        disk = client.volumes.create(10, name="data", description="of both", **NEW)
        snapshot = client.volume_snapshots.create(disk.id, name="snap")
        seen = [client.volumes.get(disk.id).name, client.volumes.list()[0].size, snapshot.name]
        client.volume_snapshots.delete(snapshot.id)
        client.volumes.extend(disk.id, 20)
        client.volumes.update(disk.id, name="renamed")
        seen.append(client.volumes.get(disk.id).name)
        client.volumes.delete(disk.id)
    return seen


def by_openstacksdk(base_url: str) -> list[object]:
    """Do the same in fewer words, and with `cascade=False`."""
    with openstack(base_url) as client:
        disk = client.create_volume(size=10, name="data", description="of both", **NEW)
        snapshot = client.create_snapshot(volume_id=disk.id, name="snap")
        seen = [client.get_volume(disk.id).name, next(client.volumes()).size, snapshot.name]
        client.delete_snapshot(snapshot.id)
        client.extend_volume(disk.id, 20)
        client.update_volume(disk.id, name="renamed")
        seen.append(client.get_volume(disk.id).name)
        client.delete_volume(disk.id)
    return seen


@pytest.mark.parametrize(("records", "plays"), [(by_cinderclient, by_openstacksdk), (by_openstacksdk, by_cinderclient)])
def test_two_libraries_share_a_recording_whatever_nulls_and_defaults_they_spell_out(
    records: Callable[[str], list[object]], plays: Callable[[str], list[object]], tmp_path: Path
) -> None:
    cassette = tmp_path / "shared.cassette"
    assert on_the_way(cassette, records) == ["data", 10, "snap", "renamed"]
    assert again(cassette, plays) == ["data", 10, "snap", "renamed"]


def test_two_clients_with_two_projects_each_replay_in_one_scope_from_the_text_form(tmp_path: Path) -> None:
    """The text form holds no id of a project: what each was asked tells them apart."""
    cassette, lives = tmp_path / "both.cassette", (cinder_life.life, openstack_life.life)
    projects = ((ALICE, BOB), (CAROL, DAVE))
    with simulator(tmp_path) as cloud, serving(tmp_path, "record", cassette, cloud.public) as recorder:
        recorded = at_once(recorder.public, lives, ("recorded", "beside"), projects)
    text = b"".join(path.read_bytes() for path in cassette.rglob("*.json"))
    assert [project for pair in projects for project in pair if project.encode() in text] == []
    with serving(tmp_path, "replay", cassette, upstream=None) as player:
        replayed = at_once(player.public, lives, ("new-names", "other"), projects[::-1])
    for live, seen in zip(replayed, recorded, strict=True):
        assert live.steps == seen.steps
        hold(live)
