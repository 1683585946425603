"""`simulate`: the simulator alone, as an upstream."""

from __future__ import annotations

import json
import os

import click

from gateway.simulator import trouble
from gateway.simulator.state import LIMITS

PLAIN = "\b\n"


def _prefixes() -> str:
    """Return what `trouble` says about names, for the help."""
    words = (trouble.__doc__ or "").partition("\n\n")[2].strip()
    return "\n\n".join(f"{PLAIN}{part}" for part in words.split("\n\n"))


EPILOG = f"""{_prefixes()}

{PLAIN}Credentials: POST /v3/auth/tokens issues a token for any user. Without it, any
X-Auth-Token stands for the project of the path, and signed requests are taken
unverified."""


@click.command(epilog=EPILOG)
@click.option(
    "--listen",
    metavar="HOST:PORT",
    default="127.0.0.1:8774",
    show_default=True,
    help="Port 0 is any free one.",
)
@click.option("--settle-ms", type=click.IntRange(min=0), default=500, show_default=True, help="How long states take.")
@click.option("--seed", default="evs", show_default=True, help="Ids, keys and tokens follow from it.")
@click.option("--public-url", metavar="URL", help="The simulator's address in links (default: the request's Host).")
@click.option("--max-volumes", type=int, default=LIMITS["volumes"], show_default=True, help="Disks a project may have.")
@click.option(
    "--max-gigabytes", type=int, default=LIMITS["gigabytes"], show_default=True, help="Of disks and snapshots."
)
@click.option("--max-snapshots", type=int, default=LIMITS["snapshots"], show_default=True, help="-1 is no limit.")
def command(
    listen: str,
    settle_ms: int,
    seed: str,
    public_url: str | None,
    max_volumes: int,
    max_gigabytes: int,
    max_snapshots: int,
) -> None:
    """Run a simulated EVS and IAM, without an account or a network, until SIGTERM.

    Prints one JSON line on stdout when it is ready. State lives in memory and is gone afterwards. Exit codes: 0 after
    SIGTERM, 3 when the address cannot be had.
    """
    from gateway.fronts.doors import Served
    from gateway.fronts.serving import Running, bind, serve, url_of
    from gateway.simulator.app import simulator

    limits = {"volumes": max_volumes, "gigabytes": max_gigabytes, "snapshots": max_snapshots}
    own_url = public_url.rstrip("/") if public_url else None
    listener = bind(listen)

    async def build() -> Running:
        app = simulator(settle_ms=settle_ms, seed=seed, public_url=own_url, limits=limits)
        return Running((Served(app, listener),), _nothing_to_close)

    ready = {"event": "ready", "public": url_of(listener), "pid": os.getpid()}
    serve(build, lambda: click.echo(json.dumps(ready)))


async def _nothing_to_close() -> None:
    """All state is in memory."""
