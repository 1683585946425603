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


def _address(_context: click.Context, _option: click.Parameter, value: str) -> tuple[str, int]:
    """Return HOST:PORT as a pair; an IPv6 host stands in brackets. Errors: BadParameter, exit code 2."""
    host, colon, port = value.rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and int(port) < 65536):
        raise click.BadParameter(f"{value!r}: expected HOST:PORT, e.g. 127.0.0.1:0")
    return host.strip("[]"), int(port)


@click.command(epilog=EPILOG)
@click.option(
    "--listen",
    metavar="HOST:PORT",
    callback=_address,
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
    listen: tuple[str, int],
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
    from gateway.fronts import standalone
    from gateway.simulator.app import simulator

    limits = {"volumes": max_volumes, "gigabytes": max_gigabytes, "snapshots": max_snapshots}
    app = simulator(
        settle_ms=settle_ms, seed=seed, public_url=public_url.rstrip("/") if public_url else None, limits=limits
    )
    listener = standalone.bound(*listen)
    ready = {"event": "ready", "public": standalone.address_of(listener), "pid": os.getpid()}
    standalone.run(app, listener, lambda: click.echo(json.dumps(ready)))
