"""The audit trail of a gateway as a process: whoever got an answer is in it, however the gateway ended."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import resource
import signal
import subprocess
import threading
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from gateway.audit.anchors import Anchor, anchor_of
from gateway.audit.verification import Verdict, verify
from gateway.stores.audit_files import chains_in, files_of, lines_of
from tests.access.test_policies_over_sockets import serving, wait_for

from .harness import (
    ALICE,
    BOB,
    CAROL,
    DAVE,
    TOKENS,
    Server,
    command,
    dead_address,
    environment,
    gateway,
    ready_line,
    run,
)
from .harness import simulator as simulated
from .leaks import leaks
from .test_full_disk import ask, connect, volumes

REQUESTS = 10_000
# By so much a gateway may grow in 600 requests while its trail takes nothing: less than their records would need.
MOST_KB = 2000
NEW = {"volume": {"availability_zone": "az-dc-1", "volume_type": "SSD", "size": 1, "description": "d" * 200}}
# What clients ask, in turn: answered, refused for what they say, refused for what nobody documents, written.
ASKED: tuple[tuple[str, str, object], ...] = (
    ("GET", "/types", None),
    ("GET", "/volumes?limit=1", None),
    ("POST", "/volumes", {"volume": {"size": "much"}}),
    ("DELETE", "/volumes/00000000-0000-0000-0000-000000000000", None),
    ("GET", "/os-availability-zone", None),
    ("PUT", "/nothing/of/the/kind", {"a": 1}),
    ("GET", "/volumes?limit=many", None),
    ("POST", "/snapshots", {"snapshot": {"volume_id": "00000000-0000-0000-0000-000000000000"}}),
)


@dataclass
class Client:
    """One that asks until it has asked enough, or the gateway is gone. `answered` are ids by how they were answered."""

    address: str
    project: str
    answered: dict[str, int] = field(default_factory=dict)

    def work(self, count: int, met: Callable[[], None]) -> None:
        with (
            contextlib.closing(connect(self.address)) as connection,
            contextlib.suppress(OSError, http.client.HTTPException),
        ):
            for number in range(count):
                method, path, body = ASKED[number % len(ASKED)]
                name = f"{self.project[:4]}-{number}"
                self.answered[name] = self._ask(connection, name, method, path, body)
                met()

    def _ask(self, connection: http.client.HTTPConnection, name: str, method: str, path: str, body: object) -> int:
        headers = {"X-Auth-Token": TOKENS[self.project], "Content-Type": "application/json", "X-Request-Id": name}
        text = json.dumps(body) if body else None
        connection.request(method, f"/v2/{self.project}{path}", text, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status


def records(folder: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line.text)
        for chain in chains_in(folder / "audit")
        for line in lines_of(files_of(folder / "audit", chain))
    ]


def verdicts(folder: Path, outside: list[Anchor]) -> list[Verdict]:
    audit = folder / "audit"
    return [verify(chain, lines_of(files_of(audit, chain)), outside) for chain in chains_in(audit)]


def said_outside(server: Server) -> list[Anchor]:
    lines = map(json.loads, server.stderr.read_text().splitlines())
    return [anchor_of(line["anchor"]) for line in lines if "anchor" in line]


def given(record: dict[str, Any]) -> str:
    return str(record.get("given_id", record["id"]))


def together(clients: list[Client], count: int, killed_at: int, kill: Callable[[], None]) -> None:
    """Let all clients work, and kill the gateway once so many requests were answered."""
    turn, answered = threading.Lock(), iter(range(1, 10**9))

    def met() -> None:
        with turn:
            if next(answered) == killed_at:
                kill()

    threads = [threading.Thread(target=client.work, args=(count, met)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)


def test_every_answered_request_has_its_record_over_rotations_and_kill_9(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[audit]\nrotate_mb = 3\n")
    serve = ("--config", str(tmp_path / "settings.toml"))
    projects = (ALICE, BOB, CAROL, DAVE)
    with gateway(tmp_path, "simulate", tmp_path / "c.sqlite", None, *serve) as server:
        clients = [Client(server.public, project) for project in projects]
        together(clients, REQUESTS // 4 + 50, REQUESTS, server.kill)
        outside = said_outside(server)
    with gateway(tmp_path, "simulate", tmp_path / "c.sqlite", None, *serve) as server:
        server.end()
        outside += said_outside(server)
    answered = {name: status for client in clients for name, status in client.answered.items()}
    assert len(answered) >= REQUESTS
    assert {200, 202, 400, 404} >= set(answered.values()) >= {200, 400, 404}
    kept = records(tmp_path / "data")
    stages = Counter(record["stage"] for record in kept)
    ended = {given(record): record["outcome"]["status"] for record in kept if record["stage"] == "complete"}
    assert {name: ended.get(name) for name in answered} == answered
    assert len(ended.keys() - answered.keys()) <= len(clients), "only what was in flight had no answer"
    received = {given(record) for record in kept if record["stage"] == "received"}
    aborted = {record["id"] for record in kept if record["stage"] == "aborted"}
    assert received == (received & ended.keys()) | aborted, "every write that was sent has an end"
    assert stages["aborted"] <= len(clients)
    (verdict,) = verdicts(tmp_path / "data", outside)
    assert (verdict.faults, verdict.records) == ((), len(kept))
    assert verdict.anchored == verdict.head.seq - 1
    assert len(files_of(tmp_path / "data" / "audit", verdict.chain)) >= 4
    assert leaks(tmp_path / "data" / "audit", set(TOKENS.values())) == []
    said = [argument for path in tmp_path.glob("*.stderr") for argument in ("--anchors", str(path))]
    assert "whole" in run("audit", "verify", "--data", str(tmp_path / "data"), *said)


def test_an_id_is_in_the_answer_the_log_and_the_record(tmp_path: Path) -> None:
    with gateway(tmp_path, "passthrough", tmp_path / "c", dead_address()) as server:
        with contextlib.closing(connect(server.public)) as connection:
            headers = {"X-Auth-Token": TOKENS[ALICE], "X-Request-Id": "asked-1"}
            connection.request("GET", f"/v2/{ALICE}/volumes", None, headers)
            answer = connection.getresponse()
            answer.read()
        server.end()
        logged = [json.loads(line) for line in server.stderr.read_text().splitlines()]
    assert (answer.status, answer.headers["x-request-id"]) == (502, "asked-1")
    assert [line["request_id"] for line in logged if line["event"] == "request"] == ["asked-1"]
    (record,) = [each for each in records(tmp_path / "data") if each["stage"] == "complete"]
    assert (record["id"], record["upstream"]["failure"]) == ("asked-1", "connection_refused")


def test_denials_and_what_an_operator_does_are_records(tmp_path: Path) -> None:
    with serving(tmp_path) as gateway:
        assert gateway.call("reader", "POST", "/volumes", NEW)[0] == 403
        (gateway.folder / "no-delete.json").write_text("{")
        os.kill(gateway.server.process.pid, signal.SIGHUP)
        wait_for(lambda: gateway.readiness()["policies"] != "ok")
        reset = urllib.request.Request(f"{gateway.server.ready['admin']}/scopes/one/reset", method="POST")
        with pytest.raises(urllib.error.HTTPError, match="409"):
            urllib.request.urlopen(reset, timeout=20)
        gateway.server.end()
    kept = records(tmp_path / "data")
    (denied,) = [record for record in kept if record["stage"] == "complete"]
    assert (denied["who"]["user_name"], denied["outcome"]["status"]) == ("reader", 403)
    decided = denied["decision"]
    assert (decided["kind"], decided["action"]) == ("implicit", "evs:volumes:create")
    assert json.loads(denied["body"]["request"]) == NEW
    events = {record["event"]: record["facts"] for record in kept if record["stage"] == "admin"}
    assert events["start"]["upstream_credential"] == "token"
    assert events["policies"]["digest"] == events["start"]["policies"]
    assert "no-delete.json" in events["policies"]["fault"]
    assert events["scope"] == {"method": "POST", "path": "/scopes/one/reset", "status": 409}
    assert leaks(tmp_path / "data" / "audit", {*gateway.tokens.values(), "upstream-token"}) == []


@contextlib.contextmanager
def filled(folder: Path, upstream: str, *, limit_kb: int, on_failure: str) -> Iterator[str]:
    """Serve with a trail that no file of can grow beyond a limit, and yield the address."""
    (folder / "settings.toml").write_text(f'[audit]\nrotate_mb = 64\non_failure = "{on_failure}"\n')
    out, err = folder / "full.out", folder / "full.err"
    serve = command("serve", "--upstream", upstream, "--config", str(folder / "settings.toml"))
    ports = ["--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--data", str(folder / "data")]
    limited = ["bash", "-c", f'ulimit -S -f {limit_kb}; exec "$@"', "bash", *serve, *ports]
    with out.open("wb") as stdout, err.open("wb") as stderr:
        process = subprocess.Popen(limited, env=environment(), stdout=stdout, stderr=stderr)
    try:
        yield f"{ready_line(process, out, err)['public']} {process.pid}"
        process.terminate()
        assert process.wait(20) == 0, err.read_text()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(20)


def lift_limit(pid: int) -> None:
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


def write_until_full(connection: http.client.HTTPConnection) -> None:
    """Create disks until one is refused."""
    for _ in range(2000):
        if ask(connection, "POST", "/volumes", NEW)[0] != 202:
            return
    raise AssertionError("the trail took everything")


def resident_kb(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))


def full_and_back(folder: Path, on_failure: str) -> tuple[int, list[dict[str, Any]]]:
    """Fill the trail, ask on, lift the limit, ask again; return how reads were answered meanwhile and the records."""
    with (
        simulated(folder) as cloud,
        filled(folder, cloud.public, limit_kb=96, on_failure=on_failure) as served,
        contextlib.closing(connect(served.split()[0])) as connection,
    ):
        pid = int(served.split()[1])
        write_until_full(connection)
        made = volumes(cloud.public)
        for _ in range(5):
            status, body = ask(connection, "POST", "/volumes", NEW)
            (envelope,) = json.loads(body).values()
            assert (status, envelope["code"]) == (503, "EVS.5503")
            assert "nothing was sent to the cloud" in envelope["details"][0]["found"]
        read = [ask(connection, "GET", "/types")[0] for _ in range(5)]
        assert volumes(cloud.public) == made
        resident = resident_kb(pid)
        again = {ask(connection, *asked)[0] for asked in (("POST", "/volumes", NEW), ("GET", "/types")) * 300}
        assert again == {503, *read}
        assert resident_kb(pid) - resident < MOST_KB
        lift_limit(pid)
        assert ask(connection, "POST", "/volumes", NEW)[0] == 202
        assert volumes(cloud.public) == made + 1
    assert len(set(read)) == 1
    (verdict,) = verdicts(folder / "data", [])
    assert verdict.faults == ()
    return read[0], records(folder / "data")


def test_a_full_disk_refuses_writes_and_reads_and_says_so_later(tmp_path: Path) -> None:
    read, kept = full_and_back(tmp_path, "block")
    assert read == 503
    (gap,) = [record for record in kept if record["stage"] == "gap"]
    assert (gap["answered"], gap["count"]) == (0, gap["refused"])
    assert gap["refused"] >= 10


def test_a_full_disk_lets_reads_through_where_the_operator_has_it_so_and_counts_them(tmp_path: Path) -> None:
    read, kept = full_and_back(tmp_path, "shed")
    assert read == 200
    (gap,) = [record for record in kept if record["stage"] == "gap"]
    assert gap["answered"] == 305
    assert gap["refused"] >= 305
