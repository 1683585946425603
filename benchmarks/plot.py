"""A run as one picture, as SVG and as PNG. Draw a run anew with `python -m benchmarks.plot` (needs matplotlib)."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.figures import Quantity, added
from benchmarks.peers import FORWARD, PASS_THROUGH, REPLAY, WORKERS, Contest
from benchmarks.results import DIRECT, Result, alone_p50_us, alone_p99_us, cpu_us_per_request, from_json, requests_per_s
from benchmarks.workloads import GET, Workload

PUBLISHED = Path(__file__).with_name("results.json")
_COLOURS = {"gateway": "#1a7f5a", "nginx": "#8c8c8c", "mitmdump": "#c8553d", "python": "#c9b458"}
_SHADES = {"gateway-record": "#56b68b", "gateway-forward": "#56b68b", "gateway-2-workers": "#56b68b"}
_SHADES |= {"mitmproxy-record": "#e39a89"}
_SIZES = ("requests/s", "exchanges in the cassette")


def draw(result: Result, *files: Path) -> None:
    """Draw a run into files, each in the form that its name ends with."""
    # Only here: everything else of a run works without it.
    from matplotlib.figure import Figure

    figure = Figure(figsize=(15, 13), layout="constrained")
    axes = figure.subplots(3, 3)
    _bars(axes[0][0], result, PASS_THROUGH, requests_per_s, "Pass-through: requests/s")
    _bars(axes[0][1], result, PASS_THROUGH, cpu_us_per_request, "Pass-through: CPU µs a request (less is better)")
    _latency(axes[0][2], result)
    _bars(axes[1][0], result, REPLAY, requests_per_s, "Replay: requests/s")
    _bars(axes[1][1], result, REPLAY, cpu_us_per_request, "Replay: CPU µs a request (less is better)")
    _sizes(axes[1][2], result)
    _bars(axes[2][0], result, FORWARD, requests_per_s, "Forward proxy: requests/s")
    _bars(axes[2][1], result, WORKERS, requests_per_s, "Workers, both cores: requests/s")
    _footprints(axes[2][2], result)
    for file in files:
        figure.savefig(file, dpi=80, metadata={"Date": None} if file.suffix == ".svg" else None)


def _bars(axis: Any, result: Result, contest: Contest, quantity: Quantity, title: str) -> None:
    """Draw a group of bars for each workload, one for each server, with the range of the rounds."""
    width = 0.8 / len(contest.peers)
    for number, peer in enumerate(contest.peers):
        found = [(at, result.series(peer.name, each)) for at, each in enumerate(contest.workloads)]
        figures = [(at, series.figure(quantity)) for at, series in found if series.sound]
        middles = [each.median for _, each in figures]
        ranges = [[each.median - each.low for _, each in figures], [each.high - each.median for _, each in figures]]
        places = [at + (number - (len(contest.peers) - 1) / 2) * width for at, _ in figures]
        colour = _SHADES.get(peer.name, _COLOURS[peer.program])
        axis.bar(places, middles, width, yerr=ranges, color=colour, label=peer.name, error_kw={"elinewidth": 0.7})
    axis.set_yscale("log")
    axis.set_xticks(range(len(contest.workloads)), [each.name for each in contest.workloads])
    _dressed(axis, title)


def _latency(axis: Any, result: Result) -> None:
    """Draw what each server adds to one request, of a single client."""
    names = [peer.name for peer in PASS_THROUGH.peers if result.series(peer.name, GET).sound]
    for shift, quantity, label, colour in (
        (-0.2, alone_p50_us, "p50", "#3b6ea5"),
        (0.2, alone_p99_us, "p99", "#9dbad7"),
    ):
        found = [_added(result, name, GET, quantity) for name in names]
        axis.bar([at + shift for at in range(len(names))], found, 0.4, color=colour, label=label)
    axis.set_yscale("symlog", linthresh=100)
    axis.set_xticks(range(len(names)), names, rotation=25, ha="right", fontsize=7)
    _dressed(axis, "Added latency of a GET, 1 connection: µs (less is better)")


def _added(result: Result, name: str, workload: Workload, quantity: Quantity) -> float:
    figure = added(result.series(name, workload), result.series(DIRECT, workload), quantity)
    return figure.median if figure else 0.0


def _sizes(axis: Any, result: Result) -> None:
    """Draw the speed of replay against the size of the cassette, for each program and way of asking."""
    lines: dict[str, list[tuple[int, float]]] = {}
    for row in result.sizes:
        asked = "the same 10 disks" if row.disks <= 10 else "all disks at random"
        lines.setdefault(f"{row.program.strip('*')}, {asked}", []).append((row.exchanges, row.requests_per_s))
        if row.exchanges == min(each.exchanges for each in result.sizes) and row.disks <= 10:
            # The smallest has ten disks only: they are all of it.
            lines.setdefault(f"{row.program.strip('*')}, all disks at random", []).append(
                (row.exchanges, row.requests_per_s)
            )
    for name, points in lines.items():
        axis.plot(*zip(*sorted(points), strict=True), marker="o", label=name)
    if lines:
        axis.set_xscale("log")
        axis.set_yscale("log")
    axis.set_xlabel(_SIZES[1], fontsize=8)
    _dressed(axis, "Replay of random disks: requests/s")


def _footprints(axis: Any, result: Result) -> None:
    """Draw memory after all rounds, and the time until the first answer."""
    names = [
        peer.name for contest in (PASS_THROUGH, REPLAY) for peer in contest.peers if peer.name in result.footprints
    ]
    took = [result.footprints[name] for name in names]
    axis.bar(
        [at - 0.2 for at in range(len(names))], [each.loaded_mib for each in took], 0.4, label="MiB", color="#3b6ea5"
    )
    starts = [each.start_ms for each in took]
    axis.bar([at + 0.2 for at in range(len(names))], starts, 0.4, label="start, ms", color="#9dbad7")
    axis.set_yscale("log")
    axis.set_xticks(range(len(names)), names, rotation=35, ha="right", fontsize=7)
    _dressed(axis, "Memory after all rounds (MiB) and start (ms)")


def _pair(axis: Any, values: Sequence[float], shift: float, label: str) -> None:
    """Draw one of two bars at each place."""
    colour = "#3b6ea5" if shift < 0 else "#9dbad7"
    axis.bar([at + shift for at in range(len(values))], values, 0.4, color=colour, label=label)


def _dressed(axis: Any, title: str) -> None:
    axis.set_title(title, fontsize=10)
    axis.tick_params(labelsize=8)
    axis.grid(axis="y", alpha=0.3)
    handles, labels = axis.get_legend_handles_labels()
    if labels:
        axis.legend(handles, labels, fontsize=6.5)


def main(files: Sequence[Path] = (PUBLISHED.with_suffix(".svg"), PUBLISHED.with_suffix(".png"))) -> None:
    result, _ = from_json(PUBLISHED.read_text())
    draw(result, *files)


if __name__ == "__main__":
    main()
