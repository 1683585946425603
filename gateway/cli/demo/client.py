"""The client of the demo: a scripted session over one keep-alive connection, as any program would hold it.

It knows nothing of gateways: it speaks EVS to whatever address it is given, follows paging links as they stand, and
writes down each step with the status it got, so that a recorded run and a replayed run can be compared.
"""

from __future__ import annotations

import http.client
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

POLL_S = 0.05
POLLS = 400


@dataclass(frozen=True, slots=True)
class Step:
    """One thing the client did: what, and the status it got (of the last poll, where it polled)."""

    name: str
    status: int


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: Any


@dataclass(slots=True)
class Client:
    """A client of one project at one address."""

    address: str
    project: str
    token: str
    steps: list[Step] = field(default_factory=list)
    requests: int = 0
    _connection: http.client.HTTPConnection | None = None

    def call(self, method: str, path: str, body: object = None) -> Answer:
        """Send one request; a path that is an absolute link is followed as it stands."""
        target = path.removeprefix(self.address) if path.startswith("http") else path
        if target.startswith("http"):
            raise ConnectionError(f"a link leads away from {self.address}: {path}")
        headers = {"X-Auth-Token": self.token, "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        connection = self._connect()
        connection.request(method, target, json.dumps(body) if body is not None else None, headers)
        response = connection.getresponse()
        payload = response.read()
        self.requests += 1
        is_json = "json" in (response.headers.get("content-type") or "")
        return Answer(response.status, response.headers, json.loads(payload) if payload and is_json else None)

    def step(self, name: str, method: str, path: str, body: object = None) -> Answer:
        answer = self.call(method, path, body)
        self.steps.append(Step(name, answer.status))
        return answer

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _connect(self) -> http.client.HTTPConnection:
        if self._connection is None:
            parts = urlsplit(self.address)
            assert parts.hostname is not None
            self._connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=30)
        return self._connection

    def until(self, name: str, path: str, wanted: str | int) -> Answer:
        """Poll until the resource has the wanted state, or the wanted status (404: gone)."""
        for _ in range(POLLS):
            answer = self.call("GET", path)
            if wanted == answer.status or (isinstance(answer.body, dict) and str(wanted) in set(_states(answer.body))):
                self.steps.append(Step(name, answer.status))
                return answer
            time.sleep(POLL_S)
        raise TimeoutError(f"{name}: never became {wanted}")


def _states(body: dict[str, Any]) -> Iterator[str]:
    yield str(body.get("status"))
    for member in body.values():
        if isinstance(member, dict):
            yield str(member.get("status"))


def session(client: Client, tag: str, second_project: str) -> tuple[Step, ...]:
    """Live a small life: versions, disks made one by one and in a batch, waiting, paging, changing, snapshot,
    transfer to another project, deleting. All names hold the tag. Returns the steps."""
    root = f"/v2/{client.project}"
    client.step("list the API versions", "GET", "/")
    client.step("list the disk types", "GET", f"{root}/types")
    first = _create(client, root, f"{tag}-database", 40)
    _create(client, root, f"{tag}-logs", 10)
    job = client.step(
        "create a batch of 2 disks",
        "POST",
        f"{root}/cloudvolumes",
        {
            "volume": {
                "availability_zone": "az-dc-1",
                "volume_type": "SAS",
                "size": 10,
                "count": 2,
                "name": f"{tag}-node",
            }
        },
    ).body["job_id"]
    client.until("wait for the job", f"/v1/{client.project}/jobs/{job}", "SUCCESS")
    _page(client, f"{root}/volumes/detail?limit=2")
    disk = f"{root}/volumes/{first}"
    client.step("rename the disk", "PUT", disk, {"volume": {"name": f"{tag}-renamed"}})
    client.step("label the disk", "POST", f"{disk}/metadata", {"metadata": {"env": tag}})
    client.step("extend the disk to 60 GB", "POST", f"{disk}/action", {"os-extend": {"new_size": 60}})
    client.until("wait for the extension", disk, "available")
    shown = client.step("show the disk", "GET", disk).body["volume"]
    assert (shown["name"], shown["size"], shown["metadata"]["env"]) == (f"{tag}-renamed", 60, tag), shown
    _snapshot(client, root, first, tag)
    _transfer(client, root, first, tag, second_project)
    client.step("ask for a disk that never was", "GET", f"{root}/volumes/00000000-0000-0000-0000-000000000000")
    return tuple(client.steps)


def _create(client: Client, root: str, name: str, size: int) -> str:
    volume = {"availability_zone": "az-dc-1", "volume_type": "SSD", "size": size, "name": name}
    created = client.step(f"create a disk of {size} GB", "POST", f"{root}/volumes", {"volume": volume})
    disk: str = created.body["volume"]["id"]
    shown = client.until("wait until it is available", f"{root}/volumes/{disk}", "available")
    assert shown.body["volume"]["name"] == name, shown.body
    return disk


def _page(client: Client, path: str) -> None:
    """Follow the next links to the end, as OpenStack clients do."""
    page = 1
    while path:
        listed = client.step(f"list the disks, page {page}", "GET", path).body
        path = next((link["href"] for link in listed.get("volumes_links") or () if link["rel"] == "next"), "")
        page += 1


def _snapshot(client: Client, root: str, disk: str, tag: str) -> None:
    snapshot = {"volume_id": disk, "name": f"{tag}-snapshot"}
    made = client.step("take a snapshot", "POST", f"{root}/snapshots", {"snapshot": snapshot}).body["snapshot"]["id"]
    client.until("wait for the snapshot", f"{root}/snapshots/{made}", "available")
    client.step("delete the disk too early (it has a snapshot)", "DELETE", f"{root}/volumes/{disk}")
    client.step("delete the snapshot", "DELETE", f"{root}/snapshots/{made}")
    client.until("wait until the snapshot is gone", f"{root}/snapshots/{made}", 404)


def _transfer(client: Client, root: str, disk: str, tag: str, second_project: str) -> None:
    """Hand the disk to a second project: once with a wrong key, once with the right one; delete it there."""
    transfer = {"volume_id": disk, "name": f"{tag}-handover"}
    offered = client.step("offer the disk", "POST", f"{root}/os-volume-transfer", {"transfer": transfer}).body[
        "transfer"
    ]
    heir = Client(client.address, second_project, client.token, client.steps)
    accept = f"/v2/{second_project}/os-volume-transfer/{offered['id']}/accept"
    heir.step("accept with a wrong key", "POST", accept, {"accept": {"auth_key": "0123456789abcdef"}})
    heir.step("accept with the right key", "POST", accept, {"accept": {"auth_key": offered["auth_key"]}})
    heirloom = f"/v2/{second_project}/volumes/{disk}"
    heir.until("see the disk in its new project", heirloom, "available")
    heir.step("delete the disk", "DELETE", heirloom)
    heir.until("wait until the disk is gone", heirloom, 404)
    client.requests += heir.requests
    heir.close()
