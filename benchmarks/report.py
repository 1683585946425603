"""A run's result as Markdown: ratios first, then every figure with its range. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from benchmarks.figures import Figure, Quantity, Series, added, ratio, rounded
from benchmarks.goals import GOALS, Row
from benchmarks.measure import CONNECTIONS
from benchmarks.peers import Contest, Peer
from benchmarks.results import (
    DIRECT,
    Result,
    alone_p50_us,
    alone_p99_us,
    busy_p99_ms,
    cpu_us_per_request,
    requests_per_s,
)
from benchmarks.workloads import Workload

ABSENT = "-"


def report(result: Result, contests: Sequence[Contest], facts: Mapping[str, str]) -> str:
    """Return the whole report: the goals, ratios and figures of each contest, and the facts it was measured under."""
    goals = [row for goal in GOALS if (row := goal.row(result)) is not None]
    parts = [part for contest in contests for part in _contest(result, contest)]
    also = [*(_goals(goals) if goals else ()), *parts, *_sizes(result), *_growth(result)]
    return "\n\n".join(["# Speed beside peers", *also, _how(), _facts(facts)]) + "\n"


def _goals(rows: Sequence[Row]) -> Iterator[str]:
    yield "## Goals"
    yield (
        "Ratios of medians in this run, and of the CPU time a request beside them. A goal is what the project set "
        "itself; what falls short of it stands here all the same."
    )
    head = ["what", "measured", "floor", "aim", "CPU", "verdict"]
    yield _table(head, [[row.what, row.measured, row.floor, row.aim, row.cpu, row.verdict] for row in rows])


def _sizes(result: Result) -> Iterator[str]:
    """Yield what the size of a cassette costs, where it was measured."""
    if not result.sizes:
        return
    yield "## Replay and the size of a cassette"
    head = ["program", "exchanges", "open ms", "memory after load MB", "disks asked for", "req/s", "CPU µs/request"]
    yield _table(
        head,
        [
            [
                *(row.program, f"{row.exchanges:,}", rounded(row.open_s * 1000), rounded(row.rss_mb)),
                *(f"{row.disks:,}", rounded(row.requests_per_s), rounded(row.cpu_us)),
            ]
            for row in result.sizes
        ],
    )


def _growth(result: Result) -> Iterator[str]:
    """Yield the memory of a recording gateway, where it was measured."""
    if result.growth:
        yield "## Memory while recording"
        yield _table(
            ["requests", "memory MiB"], [[f"{row.requests:,}", rounded(row.memory_mib)] for row in result.growth]
        )


def _contest(result: Result, contest: Contest) -> Iterator[str]:
    yield f"## {contest.title}"
    if contest.note:
        yield contest.note
    yield _overview(result, contest)
    if contest.has_both_sides:
        yield f"Requests per second, the gateway ÷ the peer ({_names(contest)}):"
        yield _ratios(result, contest, requests_per_s, lambda ours, peer: (ours, peer))
        yield f"CPU per request, the peer ÷ the gateway ({_names(contest)}):"
        yield _ratios(result, contest, cpu_us_per_request, lambda ours, peer: (peer, ours))
    yield "Every figure, median (lowest to highest):"
    yield _ranges(result, contest)


def _overview(result: Result, contest: Contest) -> str:
    """Return one line a server, each cell with one value a workload."""
    head = [
        f"server ({_names(contest)})",
        "req/s",
        f"÷ {contest.base}",
        "CPU µs/request",
        f"CPU ÷ {contest.base}",
        "added p50 µs, 1 connection",
        f"p99 ms, {CONNECTIONS} connections",
        "start ms",
        "memory MiB, idle → loaded",
        "errors",
    ]
    return _table(head, [_line(result, contest, peer) for peer in contest.peers])


def _line(result: Result, contest: Contest, peer: Peer) -> list[str]:
    def cell(show: Callable[[Workload], str]) -> str:
        return " / ".join(map(show, contest.workloads))

    def value(quantity: Quantity) -> str:
        return cell(lambda workload: _median(result.series(peer.name, workload), quantity))

    def over_base(quantity: Quantity) -> str:
        return cell(lambda workload: _quotient(result, workload, peer.name, contest.base, quantity))

    errors = sum(result.series(peer.name, workload).errors for workload in contest.workloads)
    return [
        peer.title + (" (**has errors**, not compared)" if errors else ""),
        value(requests_per_s),
        over_base(requests_per_s),
        value(cpu_us_per_request),
        over_base(cpu_us_per_request),
        cell(lambda workload: _middle(_added(result, workload, peer.name, alone_p50_us))),
        value(busy_p99_ms),
        *_footprint(result, peer),
        str(errors),
    ]


def _footprint(result: Result, peer: Peer) -> tuple[str, str]:
    took = result.footprints.get(peer.name)
    if took is None:
        return ABSENT, ABSENT
    return f"{took.start_ms:,.0f}", f"{took.idle_mib:,.0f} → {took.loaded_mib:,.0f}"


def _ratios(
    result: Result,
    contest: Contest,
    quantity: Quantity,
    order: Callable[[str, str], tuple[str, str]],
) -> str:
    """Return one line for each of ours, one column for each other peer; `order` says which is divided by which."""

    def cell(mine: Peer, other: Peer) -> str:
        over, under = order(mine.name, other.name)
        return " / ".join(_quotient(result, workload, over, under, quantity) for workload in contest.workloads)

    lines = [[mine.title, *(cell(mine, other) for other in contest.others)] for mine in contest.own]
    return _table(["", *(other.title for other in contest.others)], lines)


def _ranges(result: Result, contest: Contest) -> str:
    head = [
        *("server", "workload", "req/s", "CPU µs/request"),
        *("p50 µs, 1 connection", "added p50 µs", "added p99 µs"),
        *(f"p99 ms, {CONNECTIONS} connections", "errors"),
    ]
    lines = [
        [name, workload.name, *_range_cells(result, workload, name)]
        for name in (DIRECT, *contest.names)
        for workload in contest.workloads
    ]
    return _table(head, lines)


def _range_cells(result: Result, workload: Workload, name: str) -> list[str]:
    series = result.series(name, workload)
    if not series.samples:
        return [ABSENT] * 7
    return [
        _range(series.figure(requests_per_s)),
        _range(series.figure(cpu_us_per_request)),
        _range(series.figure(alone_p50_us)),
        _range(_added(result, workload, name, alone_p50_us)),
        _range(_added(result, workload, name, alone_p99_us)),
        _range(series.figure(busy_p99_ms)),
        f"**{series.errors}**" if series.errors else "0",
    ]


def _added(result: Result, workload: Workload, name: str, quantity: Quantity) -> Figure | None:
    return added(result.series(name, workload), result.series(DIRECT, workload), quantity)


def _quotient(result: Result, workload: Workload, over: str, under: str, quantity: Quantity) -> str:
    value = ratio(result.series(over, workload), result.series(under, workload), quantity)
    return ABSENT if value is None else rounded(value)


def _median(series: Series, quantity: Quantity) -> str:
    return rounded(series.figure(quantity).median) if series.samples else ABSENT


def _middle(value: Figure | None) -> str:
    return ABSENT if value is None else rounded(value.median)


def _range(value: Figure | None) -> str:
    if value is None:
        return ABSENT
    return f"{rounded(value.median)} ({rounded(value.low)} to {rounded(value.high)})"


def _names(contest: Contest) -> str:
    return " / ".join(workload.name for workload in contest.workloads)


def _table(head: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rows = [head, ["---"] * len(head), *lines]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _how() -> str:
    return (
        "## How it was measured\n\n"
        f"All servers up at once and warmed; rounds interleaved, forwards and backwards; medians. {CONNECTIONS} "
        "keep-alive connections. wrk and the origin (nginx with fixed answers) share one core, each server has the "
        "other to itself, so a figure is the work of one core. CPU is that of the server's whole process tree, from "
        "/proc, and is the steadiest figure. Added latency is with one connection, minus that of the origin reached "
        "directly in the same round. An error is a status above 399, a socket error or a wrong answer to the request "
        "that goes before each measurement; a server with errors is not compared. Absolute numbers belong to this "
        "machine: compare ratios."
    )


def _facts(facts: Mapping[str, str]) -> str:
    return "\n".join(f"- {name}: {value}" for name, value in facts.items())
