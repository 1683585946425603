"""`cassette import`: a cassette of any form into one of ours, redacted on the way."""

from __future__ import annotations

from pathlib import Path

import click

from gateway.cli.cassette.common import force_option, path_type
from gateway.cli.cassette.copying import copy, redacting
from gateway.cli.cassette.forms import form_of
from gateway.cli.cassette.integrity import ledger_of
from gateway.stores.copying import refuse_existing, write_cassette


@click.command("import")
@click.argument("source", type=path_type)
@click.argument("target", type=path_type)
@click.option("--data", type=path_type, help="Data folder whose key makes the placeholders (default: a key for once).")
@force_option
def command(source: Path, target: Path, data: Path | None, force: bool) -> None:
    """Copy a cassette of any form into an SQLite file or a folder NAME.cassette, and redact it on the way.

    SOURCE may be HAR (NAME.har, from a browser or mitmproxy), a cassette of VCR.py (NAME.yaml) or flows of mitmproxy
    (NAME.flow, .flows or .mitm): what they hold is identified by the contract, and what has no answer is left out.
    VCR.py keeps no times.
    """
    if form_of(target):
        raise click.BadParameter("is a form of another tool; use cassette export", param_hint="TARGET")
    if not force:
        refuse_existing(target)
    change = redacting(data)
    ledger = ledger_of(data)
    copy(source, target, change, lambda found: write_cassette(target, found, ledger))
