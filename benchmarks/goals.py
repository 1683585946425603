"""What the project set itself, and how a run stands to it: ratios to other programs in the same run. Pure.

A row is there only where everything it divides was measured. Nothing here passes or fails a test: it is read.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.figures import Series, added, ratio, rounded
from benchmarks.results import DIRECT, Result, alone_p50_us, cpu_us_per_request, requests_per_s
from benchmarks.workloads import CREATE, GET, LIST, Workload

MANY, MEDIUM = 1_000_000, 10_000


@dataclass(frozen=True, slots=True)
class Row:
    """One goal as a line of the report."""

    what: str
    measured: str
    floor: str
    aim: str
    cpu: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Goal:
    """One thing to reach. `measured` gives the figure, None where it was not measured; `cpu` what stands beside it.
    `most`: the figure shall be at most the floor and the aim, and not at least."""

    what: str
    floor: float
    aim: float
    measured: Callable[[Result], float | None]
    cpu: Callable[[Result], str]
    most: bool = False

    def row(self, result: Result) -> Row | None:
        """Return how a run stands to this, None where it was not measured."""
        value = self.measured(result)
        if value is None:
            return None
        return Row(
            self.what,
            rounded(value),
            rounded(self.floor),
            rounded(self.aim),
            self.cpu(result),
            self.verdict(value),
        )

    def verdict(self, value: float) -> str:
        def reaches(line: float) -> bool:
            return value <= line if self.most else value >= line

        if reaches(self.aim):
            return "**aim**"
        return "floor" if reaches(self.floor) else "short"


def _nothing(_: Result) -> str:
    return ""


def _beside(ours: str, peer: str, workload: Workload, what: str, floor: float, aim: float) -> Goal:
    """Return the goal that ours answers so many times as often as a peer."""

    def rates(result: Result) -> float | None:
        return ratio(result.series(ours, workload), result.series(peer, workload), requests_per_s)

    def cpu(result: Result) -> str:
        return _cpu(result.series(ours, workload), result.series(peer, workload))

    return Goal(what, floor, aim, rates, cpu)


def _cpu(ours: Series, peer: Series) -> str:
    used, other = (each.figure(cpu_us_per_request).median for each in (ours, peer))
    return f"{rounded(used)} µs, {rounded(used / other)} times" if other else f"{rounded(used)} µs"


def _added_latency(result: Result) -> float | None:
    direct = result.series(DIRECT, GET)
    ours, base = (
        added(result.series(name, GET), direct, alone_p50_us) for name in ("gateway-passthrough", "nginx-proxy")
    )
    return ours.median / base.median if ours and base and base.median > 0 else None


def _size_ratio(result: Result) -> float | None:
    """Return how fast random disks of the large cassette are, to those of the medium one."""
    own = {(row.exchanges, row.disks): row.requests_per_s for row in result.sizes if row.program == "**gateway**"}
    all_of = {size: max((disks for of, disks in own if of == size), default=0) for size in (MANY, MEDIUM)}
    many, medium = own.get((MANY, all_of[MANY])), own.get((MEDIUM, all_of[MEDIUM]))
    return many / medium if many and medium else None


def _opening_s(result: Result) -> float | None:
    return next((row.start_s for row in result.sizes if row.exchanges == MANY and row.program == "**gateway**"), None)


def _memory(result: Result) -> float | None:
    return max((row.memory_mib for row in result.growth), default=None)


def _growth(result: Result) -> float | None:
    if len(result.growth) < 2:
        return None
    return result.growth[-1].memory_mib - result.growth[0].memory_mib


GOALS = (
    _beside("gateway-passthrough", "nginx-proxy", GET, "pass-through of a GET, of nginx `proxy_pass`", 0.30, 0.50),
    _beside("gateway-record", "nginx-proxy", GET, "the same with recording", 0.20, 0.35),
    _beside("gateway-record", "nginx-proxy", LIST, "list of 60 KB, links rewritten, recorded", 0.15, 0.30),
    _beside("gateway-record", "nginx-proxy", CREATE, "create, its body checked, recorded", 0.18, 0.30),
    _beside("gateway-replay", "nginx-fixed", GET, "replay of a GET, of nginx serving a fixed answer", 0.20, 0.50),
    _beside("gateway-record", "mitmproxy-record", GET, "recording a GET, of mitmproxy `-w`", 12, 30),
    _beside("gateway-record", "mitmproxy-record", LIST, "recording a list, of mitmproxy `-w`", 12, 30),
    _beside("gateway-record", "mitmproxy-record", CREATE, "recording a create, of mitmproxy `-w`", 12, 30),
    _beside("gateway-replay", "mitmproxy-replay", GET, "replay of a GET, of mitmproxy's server replay", 20, 60),
    _beside("gateway-replay", "mitmproxy-replay", LIST, "replay of a list, of mitmproxy's server replay", 20, 60),
    Goal("added latency, one connection, p50 of nginx's own", 2.5, 1.5, _added_latency, _nothing, most=True),
    Goal("replay of random disks at 1,000,000 exchanges, of that at 10,000", 0.7, 0.95, _size_ratio, _nothing),
    Goal("seconds until ready, 1,000,000 exchanges", 1.5, 0.5, _opening_s, _nothing, most=True),
    Goal("MiB while recording", 150, 80, _memory, _nothing, most=True),
    Goal("MiB more at 1,000,000 requests than at 10,000", 30, 10, _growth, _nothing, most=True),
    _beside("gateway-2-workers", "gateway-1-worker", GET, "two workers on two cores, of one, GET", 1.5, 1.8),
    _beside("gateway-2-workers", "gateway-1-worker", LIST, "two workers on two cores, of one, list", 1.5, 1.8),
)
