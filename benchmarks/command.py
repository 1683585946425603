"""The command line of the benchmarks: arguments in, a run, the report on stdout and in files."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from benchmarks import cassette_size, machine, memory, needs, plot
from benchmarks.failures import CannotMeasureError
from benchmarks.peers import NAMES, Contest, chosen
from benchmarks.report import report
from benchmarks.results import Result, as_json
from benchmarks.rounds import Plan, measure

PUBLISHED = Path(__file__).with_name("results.md")


def main(argv: Sequence[str] | None = None) -> int:
    """Errors: 3 with one sentence on stderr when something is missing or does not start."""
    arguments = _arguments(argv)
    # Without this a SIGTERM would leave the servers behind.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda number, _: sys.exit(128 + number))
    try:
        _run(arguments)
    except CannotMeasureError as reason:
        print(f"benchmarks/run: {reason}", file=sys.stderr)
        return 3
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmarks/run",
        description="Measure the gateway beside nginx and mitmproxy. Needs wrk and nginx (Debian's packages) and "
        "mitmproxy (the extra `forward`); installs nothing. Leave the machine in peace while it runs.",
    )
    parser.add_argument("--rounds", type=_positive, default=5, help="how often everything is measured (5)")
    parser.add_argument("--seconds", type=_positive, default=3, help="length of one measurement (3)")
    parser.add_argument("--warmup", type=_positive, default=3, help="seconds of load before, for each workload (3)")
    parser.add_argument(
        "--only",
        action="append",
        choices=NAMES,
        default=[],
        metavar="NAME",
        help=f"measure only this server; may be given again; {PUBLISHED.name} is then left alone: {', '.join(NAMES)}",
    )
    parser.add_argument(
        "--sizes",
        type=_positive,
        nargs="*",
        default=[],
        metavar="N",
        help="also measure replay from cassettes of so many exchanges, and memory while recording (a million takes "
        "about ten minutes to make and 3 GB of disk)",
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="where those cassettes stay, to be used again")
    parser.add_argument(
        "--growth", type=_positive, nargs="+", default=[10_000, 1_000_000], metavar="N", help="memory after N requests"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write every sample as JSON")
    return parser.parse_args(argv)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is not a whole number above 0")
    return int(text)


def _run(arguments: argparse.Namespace) -> None:
    contests = chosen(arguments.only)
    load_core, server_core = needs.two_cores()
    needs.check(contests)
    plan = Plan(arguments.rounds, arguments.seconds, arguments.warmup, load_core, server_core)
    load_before = machine.load_average()
    with tempfile.TemporaryDirectory(prefix="evs-benchmarks-") as folder:
        result = _measured(arguments, contests, plan, Path(folder))
    facts = machine.facts() | {
        "load average before the run": load_before,
        "rounds": f"{plan.rounds} of {plan.seconds} s, warmed {plan.warmup_s} s for each workload",
    }
    _publish(arguments, result, contests, facts)


def _measured(arguments: argparse.Namespace, contests: Sequence[Contest], plan: Plan, folder: Path) -> Result:
    measured = measure(contests, plan, folder)
    result = Result(measured.samples, measured.footprints)
    if not arguments.sizes:
        return result
    cassettes = arguments.keep or folder / "cassettes"
    cassettes.mkdir(parents=True, exist_ok=True)
    return replace(
        result,
        sizes=tuple(cassette_size.rows(arguments.sizes, plan.rounds, cassettes, alone=False)),
        growth=memory.grown(plan, folder / "memory", arguments.growth),
    )


def _publish(arguments: argparse.Namespace, result: Result, contests: Sequence[Contest], facts: dict[str, str]) -> None:
    text, everything = report(result, contests, facts), as_json(result, facts)
    print(text, end="")
    if not arguments.only:
        PUBLISHED.write_text(text)
        PUBLISHED.with_suffix(".json").write_text(everything)
        plot.draw(result, PUBLISHED.with_suffix(".svg"), PUBLISHED.with_suffix(".png"))
    if arguments.json:
        arguments.json.write_text(everything)
