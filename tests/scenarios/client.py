"""A client of the scenarios: one project, one connection, real sockets; every wait moves the test's clock."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from .clock import Clock

PROJECT = "40acc331ac784f34842ba4f08ff2be48"
OTHER_PROJECT = "5f0e5a9e1b2c4d6f8a7b9c0d1e2f3a4b"
MISS = 424
POLLS = 60


@dataclass(slots=True)
class Client:
    """Speaks to one address. `{p}` in a path is the project; `statuses` are all that were answered."""

    http: httpx.Client
    clock: Clock
    project: str = PROJECT
    pause_s: float = 1.0
    statuses: list[int] = field(default_factory=list)

    def __call__(
        self, method: str, path: str, body: object = None, headers: Mapping[str, str] | None = None
    ) -> httpx.Response:
        """Send one request. What takes no time in the test takes none on the clock."""
        url = path.replace("{p}", self.project)
        answer = (
            self.http.request(method, url, json=body, headers=headers)
            if body is not None
            else (self.http.request(method, url, headers=headers))
        )
        self.statuses.append(answer.status_code)
        return answer

    def create(self, name: str = "disk", size: int = 10, **more: object) -> str:
        """Create a disk by the Cinder call and return its id."""
        volume = {"name": name, "size": size, "volume_type": "SSD", "availability_zone": "az-dc-1", **more}
        answer = self("POST", "/v2/{p}/volumes", {"volume": volume})
        assert answer.status_code == 202, answer.text
        return str(answer.json()["volume"]["id"])

    def order(self, name: str = "disk", size: int = 10) -> str:
        """Create a disk by the custom call and return the id of its job."""
        volume = {"name": name, "size": size, "volume_type": "SSD", "availability_zone": "az-dc-1"}
        answer = self("POST", "/v2/{p}/cloudvolumes", {"volume": volume})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["job_id"])

    def job(self, job: str) -> Any:
        return self._shown(f"/v1/{{p}}/jobs/{job}")

    def volume(self, volume: str) -> Any:
        return self._shown(f"/v2/{{p}}/volumes/{volume}")["volume"]

    def _shown(self, path: str) -> Any:
        answer = self("GET", path)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def listed(self, query: str = "") -> list[str]:
        """Return the ids of the disks in the project, in the order told."""
        answer = self("GET", f"/v2/{{p}}/volumes/detail{query}")
        assert answer.status_code == 200, answer.text
        return [volume["id"] for volume in answer.json()["volumes"]]

    def wait(self) -> None:
        self.clock.sleep(self.pause_s)

    def until(self, volume: str, wanted: str) -> list[str]:
        """Poll a disk until it has a status, and return every status it had."""
        seen = [self.volume(volume)["status"]]
        while seen[-1] != wanted:
            assert len(seen) < POLLS, seen
            self.wait()
            seen.append(self.volume(volume)["status"])
        return seen

    def until_gone(self, volume: str) -> int:
        """Poll a deleted disk until it is answered otherwise than 200, and return that."""
        for _ in range(POLLS):
            answer = self("GET", f"/v2/{{p}}/volumes/{volume}")
            if answer.status_code != 200:
                return answer.status_code
            self.wait()
        raise AssertionError(f"still there after {POLLS} polls")


@contextlib.contextmanager
def client(base_url: str, clock: Clock | None = None, project: str = PROJECT, **headers: str) -> Iterator[Client]:
    """Connect to an address with a token; header names are written with underscores."""
    given = {"X-Auth-Token": "MII-a-token-of-the-scenarios", "User-Agent": "scenario/1"}
    given.update({name.replace("_", "-"): value for name, value in headers.items()})
    with httpx.Client(base_url=base_url, headers=given, trust_env=False, timeout=30) as http:
        yield Client(http, clock or Clock(), project)
