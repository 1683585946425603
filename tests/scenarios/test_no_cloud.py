"""A replay never reaches the cloud, and never makes believe that it said what it did not say."""

from __future__ import annotations

import contextlib
import platform
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from openstack.connection import Connection
from openstack.exceptions import HttpException

from tests.clients import harness
from tests.clients.sessions import LIBRARY_WARNINGS

from .client import MISS, PROJECT, Client, client
from .clock import Clock
from .gateways import gateway, recorded, replayed
from .origin import origin, simulated
from .trapped import CONNECT


def make_and_show(one: Client) -> str:
    disk = one.create()
    one.until(disk, "available")
    return disk


def test_6_a_used_up_cassette_sends_nothing_on_to_the_cloud(tmp_path: Path) -> None:
    """Beats: mitmproxy, which asks the cloud once the last recorded answer is used, also where told to kill."""
    clock, cassette = Clock(), tmp_path / "used.sqlite"
    with origin(simulated(clock)) as cloud:
        with gateway("record", cassette, cloud.url, clock) as recorder, client(recorder.endpoint, clock) as one:
            make_and_show(one)
        cloud.asked.clear()
        with gateway("replay", cassette, cloud.url, clock) as player, client(player.endpoint, clock) as one:
            disk = make_and_show(one)
            for number in range(50):
                one("POST", f"/v2/{{p}}/volumes/{disk}/action", {"os-extend": {"new_size": 20 + number}})
                one("GET", f"/v2/{{p}}/volumes/{disk}/never-heard-of-{number}")
            assert one.statuses[-100:] == [MISS] * 100
        assert cloud.asked == []


@pytest.mark.skipif(platform.machine() not in CONNECT, reason="the number of connect(2) is not known here")
def test_7_a_replay_connects_to_nothing_and_asks_no_name_server(tmp_path: Path) -> None:
    """The kernel kills the process at its first connect(2). Beats: mitmproxy, which connects before it replays."""
    cassette = tmp_path / "alone.sqlite"
    recorded(cassette, make_and_show)
    trapped = "tests.scenarios.trapped"
    with (
        harness.gateway(tmp_path, "replay", cassette, "http://cloud.invalid:9", module=trapped) as player,
        client(player.public) as one,
    ):
        make_and_show(one)
        assert one("GET", "/v2/{p}/types").status_code == MISS


@pytest.mark.skipif(platform.machine() not in CONNECT, reason="the number of connect(2) is not known here")
def test_7_the_trap_catches_who_connects() -> None:
    """Else the scenario would show nothing."""
    program = "import socket\nfrom tests.scenarios.trapped import set_trap\nset_trap()\n"
    program += "socket.socket().connect_ex(('127.0.0.1', 9))"
    done = subprocess.run([sys.executable, "-c", program], check=False, cwd=Path(__file__).parents[2])
    assert done.returncode == -signal.SIGSYS


def delete_unwatched(one: Client) -> None:
    """Delete a disk without waiting for its end, so that no 404 is recorded."""
    one("DELETE", f"/v2/{{p}}/volumes/{make_and_show(one)}")


def delete_watched_for_a_moment(one: Client) -> None:
    """Delete a disk and see it deleting, but not gone."""
    disk = make_and_show(one)
    one("DELETE", f"/v2/{{p}}/volumes/{disk}")
    assert one.volume(disk)["status"] == "deleting"


def terraform_waits(get: Callable[[], httpx.Response], polls: int = 20) -> str:
    """Wait as the provider does: 404 is COMPLETED, a disk is PENDING, any other failure ends in error.

    Source: huaweicloud/services/evs/resource_huaweicloud_evs_volume.go, the refresh function of its delete.
    """
    for _ in range(polls):
        answer = get()
        if answer.status_code == 404:
            return "COMPLETED"
        if answer.status_code >= 400:
            return f"ERROR {answer.status_code}"
    return "timed out"


@pytest.mark.parametrize(
    ("life", "ends"), [(delete_unwatched, f"ERROR {MISS}"), (delete_watched_for_a_moment, "timed out")]
)
def test_8_terraform_never_takes_a_disk_for_deleted_that_was_not_seen_gone(
    tmp_path: Path, life: Callable[[Client], None], ends: str
) -> None:
    """Beats: the Azure test-proxy, WireMock and MockServer (a miss is 404, so "deleted"), mountebank (200)."""
    cassette = tmp_path / "unwatched.sqlite"
    recorded(cassette, life)

    def waiting(one: Client) -> str:
        disk = make_and_show(one)
        one("DELETE", f"/v2/{{p}}/volumes/{disk}")
        return terraform_waits(lambda: one("GET", f"/v2/{{p}}/volumes/{disk}"))

    assert replayed(cassette, waiting) == ends


@contextlib.contextmanager
def deleted_by_the_sdk(one: Client) -> Iterator[tuple[Connection, Any]]:
    """Let openstacksdk delete a disk, and give its connection with what it knows of the disk."""
    cloud = Connection(
        auth_type="admin_token",
        auth={"endpoint": f"{one.http.base_url}/v2/{PROJECT}", "token": "any"},
        block_storage_api_version="2",
    )
    try:
        volume = cloud.block_storage.get_volume(make_and_show(one))
        cloud.block_storage.delete_volume(volume)
        yield cloud, volume
    finally:
        cloud.session.session.close()
        cloud.close()


class TestOpenstacksdk:
    """The same with the real library."""

    pytestmark = LIBRARY_WARNINGS

    def test_8_the_sdk_never_takes_a_disk_for_deleted_that_was_not_seen_gone(self, tmp_path: Path) -> None:
        """Beats: the Azure test-proxy, WireMock, MockServer and mountebank, as above."""

        def life(one: Client) -> None:
            with deleted_by_the_sdk(one):
                return

        def waiting(one: Client) -> None:
            with deleted_by_the_sdk(one) as (cloud, volume), pytest.raises(HttpException) as refused:
                cloud.block_storage.wait_for_delete(volume, interval=0, wait=5)
            assert refused.value.status_code == MISS

        cassette = tmp_path / "unwatched.sqlite"
        recorded(cassette, life)
        replayed(cassette, waiting)
