"""What a process takes of the machine, as Linux tells it. Elsewhere nothing is told."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

# Where the times of a process stand behind its name in `stat`: user and system (proc(5), fields 14 and 15).
_TIMES = slice(11, 13)


@dataclass(frozen=True, slots=True)
class Process:
    """One process: its resident memory, its processor time and its open files."""

    resident_bytes: int
    cpu_s: float
    open_files: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """No such process, or nobody who tells."""


def measured(pid: int, proc: Path = Path("/proc")) -> Process | Unknown:
    """Return what a process takes now."""
    folder = proc / str(pid)
    try:
        pages = int((folder / "statm").read_text().split()[1])
        times = (folder / "stat").read_text().rpartition(")")[2].split()[_TIMES]
        files = len(os.listdir(folder / "fd"))
    except OSError:
        return Unknown()
    ticks = sum(map(int, times))
    return Process(pages * os.sysconf("SC_PAGE_SIZE"), ticks / os.sysconf("SC_CLK_TCK"), files)
