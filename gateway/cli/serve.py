"""`serve`: run the gateway."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from gateway.cassette.progress import Progress
from gateway.cassette.times import Times
from gateway.modes import MODES
from gateway.settings import load

# Each flag with the setting it sets.
FLAGS = {
    "upstream": "upstream.url",
    "iam_upstream": "upstream.iam_url",
    "origin": "upstream.origins",
    "mode": "cassette.mode",
    "cassette": "cassette.path",
    "max_age_days": "cassette.max_age_days",
    "on_age": "cassette.on_age",
    "data": "data",
    "store": "store",
    "listen": "listen.public",
    "admin_listen": "listen.admin",
    "forward_listen": "forward.listen",
    "forward_host": "forward.hosts",
    "public_url": "listen.public_url",
    "workers": "listen.workers",
    "scopes": "scopes.count",
    "scopes_by": "scopes.by",
    "report": "scopes.report",
    "require_all_used": "scopes.require_all_used",
    "progress": "replay.progress",
    "speed": "replay.speed",
    "times": "replay.times",
    "replay_state": "replay.state",
    "validation": "checks.validation",
    "undocumented": "checks.undocumented",
    "policies": "policies.path",
    "policy": "policies.level",
    "sandbox": "verify.sandbox",
    "values": "verify.values",
    "verify_report": "verify.report",
    "audit": "audit.trail",
    "traces": "traces.export",
    "faults": "faults",
    "seed": "simulator.seed",
    "settle_ms": "simulator.settle_ms",
}


@click.command()
@click.option("--upstream", metavar="URL", help="The EVS endpoint behind the gateway.")
@click.option("--iam-upstream", metavar="URL", help="The IAM endpoint behind the gateway.")
@click.option("--origin", metavar="URL", multiple=True, help="Further address that answers name in links (repeatable).")
@click.option("--mode", type=click.Choice(list(MODES)), help="How the cassette takes part (default: passthrough).")
@click.option(
    "--cassette",
    metavar="PATH",
    help="SQLite file, or NAME.cassette for the text form (default: DATA/cassette.sqlite).",
)
@click.option("--max-age-days", type=float, metavar="DAYS", help="How long a recording is good for.")
@click.option("--on-age", type=click.Choice(["warn", "fail"]), help="What becomes of an older one (default: warn).")
@click.option("--data", metavar="DIR", help="Data folder (default: evs-gateway-data).")
@click.option("--store", metavar="URL", help="PostgreSQL that several gateways share (postgresql://USER@HOST/NAME).")
@click.option("--listen", metavar="HOST:PORT", help="Public listener (default: 127.0.0.1:8776; port 0: any free one).")
@click.option("--admin-listen", metavar="HOST:PORT", help="Admin listener (default: 127.0.0.1:8777).")
@click.option("--forward-listen", metavar="HOST:PORT", help="Forward listener, an intercepting proxy (default: none).")
@click.option(
    "--forward-host", metavar="HOST[:PORT]", multiple=True, help="Further host it may be asked for (repeatable)."
)
@click.option("--public-url", metavar="URL", help="The gateway's own address in links (default: the one asked).")
@click.option("--workers", type=int, help="Processes that share the public listener (default: 1).")
@click.option("--scopes", type=int, metavar="N", help="Scopes with listeners of their own from the start.")
@click.option("--scopes-by", type=click.Choice(["project", "token", "user"]), help="What else tells scopes apart.")
@click.option("--report", metavar="FILE", help="Write what was used, unused and missed to this file at the end.")
@click.option(
    "--require-all-used",
    is_flag=True,
    default=None,
    help="Exit with 4 when something recorded was not used, or missed.",
)
@click.option(
    "--progress",
    type=click.Choice([each.value for each in Progress]),
    help="When a replayed poll goes on to the next state (default: hybrid).",
)
@click.option("--speed", type=float, help="How many recorded seconds pass in one on replay (default: 1).")
@click.option(
    "--times", type=click.Choice([each.value for each in Times]), help="Times in replayed answers (default: recorded)."
)
@click.option("--replay-state", metavar="FILE", help="File in which several gateways share their scopes.")
@click.option("--validation", type=click.Choice(["enforce", "report", "off"]), help="Level of validation.")
@click.option(
    "--undocumented", type=click.Choice(["forward", "refuse"]), help="What becomes of undocumented operations."
)
@click.option("--policies", metavar="DIR", help="Policy folder: who may do what (needs identity settings).")
@click.option("--policy", type=click.Choice(["enforce", "report", "off"]), help="Level of the policies.")
@click.option("--sandbox", is_flag=True, default=None, help="Send writes too (mode verify).")
@click.option("--values", is_flag=True, default=None, help="Compare values too (mode verify).")
@click.option("--verify-report", metavar="FILE", help="Write at the end how the service departs (mode verify).")
@click.option("--audit", type=click.Choice(["on", "off"]), help="Keep the audit trail (default: on).")
@click.option("--traces", type=click.Choice(["off", "otlp"]), help="Send OpenTelemetry spans (default: off).")
@click.option("--faults", metavar="FILE", help="Faults on purpose: a TOML file with tables [[faults]].")
@click.option("--seed", help="Seed of the simulator (mode simulate).")
@click.option("--settle-ms", type=int, help="Time in milliseconds that disks take to settle (mode simulate).")
@click.option("--config", "file", type=click.Path(path_type=Path), help="Settings file (default: evs-gateway.toml).")
def command(file: Path | None, **flags: Any) -> None:
    """Run the gateway until SIGTERM.

    Prints one JSON line on stdout when it is ready. Exit codes: 0 after SIGTERM, 3 when it could not start, 4 with
    --require-all-used, and in mode verify when the service broke with the cassette.
    """
    from gateway.fronts.gateway import run
    from gateway.session import settled

    given = (
        (f"--{flag.replace('_', '-')}", FLAGS[flag], value if value != () else None) for flag, value in flags.items()
    )
    run(settled(load(given, file).settings), lambda line: click.echo(json.dumps(line)))
