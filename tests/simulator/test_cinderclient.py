"""An unmodified client library over a real socket: python-cinderclient, with a token of the simulated IAM."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from cinderclient import client, exceptions
from keystoneauth1.identity import v3
from keystoneauth1.session import Session


@pytest.fixture
def address() -> Iterator[str]:
    """Run the simulator as an operator does, and hold it to its exit code."""
    arguments = (sys.executable, "-m", "gateway", "simulate", "--listen", "127.0.0.1:0", "--settle-ms", "30")
    with subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        yield json.loads(process.stdout.readline())["public"]
        process.terminate()
        assert (process.wait(20), process.stderr.read()) == (0, b"")


def connected(address: str, project: str) -> client.Client:
    domains = {"user_domain_name": "d", "project_domain_name": "d"}
    auth = v3.Password(auth_url=f"{address}/v3", username="u", password="p", project_name=project, **domains)
    return client.Client("2", session=Session(auth=auth))


def polled(cinder: client.Client, volume_id: str) -> object:
    """Poll a disk until it is available."""
    until = time.monotonic() + 10
    while (volume := cinder.volumes.get(volume_id)).status != "available":
        assert time.monotonic() < until, volume.status
    return volume


@pytest.mark.filterwarnings("ignore::DeprecationWarning:cinderclient")
def test_cinderclient_lives_a_life(address: str) -> None:
    alice, bob = connected(address, "alice"), connected(address, "bob")
    disk = {"availability_zone": "az-dc-1", "volume_type": "SSD"}
    ids = [polled(alice, alice.volumes.create(10, name=f"v{number}", **disk).id).id for number in range(3)]
    assert [volume.name for volume in alice.volumes.list()] == ["v2", "v1", "v0"]
    assert [volume.name for volume in alice.volumes.list(marker=ids[2], limit=1)] == ["v1"]
    assert alice.volumes.find(name="v1").id == ids[1]
    alice.volumes.extend(ids[0], 20)
    assert polled(alice, ids[0]).size == 20
    alice.volumes.set_metadata(ids[0], {"a": "b"})
    assert alice.volumes.get(ids[0]).metadata == {"a": "b"}
    with pytest.raises(exceptions.BadRequest, match="new volume Size must be greater than old Size!"):
        alice.volumes.extend(ids[0], 5)
    transfer = alice.transfers.create(ids[0], name="t")
    with pytest.raises(exceptions.BadRequest):
        bob.transfers.accept(transfer.id, "0123456789abcdef")
    bob.transfers.accept(transfer.id, transfer.auth_key)
    assert bob.volumes.get(ids[0]).status == "available"
    with pytest.raises(exceptions.NotFound):
        alice.volumes.get(ids[0])
