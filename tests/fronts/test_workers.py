"""Several processes on one socket, seen from outside: a program of its own for each test."""

import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PROGRAM = """
import os, sys
from gateway.errors import GatewayError
from gateway.fronts.doors import Served
from gateway.fronts.serving import Running, bind, url_of
from gateway.fronts.workers import serve_with_workers

count, folder = int(sys.argv[1]), sys.argv[2]
listener = bind("127.0.0.1:0")

async def app(scope, receive, send):
    if scope["path"] == "/die":
        os._exit(9)
    body = str(os.getpid()).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})

async def close():
    open(f"{folder}/closed-{os.getpid()}", "w").close()

def build(number):
    async def built():
        if os.path.exists(f"{folder}/fail-{number}"):
            raise GatewayError(f"worker {number} will not")
        if os.path.exists(f"{folder}/break-{number}"):
            raise RuntimeError("a bug")
        return Running((Served(app, listener),), close)
    return built

try:
    serve_with_workers(build, count, [listener], lambda: print(listener.getsockname()[1], flush=True))
except GatewayError as error:
    print(error, file=sys.stderr)
    sys.exit(error.exit_code)
"""


@contextmanager
def program(count: int, folder: Path) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(count), str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


def port_of(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def ask(port: int, path: str = "/") -> bytes:
    """Ask on a new connection and return the body: the process id of the worker that answered."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: connection.recv(65536), b"")).rpartition(b"\r\n\r\n")[2]


def everybody(port: int, count: int) -> set[bytes]:
    """Ask until that many workers have answered."""
    seen: Counter[bytes] = Counter()
    while len(seen) < count:
        seen[ask(port)] += 1
    return set(seen)


def end(process: subprocess.Popen[str], number: int = signal.SIGTERM) -> tuple[int, str]:
    process.send_signal(number)
    _, stderr = process.communicate(timeout=20)
    return process.returncode, stderr


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_two_workers_share_a_port_and_end_with_a_signal(tmp_path: Path, number: int) -> None:
    with program(2, tmp_path) as process:
        workers = everybody(port_of(process), 2)
        assert str(process.pid).encode() not in workers
        assert end(process, number) == (0, "")
    assert {file.name for file in tmp_path.iterdir()} == {f"closed-{pid.decode()}" for pid in workers}


def test_a_dead_worker_is_replaced_and_logged(tmp_path: Path) -> None:
    with program(2, tmp_path) as process:
        port = port_of(process)
        before = everybody(port, 2)
        assert ask(port, "/die") == b""
        after: set[bytes] = set()
        while len(after - before) < 1:
            after.add(ask(port))
        code, stderr = end(process)
    assert code == 0
    assert "died and is replaced" in stderr


def test_a_worker_that_cannot_start_stops_all(tmp_path: Path) -> None:
    (tmp_path / "fail-1").touch()
    with program(2, tmp_path) as process:
        stdout, stderr = process.communicate(timeout=20)
    assert (process.returncode, stdout, stderr) == (3, "", "worker 1 will not\n")


def test_a_worker_that_breaks_says_where(tmp_path: Path) -> None:
    (tmp_path / "break-0").touch()
    with program(2, tmp_path) as process:
        _, stderr = process.communicate(timeout=20)
    assert process.returncode == 3
    assert "RuntimeError: a bug" in stderr
    assert stderr.endswith("worker 0 ended before it listened\n")


def test_a_worker_that_cannot_be_replaced_ends_the_run(tmp_path: Path) -> None:
    with program(1, tmp_path) as process:
        port = port_of(process)
        (tmp_path / "fail-0").touch()
        ask(port, "/die")
        _, stderr = process.communicate(timeout=20)
    assert process.returncode == 1
    assert stderr.endswith("worker 0 cannot be replaced: worker 0 will not\n")


def test_workers_end_when_their_parent_is_killed(tmp_path: Path) -> None:
    with program(2, tmp_path) as process:
        workers = everybody(port_of(process), 2)
        process.send_signal(signal.SIGKILL)
        process.communicate(timeout=20)
    assert process.returncode == -signal.SIGKILL
    assert {f"closed-{pid.decode()}" for pid in workers} == {file.name for file in tmp_path.iterdir()}
    assert not any(os.path.exists(f"/proc/{pid.decode()}/exe") for pid in workers)
