"""A run's result as Markdown: ratios first, then every figure with its range. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.figures import Figure, Quantity, Series, added, ratio
from benchmarks.measure import CONNECTIONS, Sample
from benchmarks.peers import Contest, Peer
from benchmarks.workloads import Workload

ABSENT = "-"
DIRECT = "direct"


@dataclass(frozen=True, slots=True)
class Result:
    """All samples of a run, by server and workload."""

    samples: Mapping[tuple[str, str], Sequence[Sample]]

    def series(self, server: str, workload: Workload) -> Series:
        return Series(tuple(self.samples.get((server, workload.name), ())))


def requests_per_s(sample: Sample) -> float:
    return sample.requests_per_s


def cpu_us_per_request(sample: Sample) -> float:
    return sample.cpu_us_per_request


def alone_p50_us(sample: Sample) -> float:
    return sample.alone_p50_us


def alone_p99_us(sample: Sample) -> float:
    return sample.alone_p99_us


def busy_p99_ms(sample: Sample) -> float:
    return sample.busy_p99_us / 1000


def report(result: Result, contests: Sequence[Contest], facts: Mapping[str, str]) -> str:
    """Return the whole report: ratios and figures of each contest, then the facts it was measured under."""
    parts = [part for contest in contests for part in _contest(result, contest)]
    return "\n\n".join(["# Speed beside peers", *parts, _how(), _facts(facts)]) + "\n"


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
        str(errors),
    ]


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
    return ABSENT if value is None else _number(value)


def _median(series: Series, quantity: Quantity) -> str:
    return _number(series.figure(quantity).median) if series.samples else ABSENT


def _middle(value: Figure | None) -> str:
    return ABSENT if value is None else _number(value.median)


def _range(value: Figure | None) -> str:
    if value is None:
        return ABSENT
    return f"{_number(value.median)} ({_number(value.low)} to {_number(value.high)})"


def _number(value: float) -> str:
    """Return a number with about three significant figures."""
    size = abs(value)
    if size >= 100:
        return f"{value:,.0f}"
    if size >= 10:
        return f"{value:.1f}"
    return f"{value:.2f}" if size >= 0.1 or size == 0 else f"{value:.3f}"


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
