"""The processes of the demo: start one, wait for its ready line, end it."""

from __future__ import annotations

import json
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from gateway.errors import RunError

START_S = 20.0
STOP_S = 20.0


@dataclass(frozen=True, slots=True)
class Running:
    """A process that printed its ready line. `ready` is that line, parsed."""

    process: subprocess.Popen[str]
    ready: dict[str, object]
    log: Path

    @property
    def address(self) -> str:
        return str(self.ready["public"])

    def stop(self) -> None:
        """End the process the polite way (SIGTERM) and insist on exit code 0. Errors: RunError."""
        self.process.terminate()
        code = self.process.wait(STOP_S)
        if code != 0:
            raise RunError(f"process {self.process.pid} ended with exit code {code}:\n{self.log.read_text()[-2000:]}")


@contextmanager
def running(log: Path, *arguments: str) -> Iterator[Running]:
    """Run `evs-gateway ARGUMENTS` and yield it once it is ready; whatever happens, it is gone afterwards."""
    with log.open("w") as stderr:
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "gateway", *arguments], stdout=subprocess.PIPE, stderr=stderr, text=True
        )
    try:
        yield Running(process, _ready_line(process, log), log)
    finally:
        process.kill()
        process.wait()
        _stdout(process).close()


def _ready_line(process: subprocess.Popen[str], log: Path) -> dict[str, object]:
    readable, _, _ = select.select([_stdout(process)], [], [], START_S)
    line = _stdout(process).readline() if readable else ""
    if not line:
        raise RunError(f"a process did not start:\n{log.read_text()[-2000:]}")
    ready: dict[str, object] = json.loads(line)
    return ready


def _stdout(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None, "stdout is a pipe"
    return process.stdout
