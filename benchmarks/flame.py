"""Where the time of a request goes: a server under load, sampled from outside, its CPU time told by room of the house.

Run as `python -m benchmarks.flame NAME WORKLOAD` (`gateway-record list`); needs wrk, nginx and py-spy (`pip install
py-spy`). Prints a table of microseconds a request by room and by function, and writes a flame graph.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from benchmarks import needs
from benchmarks.failures import CannotMeasureError
from benchmarks.figures import rounded
from benchmarks.measure import CONNECTIONS, Server, load
from benchmarks.peers import CONTESTS, NAMES, Peer, program
from benchmarks.rounds import Plan, running_beside_origin
from benchmarks.workloads import ALL, Workload

SECONDS = 6
RATE = 400
FOLDER = Path(__file__).with_name("flames")
# Where a thread waits for work: it is not at work, whatever the sampler says.
_WAITING = ("WorkerThread.run", "Writer._listen", "wait (threading.py", "get (queue.py", "_worker (concurrent")
# What part of the house a file belongs to: the first that its path begins with.
ROOMS = (
    ("gateway/http/framing", "reading the request"),
    ("gateway/http/fields", "reading the request"),
    ("gateway/http/links", "links"),
    ("gateway/http", "admission"),
    ("gateway/contract", "finding the operation"),
    ("gateway/validation", "validation"),
    ("gateway/access", "identity and policy"),
    ("gateway/cassette/at_sight", "redaction"),
    ("gateway/cassette/hints", "redaction"),
    ("gateway/cassette/taint", "redaction"),
    ("gateway/cassette/redaction", "redaction"),
    ("gateway/cassette/removal", "redaction"),
    ("gateway/cassette/secrets", "redaction"),
    ("gateway/cassette/chain", "store"),
    ("gateway/cassette", "cassette"),
    ("gateway/pipeline", "pipeline"),
    ("gateway/seams", "pipeline"),
    ("gateway/audit", "audit"),
    ("gateway/drafting", "audit"),
    ("gateway/stores/audit", "audit"),
    ("gateway/fronts/trail", "audit"),
    ("gateway/fronts/metrics", "metrics"),
    ("gateway/fronts/watcher", "metrics"),
    ("gateway/stores", "store"),
    ("gateway/fronts/connections", "upstream"),
    ("gateway/fronts/direct", "upstream"),
    ("gateway/fronts/wire", "upstream"),
    ("gateway/fronts", "door and core"),
    ("asyncio/runners", "loop and kernel"),
)


@dataclass(frozen=True, slots=True)
class Profile:
    """Microseconds of CPU time a request, by room and by function."""

    total_us: float
    rooms: dict[str, float]
    functions: dict[str, float]


def profile(stacks: Iterable[str], total_us: float) -> Profile:
    """Return what samples say; each is a line `frame;frame;…;frame COUNT`, outermost first."""
    rooms: Counter[str] = Counter()
    functions: Counter[str] = Counter()
    for line in stacks:
        stack, _, count = line.rpartition(" ")
        frames = stack.split(";")
        if any(frames[-1].startswith(waiting) for waiting in _WAITING):
            continue
        rooms[room_of(frames)] += int(count)
        functions[frames[-1].rpartition(":")[0]] += int(count)
    each_us = total_us / (rooms.total() or 1)
    return Profile(total_us, _scaled(rooms, each_us), _scaled(functions, each_us))


def room_of(frames: Sequence[str]) -> str:
    """Return the room of the innermost frame that is in any."""
    for frame in reversed(frames):
        file = frame.partition("(")[2]
        found = next((room for start, room in ROOMS if file.startswith(start)), None)
        if found is not None:
            return found
    return "other"


def _scaled(counts: Counter[str], each_us: float) -> dict[str, float]:
    return {name: count * each_us for name, count in counts.most_common()}


def table(found: Profile) -> str:
    lines = [f"| **all** | {rounded(found.total_us)} |"]
    lines += [f"| {name} | {rounded(us)} |" for name, us in found.rooms.items()]
    lines += [f"| `{name}` | {rounded(us)} |" for name, us in list(found.functions.items())[:20]]
    return "\n".join(("| where | CPU µs a request |", "| --- | ---: |", *lines, ""))


def sampled(peer: Peer, workload: Workload, plan: Plan, folder: Path, flame: Path) -> Profile:
    """Run a server under load and return where its time goes. Errors: CannotMeasureError."""
    raw = folder / "stacks.txt"
    with running_beside_origin(peer, plan, folder) as server:
        load(server.port, workload, server.load_cores, CONNECTIONS, plan.warmup_s)
        total_us = _under_load(server, workload, raw, "raw")
        _under_load(server, workload, flame, "flamegraph")
    return profile(raw.read_text().splitlines(), total_us)


def _under_load(server: Server, workload: Workload, file: Path, form: str) -> float:
    """Sample a server while it answers, and return its CPU microseconds a request."""
    spy = [program("py-spy") or "py-spy", "record", "--duration", str(SECONDS - 1), "--rate", str(RATE)]
    argv = [*spy, "--format", form, "--output", str(file), "--pid", str(server.child.process.pid)]
    with ExitStack() as sampling:
        before = server.child.cpu_us()
        sampling.enter_context(subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        answered = load(server.port, workload, server.load_cores, CONNECTIONS, SECONDS).requests
        return (server.child.cpu_us() - before) / max(1, answered)


def main(argv: Sequence[str] | None = None) -> int:
    """Errors: 3 with one sentence when something is missing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.flame")
    parser.add_argument("name", choices=NAMES, metavar="NAME")
    parser.add_argument("workload", choices=[each.name for each in ALL], metavar="WORKLOAD")
    arguments = parser.parse_args(argv)
    peer = next(peer for contest in CONTESTS for peer in contest.peers if peer.name == arguments.name)
    workload = next(each for each in ALL if each.name == arguments.workload)
    if program("py-spy") is None:
        print("benchmarks.flame: py-spy is not there: `pip install py-spy`.", file=sys.stderr)
        return 3
    FOLDER.mkdir(exist_ok=True)
    try:
        plan = Plan(1, 1, 2, *needs.two_cores())
        with tempfile.TemporaryDirectory(prefix="evs-benchmarks-") as folder:
            flame = FOLDER / f"{peer.name}-{workload.name}.svg"
            print(table(sampled(peer, workload, plan, Path(folder), flame)), end="")
    except CannotMeasureError as reason:
        print(f"benchmarks.flame: {reason}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
