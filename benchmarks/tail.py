"""What the live tail costs the public listener: the same load with nobody and with 50 browsers following.

Run as `python -m benchmarks.tail`; needs wrk, nginx and two cores. The load, the origin and the browsers share one
core, the gateway has the other; rounds take turns, so that whatever else the machine does falls on both alike.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks import needs, nginx
from benchmarks.failures import CannotMeasureError
from benchmarks.inspected import Inspected, serving
from benchmarks.measure import CONNECTIONS, load
from benchmarks.peers import ROOT, environment
from benchmarks.processes import pinned, running
from benchmarks.workloads import GET

LISTENERS = 50
ROUNDS = 5
SECONDS = 4
ORIGIN_PORT = 8964


@dataclass(slots=True)
class Rounds:
    """The figures of all rounds with so many listeners."""

    listeners: int
    per_second: list[float] = field(default_factory=list)
    cpu_us: list[float] = field(default_factory=list)
    events: int = 0
    errors: int = 0


def measure(folder: Path, rounds: int, seconds: int, listeners: int = LISTENERS) -> tuple[Rounds, Rounds]:
    """Return the figures without and with listeners."""
    load_core, server_core = needs.two_cores()
    origin = nginx.fixed_answers(folder, ORIGIN_PORT)
    alone, followed = Rounds(0), Rounds(listeners)
    with (
        running(origin, load_core, folder / "origin.log", folder, environment()),
        serving(folder, folder / "trail", f"http://127.0.0.1:{ORIGIN_PORT}", server_core) as gateway,
    ):
        _load(gateway, load_core, seconds)
        for number in range(rounds):
            for each in (alone, followed) if number % 2 == 0 else (followed, alone):
                _round(each, gateway, load_core, seconds)
                print(f"round {number + 1}: {each.listeners} listeners: {each.per_second[-1]:,.0f}/s", file=sys.stderr)
    return alone, followed


def _round(into: Rounds, gateway: Inspected, core: int, seconds: int) -> None:
    with _listening(gateway.admin, into, core):
        before = gateway.child.cpu_us()
        per_second, requests, errors = _load(gateway, core, seconds)
        into.cpu_us.append((gateway.child.cpu_us() - before) / requests)
    into.per_second.append(per_second)
    into.errors += errors


def _load(gateway: Inspected, core: int, seconds: int) -> tuple[float, int, int]:
    done = load(int(gateway.public.rpartition(":")[2]), GET, core, CONNECTIONS, seconds)
    return done.requests / done.duration_us * 1e6, max(1, done.requests), done.errors


@contextmanager
def _listening(admin: str, into: Rounds, core: int) -> Iterator[None]:
    """Follow the tail while the block lasts. Errors: CannotMeasureError when nobody can, or a stream ends."""
    if not into.listeners:
        yield
        return
    command = pinned(core, [sys.executable, "-m", "benchmarks.listeners", admin, str(into.listeners)])
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        if process.stdout.readline() != "listening\n":
            raise CannotMeasureError("the live tail takes no listeners")
        yield
        process.stdin.close()
        heard = json.loads(process.stdout.read())
    if heard["ended"]:
        raise CannotMeasureError("a stream of the live tail ended under load")
    into.events += heard["events"]


def table(alone: Rounds, followed: Rounds) -> Iterator[str]:
    """Yield the lines of a Markdown table."""
    yield "| listeners on the tail | requests/s | CPU, µs a request | events a listener | errors |"
    yield "| --- | --- | --- | --- | --- |"
    for each in (alone, followed):
        told = each.events // each.listeners if each.listeners else 0
        rate, cpu_us = median(each.per_second), median(each.cpu_us)
        yield f"| {each.listeners} | {rate:,.0f} | {cpu_us:,.0f} | {told:,} | {each.errors} |"
    slower = 1 - median(followed.per_second) / median(alone.per_second)
    dearer = median(followed.cpu_us) / median(alone.cpu_us) - 1
    yield f"| cost | {slower:.1%} | {dearer:.1%} | | |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--seconds", type=int, default=SECONDS)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="evs-benchmarks-") as name:
        for line in table(*measure(Path(name), chosen.rounds, chosen.seconds)):
            print(line)


if __name__ == "__main__":
    main()
