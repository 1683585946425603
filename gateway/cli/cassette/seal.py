"""`cassette seal`: somebody vouches for a cassette as it is."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from gateway.cli.cassette.common import path_type
from gateway.cli.cassette.integrity import ledger_of
from gateway.stores.rewriting import seal


@click.command("seal")
@click.argument("cassette", type=path_type)
@click.option("--by", metavar="NAME", required=True, help="Who vouches for it.")
@click.option("--reason", metavar="TEXT", required=True, help="Why it is not as it was recorded.")
@click.option("--data", type=path_type, help="Data folder whose key makes the hashes (default: that of the settings).")
def command(cassette: Path, by: str, reason: str, data: Path | None) -> None:
    """Vouch for a cassette as it is now, with a name and a reason.

    A cassette that was edited gets hashes that fit it, so that `cassette verify` finds it good, and shows the seal:
    what was different, since when, by whom and why. The text form keeps seals in seals.jsonl, one line each.
    """
    at = datetime.now(UTC).isoformat(timespec="seconds")
    fresh = seal(cassette, by, reason, at, ledger_of(data))
    click.echo(f"{cassette}: {fresh.words()}", err=True)
