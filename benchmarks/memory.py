"""How much memory a recording gateway takes, and how that grows with the requests it has served.

Run as `python -m benchmarks.memory`; needs wrk and nginx. Prints a row a count of requests: the memory of the process
after them (PSS, in MiB).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks import needs
from benchmarks.failures import CannotMeasureError
from benchmarks.measure import CONNECTIONS, load
from benchmarks.peers import PASS_THROUGH
from benchmarks.results import Growth
from benchmarks.rounds import Plan, running_beside_origin
from benchmarks.workloads import ANY

COUNTS = (10_000, 1_000_000)
# A visit of the load; between visits it is counted.
SECONDS = 1


def grown(plan: Plan, folder: Path, counts: Sequence[int]) -> tuple[Growth, ...]:
    """Return the memory of a gateway that records, after each count of requests (at least so many)."""
    return tuple(_grown(plan, folder, counts))


def _grown(plan: Plan, folder: Path, counts: Sequence[int]) -> Iterator[Growth]:
    recorder = next(peer for peer in PASS_THROUGH.peers if peer.name == "gateway-record")
    with running_beside_origin(recorder, plan, folder) as server:
        done = 0
        for count in sorted(counts):
            while done < count:
                done += load(server.port, ANY, server.load_cores, CONNECTIONS, SECONDS).requests
            yield Growth(done, server.child.memory_mib())


def main(argv: Sequence[str] | None = None) -> int:
    """Errors: 3 with one sentence when something is missing."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory")
    parser.add_argument("--counts", type=int, nargs="+", default=list(COUNTS), help="after how many requests to look")
    arguments = parser.parse_args(argv)
    try:
        plan = Plan(1, 1, 1, *needs.two_cores())
        with tempfile.TemporaryDirectory(prefix="evs-benchmarks-") as folder:
            for row in _grown(plan, Path(folder), arguments.counts):
                print(f"| {row.requests:,} | {row.memory_mib:,.1f} MiB |", flush=True)
    except CannotMeasureError as reason:
        print(f"benchmarks.memory: {reason}", file=sys.stderr)
        return 3
    return 0


if __name__ == "__main__":
    sys.exit(main())
