"""`audit prune`: take away what is too old or too much, so that the rest can still be verified."""

from __future__ import annotations

import json
import time
from pathlib import Path

import click

from gateway.audit.retention import Dropped, Limits
from gateway.cli.audit.common import json_option, settings_of, trail_options
from gateway.errors import RunError
from gateway.stores.audit_reading import folder_with_trail
from gateway.stores.audit_retention import retain
from gateway.stores.keys import ANCHOR_KEY_FILE, anchor_signer

_DAY_MS = 86_400_000


@click.command("prune")
@click.option("--max-age-days", type=click.FloatRange(min=0), metavar="DAYS", help="How old records may be.")
@click.option("--max-size-mb", type=click.IntRange(min=0), metavar="MB", help="How large the trail may be.")
@json_option
@trail_options
def command(
    max_age_days: float | None,
    max_size_mb: int | None,
    as_json: bool,
    trail: Path | None,
    data: Path | None,
    file: Path | None,
) -> None:
    """Take away what is too old or too much, the oldest files first.

    Whole files go, never the one that is written; CHAIN.dropped says what they ended with, signed with the anchor key
    of the data folder, and `audit verify` begins there. Gateways may go on writing meanwhile.
    """
    if max_age_days is None and max_size_mb is None:
        raise click.UsageError("say --max-age-days, --max-size-mb, or both")
    settings = settings_of(data, file)
    if not (settings.data / ANCHOR_KEY_FILE).exists():
        raise RunError(f"{settings.data}: holds no {ANCHOR_KEY_FILE}, and nothing goes without a signature")
    age_ms = None if max_age_days is None else round(max_age_days * _DAY_MS)
    limits = Limits(age_ms, None if max_size_mb is None else max_size_mb * 1024 * 1024)
    folder = folder_with_trail(trail or settings.trail_folder)
    _print(retain(folder, limits, anchor_signer(settings.data), round(time.time() * 1000)), as_json)


def _print(dropped: list[Dropped], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps([each.as_json() for each in dropped], indent=2))
        return
    for each in dropped:
        click.echo(f"{each.file}: gone for its {each.why}; it ended with record {each.anchor.seq}")
    click.echo(f"{len(dropped)} files are gone" if len(dropped) != 1 else "1 file is gone", err=True)
