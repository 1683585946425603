"""The facts of the machine and of the programs that a result must carry to mean anything."""

from __future__ import annotations

import datetime
import os
import platform
import re
import sqlite3
import subprocess
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from benchmarks.peers import ROOT, program

_PACKAGES = ("uvicorn", "uvloop", "httptools", "aiohttp", "pydantic", "orjson")


def facts() -> dict[str, str]:
    """Return what the machine and the programs are, name to value, in the order they are shown."""
    return {
        "date": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "CPU": f"{_cpu_model()}, {os.cpu_count()} cores",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "kernel": f"{platform.system()} {platform.release()}",
        "gateway": _said(["git", "-C", str(ROOT), "describe", "--always", "--dirty"], r"(\S+)"),
        "Python": f"{platform.python_version()}, SQLite {sqlite3.sqlite_version}",
        "packages": ", ".join(filter(None, map(_package, _PACKAGES))),
        "nginx": _said(["nginx", "-v"], r"nginx/(\S+)"),
        "mitmproxy": _said([program("mitmdump") or "mitmdump", "--version"], r"Mitmproxy: (\S+)"),
        "wrk": _said(["wrk", "--version"], r"wrk \D*(\S+)"),
    }


def load_average() -> str:
    """Return the load of the last 1, 5 and 15 minutes, which tells whether the machine was left in peace."""
    return " ".join(f"{value:.2f}" for value in os.getloadavg())


def _cpu_model() -> str:
    found = re.search(r"^model name\s*: (.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return found[1] if found else platform.machine()


def _package(name: str) -> str:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:
        return ""


def _said(argv: Sequence[str], pattern: str) -> str:
    """Return the part of a program's output that the pattern catches. wrk says its version with exit code 1."""
    try:
        done = subprocess.run(argv, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "not there"
    found = re.search(pattern, done.stdout + done.stderr)
    return found[1] if found else "unknown"
