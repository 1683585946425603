"""Drives the simulator through ASGI with a clock that only the test moves."""

import asyncio
import re
from dataclasses import dataclass
from typing import Any

import httpx

from gateway.simulator.app import simulator

MIDNIGHT = 1_700_000_000.0
SETTLE_S = 1.0
ALICE = "a11ce0000000000000000000000a11ce"
BOB = "b0b00000000000000000000000000b0b"
ZONE = "az-dc-1"
NO_ID = "00000000-0000-4000-8000-000000000000"


class World:
    """A simulated cloud and its clock."""

    def __init__(self, **options: Any) -> None:
        self.now = MIDNIGHT
        self.app = simulator(**{"settle_ms": SETTLE_S * 1000, "seed": "test", **options}, clock=lambda: self.now)

    def send(self, method: str, url: str, headers: dict[str, str] | None = None, **content: Any) -> httpx.Response:
        async def sent() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://evs.test:8774") as client:
                return await client.request(method, url, headers=headers or {}, **content)

        return asyncio.run(sent())

    def settle(self) -> None:
        self.now += SETTLE_S

    def client(self, project: str = ALICE) -> "Client":
        return Client(self, project)


@dataclass(frozen=True)
class Client:
    """A user of one project."""

    world: World
    project: str

    def send(self, method: str, path: str, body: Any = None) -> httpx.Response:
        """Send a request; a path without a version is one of the project's under /v2, an absolute link is as it is."""
        url = path if re.match("http|/v[0-9]", path) else f"/v2/{self.project}{path}"
        return self.world.send(method, url, {"x-auth-token": "any"}, json=body)

    def get(self, path: str) -> Any:
        answer = self.send("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def volume(self, name: str | None = "disk", **wanted: Any) -> str:
        """Create a disk, let it settle, return its id."""
        asked = {"name": name, "size": 10, "availability_zone": ZONE, "volume_type": "SSD", **wanted}
        answer = self.send("POST", "/volumes", {"volume": asked})
        assert answer.status_code == 202, answer.text
        self.world.settle()
        return answer.json()["volume"]["id"]

    def snapshot(self, volume_id: str, name: str | None = "snap", **wanted: Any) -> str:
        """Create a snapshot, let it settle, return its id."""
        answer = self.send("POST", "/snapshots", {"snapshot": {"volume_id": volume_id, "name": name, **wanted}})
        assert answer.status_code == 202, answer.text
        self.world.settle()
        return answer.json()["snapshot"]["id"]

    def act(self, volume_id: str, key: str, value: Any) -> httpx.Response:
        return self.send("POST", f"/volumes/{volume_id}/action", {key: value})

    def show(self, volume_id: str) -> Any:
        return self.get(f"/volumes/{volume_id}")["volume"]

    def status(self, volume_id: str) -> str:
        return self.show(volume_id)["status"]

    def snapshot_status(self, snapshot_id: str) -> str:
        return self.get(f"/snapshots/{snapshot_id}")["snapshot"]["status"]

    def job(self, answer: httpx.Response) -> Any:
        """Show the job that an answer of the custom API started."""
        assert answer.status_code == 200, answer.text
        return self.get(f"/v1/{self.project}/jobs/{answer.json()['job_id']}")


def fault(answer: httpx.Response) -> tuple[int, str, str, str]:
    """Return what an error answer says: status, envelope, code and message."""
    ((name, said),) = answer.json().items()
    return answer.status_code, name, said["code"], said["message"]


NOT_FOUND = (404, "itemNotFound", "EVS.5404", "Resource(Volume, Snapshot, Backup .etc) could not be found.")
BAD_STATUS = (400, "badRequest", "EVS.5400", "Must specify a valid status.")
