"""Servers as pinned child processes, and the CPU time of their process trees.

Knows processes, not what they serve.
"""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")
_STOP_TIMEOUT_S = 20


@dataclass(frozen=True, slots=True)
class Child:
    """A running program, pinned to one core, with a log file of its output."""

    process: subprocess.Popen[bytes]
    log: Path

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    @property
    def state(self) -> str:
        code = self.process.poll()
        return "still running" if code is None else f"ended with {code}"

    def cpu_us(self) -> float:
        """Return the CPU time the process tree has used so far.

        Units: microseconds, in steps of a clock tick (10 ms on Linux).
        """
        ticks = sum(_ticks(pid) for pid in _tree(self.process.pid))
        return ticks / _TICKS_PER_S * 1e6

    def memory_mib(self) -> float:
        """Return the memory that the process tree has for itself, with its share of what it shares (PSS), in MiB."""
        return sum(_pss_kib(pid) for pid in _tree(self.process.pid)) / 1024

    def last_words(self) -> str:
        """Return the last line of the log, for the sentence that says why it failed."""
        lines = self.log.read_text(errors="replace").strip().split("\n")
        return lines[-1].strip() or "it said nothing"


Cores = int | str
"""One core by its number, or several as taskset lists them (`0,1`)."""


def pinned(cores: Cores, argv: Sequence[str]) -> list[str]:
    return ["taskset", "-c", str(cores), *argv]


@contextmanager
def running(argv: Sequence[str], cores: Cores, log: Path, folder: Path, env: Mapping[str, str]) -> Iterator[Child]:
    """Run a program in a folder and on some cores until the block ends; then ask it to stop, and wait until it has."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            pinned(cores, argv),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=folder,
            env=env,
            start_new_session=True,
        )
    try:
        yield Child(process, log)
    finally:
        _stop(process)


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_STOP_TIMEOUT_S)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _tree(root: int) -> list[int]:
    """Return a process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit() and (fields := _stat(int(entry))):
            children.setdefault(int(fields[1]), []).append(int(entry))
    found = [root]
    for pid in found:
        found.extend(children.get(pid, ()))
    return found


def _ticks(pid: int) -> int:
    """Return user and system time of a process, all its threads, and the children it has waited for."""
    return sum(int(ticks) for ticks in _stat(pid)[11:15])


def _pss_kib(pid: int) -> int:
    """Return the proportional set size of a process. Source: proc(5), smaps_rollup."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _stat(pid: int) -> list[str]:
    """Return the fields of /proc/<pid>/stat after the name, or none when the process has gone.

    Source: proc(5); the name may hold spaces and brackets, so what counts stands after the last bracket.
    """
    try:
        text = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text.rpartition(")")[2].split()
