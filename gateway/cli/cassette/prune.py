"""`cassette prune`: what a green run did not use is taken out of a cassette."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from gateway.cassette.exchange import Exchange
from gateway.cassette.pruning import Usage, refuse_unfit, usage_of
from gateway.cli.cassette.common import counted, opened, path_type, progress
from gateway.cli.cassette.copying import redacting
from gateway.cli.cassette.integrity import ledger_of
from gateway.errors import CassetteError
from gateway.stores.rewriting import rewrite


@click.command("prune")
@click.argument("cassette", type=path_type)
@click.option("--unused", is_flag=True, required=True, expose_value=False, help="Take out what the run did not use.")
@click.option("--report", type=path_type, required=True, help="What the run used: written by `serve --report`.")
@click.option("--data", type=path_type, help="Data folder whose key makes the hashes (default: that of the settings).")
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
def command(cassette: Path, report: Path, data: Path | None, dry_run: bool) -> None:
    """Take out of a cassette what a green run on it did not use, and redact the rest once more.

    Refused when the run missed anything, and when the report is of another cassette or of this one before it was
    changed. Runs of equal polls stay whole. The cassette is replaced when the new one is complete.
    """
    usage = _fitting(cassette, report)
    with opened(cassette) as source:
        before = source.count()
        kept = sum(map(usage.covers, source.read()))
    if not dry_run:
        rewrite(cassette, lambda exchanges: _kept(exchanges, usage, before), ledger_of(data))
    words = "to take out" if dry_run else "taken out"
    click.echo(f"{cassette}: {counted(kept)} of {before} used, {before - kept} {words}", err=True)


def _fitting(cassette: Path, report: Path) -> Usage:
    try:
        usage = usage_of(report.read_bytes())
        with opened(cassette) as source:
            refuse_unfit(usage, source.read())
    except OSError as error:
        raise CassetteError(f"{report}: cannot be read: {error.strerror}") from error
    except CassetteError as error:
        raise CassetteError(f"{report}: {error}") from error
    return usage


def _kept(exchanges: Iterable[Exchange], usage: Usage, count: int) -> Iterator[Exchange]:
    """Yield what was used, redacted once more, with a bar on a terminal."""
    change = redacting(None)
    with progress(exchanges, count, "Pruning") as shown:
        yield from (change(exchange) for exchange in shown if usage.covers(exchange))
