"""The simulator and the gateway as processes of their own, as an operator runs them."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SETTLE_MS = "60"
START_S = 60
END_S = 20

# Projects, each with a credential of its own. Nothing here opens anything anywhere.
ALICE = "a11ce0000000000000000000000a11ce"
BOB = "b0b00000000000000000000000000b0b"
CAROL = "ca201000000000000000000000ca2010"
DAVE = "da5e0000000000000000000000da5e00"
TOKENS = {
    ALICE: "MIIPalice-a-token-that-must-never-be-kept-5f1c7a90",
    BOB: "MIIPbob-a-token-that-must-never-be-kept-93b2e4d8",
    CAROL: "MIIPcarol-a-token-that-must-never-be-kept-0d9e41b7",
    DAVE: "MIIPdave-a-token-that-must-never-be-kept-c86a2f15",
}
KEYS = {
    ALICE: ("AKALICE0000000000001", "sk-of-alice-that-must-never-be-kept-17c2"),
    BOB: ("AKBOB000000000000001", "sk-of-bob-that-must-never-be-kept-66d1"),
    CAROL: ("AKCAROL0000000000001", "sk-of-carol-that-must-never-be-kept-b7f4"),
    DAVE: ("AKDAVE00000000000001", "sk-of-dave-that-must-never-be-kept-2e90"),
}
Projects = tuple[str, str]
TWO_PROJECTS: Projects = (ALICE, BOB)
UNKNOWN_ID = "00000000-0000-0000-0000-000000000000"
INSTANCE_ID = "5b6c1c2e-0000-4000-8000-c0ffee000001"


@dataclass(frozen=True, slots=True)
class Server:
    """A running process: its public address, its ready line and where its output goes."""

    public: str
    ready: dict[str, Any]
    process: subprocess.Popen[bytes]
    stdout: Path
    stderr: Path

    def kill(self) -> None:
        """End it as a crash would: no signal handler, no flush."""
        self.process.kill()
        self.process.wait(END_S)

    def end(self) -> None:
        """End it as an operator does, and hold it to the exit code."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(END_S) == 0, self.stderr.read_text()


def command(*arguments: str, module: str = "gateway") -> list[str]:
    return [sys.executable, "-m", module, *arguments]


def environment() -> dict[str, str]:
    """Return an environment without proxies or settings of the gateway's own."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.lower().endswith("_proxy") and not name.startswith("EVS_GATEWAY_")
    }


def run(*arguments: str) -> str:
    """Run a command to its end and return what it printed."""
    done = subprocess.run(command(*arguments), env=environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def ready_line(process: subprocess.Popen[bytes], stdout: Path, stderr: Path) -> dict[str, Any]:
    """Return the ready line, once it is there."""
    until = time.monotonic() + START_S
    while time.monotonic() < until:
        line, newline, _ = stdout.read_bytes().partition(b"\n")
        if newline:
            return json.loads(line)
        assert process.poll() is None, f"exit code {process.returncode}: {stderr.read_text()}"
        time.sleep(0.02)
    process.kill()
    raise AssertionError(f"not ready within {START_S} s: {stderr.read_text()}")


@contextlib.contextmanager
def started(folder: Path, *arguments: str, module: str = "gateway") -> Iterator[Server]:
    """Start one server and end it cleanly, unless the test has already ended it. `module` is what is run."""
    number = len(list(folder.glob("*.stdout")))
    stdout, stderr = folder / f"{arguments[0]}-{number}.stdout", folder / f"{arguments[0]}-{number}.stderr"
    with stdout.open("wb") as out, stderr.open("wb") as err:
        around = environment() | {"EVS_GATEWAY_DATA": str(folder / "data")}
        process = subprocess.Popen(command(*arguments, module=module), env=around, stdout=out, stderr=err)
    try:
        ready = ready_line(process, stdout, stderr)
        server = Server(ready["public"], ready, process, stdout, stderr)
        yield server
        if process.poll() is None:
            server.end()
    finally:
        if process.poll() is None:
            process.kill()
            process.wait(END_S)


def simulator(folder: Path) -> contextlib.AbstractContextManager[Server]:
    return started(folder, "simulate", "--listen", "127.0.0.1:0", "--settle-ms", SETTLE_MS, "--seed", "7")


def gateway(
    folder: Path, mode: str, cassette: Path, upstream: str | None, *more: str, module: str = "gateway"
) -> contextlib.AbstractContextManager[Server]:
    """Start a gateway on free ports with its data in the test's folder."""
    ups = ("--upstream", upstream, "--iam-upstream", upstream) if upstream else ()
    listen = ("--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0")
    kept = ("--mode", mode, "--cassette", str(cassette), "--data", str(folder / "data"))
    return started(folder, "serve", *ups, *kept, *listen, *more, module=module)


def dead_address() -> str:
    """Return an address where nothing listens."""
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{closed.getsockname()[1]}"
