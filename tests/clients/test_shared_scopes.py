"""One client whose every request is answered by another process: workers of one gateway, and two gateways."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from gateway.stores.copying import write_cassette
from tests.cassette.recordings import Client as Recording
from tests.cassette.recordings import Recorder

from .harness import Server, gateway

PROJECT = "40acc331ac784f34842ba4f08ff2be48"
Turn = Callable[[], str]


class Client:
    """Asks on a connection of its own each time, at the address that `turn` gives for this request."""

    def __init__(self, turn: Turn, project: str, scope: str = "") -> None:
        self._turn = turn
        self._project = project
        self._headers = {"X-Auth-Token": "t", **({"X-EVS-Gateway-Scope": scope} if scope else {})}

    def __call__(self, method: str, path: str, body: object = None) -> httpx.Response:
        url = f"{self._turn()}{path.replace('{p}', self._project)}"
        return httpx.request(method, url, json=body, headers=self._headers, verify=False, trust_env=False, timeout=30)

    def until(self, path: str, wanted: str | int) -> None:
        for _ in range(20):
            answer = self("GET", path)
            assert answer.status_code != 424, answer.text
            if wanted in (answer.status_code, next(iter(answer.json().values())).get("status")):
                return
        raise AssertionError((path, wanted))


def lived(client: Client, name: str) -> None:
    """Live one life, each step of which needs what earlier ones left behind."""
    volume = {"name": name, "size": 10, "volume_type": "SSD", "availability_zone": "az-dc-1"}
    here = f"/v2/{{p}}/volumes/{client('POST', '/v2/{p}/volumes', {'volume': volume}).json()['volume']['id']}"
    client.until(here, "available")
    (found,) = client("GET", f"/v2/{{p}}/volumes?name={name}").json()["volumes"]
    assert found["id"] == here.rpartition("/")[2]
    snapshot = {"snapshot": {"volume_id": found["id"], "name": f"{name}-s"}}
    there = f"/v2/{{p}}/snapshots/{client('POST', '/v2/{p}/snapshots', snapshot).json()['snapshot']['id']}"
    client.until(there, "available")
    assert client("GET", there).json()["snapshot"]["name"] == f"{name}-s"
    assert client("DELETE", there).status_code == 202
    client.until(there, 404)
    assert client("DELETE", here).status_code == 202
    client.until(here, 404)
    assert client("GET", "/v2/{p}/volumes/detail").json() == {"volumes": []}


class _Recorded(Client):
    """The same client, whose cloud is a recorder."""

    def __init__(self, recorder: Recorder) -> None:
        self._client = Recording(recorder.answer)

    def __call__(self, method: str, path: str, body: object = None) -> httpx.Response:
        answer = self._client(method, path, body)
        return httpx.Response(answer.status, content=answer.response.body)


@pytest.fixture
def cassette(tmp_path: Path) -> Path:
    recorder = Recorder()
    lived(_Recorded(recorder), "recorded")
    path = tmp_path / "life.sqlite"
    write_cassette(path, recorder.exchanges)
    return path


def workers_of(server: Server) -> tuple[int, ...]:
    pid = server.process.pid
    return tuple(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def owner_of(connection: socket.socket, pids: Iterable[int]) -> int | None:
    """Return which of some processes has taken a connection, None while it waits. Source: proc(5), net/tcp, fd."""
    local, remote = (f":{port:04X}" for port in (connection.getpeername()[1], connection.getsockname()[1]))
    rows = map(str.split, Path("/proc/net/tcp").read_text().splitlines())
    inode = next((row[9] for row in rows if row[1].endswith(local) and row[2].endswith(remote)), "0")
    return next((pid for pid in pids if inode != "0" and f"socket:[{inode}]" in _open_files(pid)), None)


def _open_files(pid: int) -> set[str]:
    found = set()
    for each in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):
            found.add(os.readlink(each))
    return found


class Alternating(Client):
    """Asks another worker at each of its requests: connections are opened until one is that worker's."""

    def __init__(self, server: Server) -> None:
        super().__init__(lambda: server.public, "mine")
        self._server = server
        self.workers = workers_of(server)
        self._next = cycle(self.workers)

    def __call__(self, method: str, path: str, body: object = None) -> httpx.Response:
        host, port = str(urlsplit(self._turn()).hostname), int(urlsplit(self._turn()).port or 0)
        with self._connected(host, port, next(self._next)) as connection:
            asked = http.client.HTTPConnection(host, port)
            asked.sock = connection
            content = None if body is None else json.dumps(body)
            headers = {**self._headers, "Content-Type": "application/json", "Connection": "close"}
            asked.request(method, path.replace("{p}", self._project), content, headers)
            answer = asked.getresponse()
            return httpx.Response(answer.status, content=answer.read())

    def _connected(self, host: str, port: int, pid: int) -> socket.socket:
        """Return a connection that this worker has taken; which one takes it is the kernel's choice."""
        for _ in range(100):
            connection = socket.create_connection((host, port), timeout=30)
            while (owner := owner_of(connection, self.workers)) is None:
                assert len(workers_of(self._server)) == len(self.workers)
            if owner == pid:
                return connection
            connection.close()
        raise AssertionError(f"no connection out of 100 was taken by {pid}")


def test_a_client_whose_every_request_meets_another_worker_lives_as_recorded(cassette: Path, tmp_path: Path) -> None:
    with gateway(tmp_path, "replay", cassette, None, "--workers", "2") as server:
        client = Alternating(server)
        assert len(client.workers) == 2
        for name in ("one", "two"):
            lived(client, name)


class Killing(Client):
    """Kills a worker before each fourth request; another one is hired in its place."""

    def __init__(self, server: Server) -> None:
        super().__init__(lambda: server.public, "mine")
        self._server = server
        self.killed: list[int] = []
        self._asked = 0

    def __call__(self, method: str, path: str, body: object = None) -> httpx.Response:
        self._asked += 1
        if self._asked % 4 == 0:
            pid = next(each for each in workers_of(self._server) if each not in self.killed)
            os.kill(pid, signal.SIGKILL)
            self.killed.append(pid)
        return super().__call__(method, path, body)


def test_workers_that_are_killed_midway_take_nothing_along(cassette: Path, tmp_path: Path) -> None:
    with gateway(tmp_path, "replay", cassette, None, "--workers", "2") as server:
        client = Killing(server)
        lived(client, "one")
        assert len(client.killed) >= 4


def test_a_client_whose_every_request_meets_another_gateway_lives_as_recorded(cassette: Path, tmp_path: Path) -> None:
    state = ("--replay-state", str(tmp_path / "state.sqlite"))
    with ExitStack() as stack:
        servers = [stack.enter_context(gateway(tmp_path, "replay", cassette, None, *state)) for _ in range(2)]
        turns = cycle(server.public for server in servers)
        for name in ("one", "two"):
            lived(Client(lambda: next(turns), "mine"), name)
        reports = [httpx.get(f"{server.ready['admin']}/scopes", trust_env=False).json() for server in servers]
        assert json.dumps(reports[0]) == json.dumps(reports[1])


def test_parallel_clients_in_scopes_of_their_own_meet_any_worker(cassette: Path, tmp_path: Path) -> None:
    with (
        gateway(tmp_path, "replay", cassette, None, "--workers", "2") as server,
        ThreadPoolExecutor(8) as threads,
    ):
        clients = [Client(lambda: server.public, f"project-{number}", f"scope-{number}") for number in range(8)]
        assert list(threads.map(lived, clients, [f"name-{number}" for number in range(8)])) == [None] * 8
