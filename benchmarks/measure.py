"""One visit: a server, a workload, a load; what came back, how fast, and at what cost.

Numbers come from wrk (rates, latencies, errors) and from /proc (CPU time of the server).
"""

from __future__ import annotations

import http.client
import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.failures import CannotMeasureError
from benchmarks.processes import Child, Cores, pinned
from benchmarks.workloads import Workload

CONNECTIONS = 32
_SCRIPT = Path(__file__).with_name("load.lua")
_START_TIMEOUT_S = 30
_RENEWED = {"href", "id"}


@dataclass(frozen=True, slots=True)
class Server:
    """A running server, the port it answers on, and the cores of the load that it is asked from. `start_ms` is the time
    from its start to its first right answer, `idle_mib` its memory then."""

    name: str
    port: int
    child: Child
    load_cores: Cores = 0
    start_ms: float = 0.0
    idle_mib: float = 0.0


@dataclass(frozen=True, slots=True)
class Footprint:
    """What a server takes beside time for requests: the start, and memory before and after all rounds."""

    start_ms: float
    idle_mib: float
    loaded_mib: float


@dataclass(frozen=True, slots=True)
class Load:
    """What wrk says about one run. Errors: statuses above 399 and socket errors."""

    requests: int
    duration_us: int
    p50_us: int
    p99_us: int
    socket_errors: int
    status_errors: int

    @property
    def errors(self) -> int:
        return self.socket_errors + self.status_errors


@dataclass(frozen=True, slots=True)
class Sample:
    """One round's figures of one server with one workload.

    `busy` is with 32 connections, `alone` with one."""

    requests_per_s: float
    cpu_us_per_request: float
    busy_p99_us: float
    alone_p50_us: float
    alone_p99_us: float
    errors: int


def visit(server: Server, workload: Workload, seconds: int) -> Sample:
    """Measure one server with one workload: its answer checked, under load, and with one connection."""
    wrong = 0 if answers_right(server.port, workload) else 1
    before = server.child.cpu_us()
    busy = load(server.port, workload, server.load_cores, CONNECTIONS, seconds)
    cpu_us = server.child.cpu_us() - before
    alone = load(server.port, workload, server.load_cores, 1, max(1, seconds // 2))
    return Sample(
        requests_per_s=busy.requests / busy.duration_us * 1e6,
        cpu_us_per_request=cpu_us / max(1, busy.requests),
        busy_p99_us=busy.p99_us,
        alone_p50_us=alone.p50_us,
        alone_p99_us=alone.p99_us,
        errors=wrong + busy.errors + alone.errors,
    )


def load(port: int, workload: Workload, cores: Cores, connections: int, seconds: int) -> Load:
    """Send a workload for some seconds over keep-alive connections and return what wrk counted."""
    done = subprocess.run(
        pinned(cores, _wrk(port, workload, connections, seconds)),
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        return Load(**json.loads(done.stdout.rstrip().rpartition("\n")[2]))
    except ValueError:
        raise CannotMeasureError(f"wrk gave no result for {workload.name}: {done.stderr.strip()}") from None


def _wrk(port: int, workload: Workload, connections: int, seconds: int) -> list[str]:
    headers = [part for item in workload.headers.items() for part in ("-H", ": ".join(item))]
    body = [workload.body.decode()] if workload.body else []
    return [
        *("wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s"),
        *("-s", str(_SCRIPT), *headers, f"http://127.0.0.1:{port}/"),
        *("--", workload.method, workload.sent_target, str(workload.disks), *body),
    ]


def ask(port: int, workload: Workload, target: str) -> tuple[int, bytes]:
    """Send a workload to one of its targets and return the status and the body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request(workload.method, target, workload.body or None, workload.headers)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def answers_all_right(port: int, workload: Workload) -> bool:
    """Say whether every target of a workload has a right answer."""
    return all(answers_right(port, workload, target) for target in workload.sent_targets)


def answers_right(port: int, workload: Workload, target: str = "") -> bool:
    """Say whether the answer has the right status and the origin's JSON.

    The gateway leads links back to itself and renews ids in replay, so those may differ.
    """
    try:
        status, body = ask(port, workload, target or workload.sent_targets[0])
        return status == workload.status and _compared(body) == _compared(workload.answer)
    except (OSError, http.client.HTTPException, ValueError):
        return False


def _compared(body: bytes) -> object:
    return json.loads(body, object_hook=lambda members: members | dict.fromkeys(_RENEWED & members.keys(), ""))


def wait_until_ready(server: Server, workload: Workload) -> float:
    """Return as soon as the server gives its first right answer, with the milliseconds that took.

    Errors: CannotMeasureError when it ends, or has not answered after half a minute.
    """
    begun = time.monotonic()
    while server.child.alive and time.monotonic() < begun + _START_TIMEOUT_S:
        if answers_right(server.port, workload):
            return (time.monotonic() - begun) * 1000
        time.sleep(0.005)
    raise CannotMeasureError(f"{server.name} gave no right answer, {server.child.state}: {server.child.last_words()}")
