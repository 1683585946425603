"""`cassette accept`: what was recorded anew takes the place of the cassette."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from gateway.cli.cassette.common import counted, opened, path_type
from gateway.errors import CassetteError
from gateway.stores.replacing import is_open, put_in_place, shadow_of


@click.command("accept")
@click.argument("cassette", type=path_type)
def command(cassette: Path) -> None:
    """Put what `serve --mode rerecord` recorded in the place of a cassette, whole.

    Look at `cassette diff CASSETTE SHADOW` before. How old the cassette may get stays as it was.
    """
    shadow = shadow_of(cassette)
    if not shadow.exists():
        words = f"serve --mode rerecord --cassette {cassette}"
        raise CassetteError(f"{shadow}: is not there; record it first with `{words}`")
    if is_open(shadow):
        raise CassetteError(f"{shadow}: is still being recorded; stop the gateway first")
    with opened(shadow) as source:
        count = source.count()
    with tempfile.TemporaryDirectory(prefix=".evs-accept-", dir=cassette.parent) as folder:
        put_in_place(shadow, cassette, Path(folder) / "replaced")
    click.echo(f"{cassette}: {counted(count)} from {shadow.name}")
