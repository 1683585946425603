"""The command line of the benchmarks: arguments in, a run, the report on stdout and in files."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks import machine, needs
from benchmarks.failures import CannotMeasureError
from benchmarks.peers import NAMES, Contest, chosen
from benchmarks.report import Result, report
from benchmarks.rounds import Plan, Samples, measure

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
        samples = measure(contests, plan, Path(folder))
    facts = machine.facts() | {
        "load average before the run": load_before,
        "rounds": f"{plan.rounds} of {plan.seconds} s, warmed {plan.warmup_s} s for each workload",
    }
    _publish(arguments, report(Result(samples), contests, facts))
    if arguments.json:
        arguments.json.write_text(_as_json(samples, contests, facts))


def _publish(arguments: argparse.Namespace, text: str) -> None:
    print(text, end="")
    if not arguments.only:
        PUBLISHED.write_text(text)


def _as_json(samples: Samples, contests: Sequence[Contest], facts: dict[str, str]) -> str:
    """Return every sample, grouped by server and workload, with the facts of the machine."""
    servers = [
        {"server": server, "workload": workload, "samples": [asdict(sample) for sample in series]}
        for (server, workload), series in samples.items()
    ]
    contest_names = {contest.title: contest.names for contest in contests}
    return json.dumps({"facts": facts, "contests": contest_names, "measured": servers}, indent=2) + "\n"
