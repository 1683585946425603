"""`cassette merge`: two cassettes made one."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cassette.merge import merged
from gateway.cli.cassette.common import counted, force_option, opened, path_type, progress
from gateway.cli.cassette.copying import redacting
from gateway.cli.cassette.forms import form_of
from gateway.cli.cassette.integrity import ledger_of
from gateway.stores.copying import refuse_existing, write_cassette


@click.command("merge")
@click.argument("first", type=path_type)
@click.argument("second", type=path_type)
@click.option("--into", "target", type=path_type, required=True, help="The cassette to write, in a form of ours.")
@click.option("--data", type=path_type, help="Data folder whose key makes the hashes (default: that of the settings).")
@force_option
def command(first: Path, second: Path, target: Path, data: Path | None, force: bool) -> None:
    """Write the exchanges of two cassettes into one, redacted once more. What both hold stands there once.

    Merging the result with either of them gives the result again. Projects are the same by their number in the text
    form; every other alias of the second gets a number of its own, unless a shared exchange says what it is.
    """
    if form_of(target):
        raise click.BadParameter("is a form of another tool; merge into one of ours", param_hint="--into")
    if not force:
        refuse_existing(target)
    with opened(first) as one, opened(second) as other:
        both = merged(one.read(), other.read())
    change = redacting(None)
    with progress(both, len(both), "Merging") as exchanges:
        write_cassette(target, map(change, exchanges), ledger_of(data))
    click.echo(f"{target}: {counted(len(both))}", err=True)
