"""`cassette reindex`: the index of a cassette, made anew."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from gateway.cassette.exchange import Exchange
from gateway.cli.cassette.common import counted, opened, path_type, progress
from gateway.contract.catalogue import CATALOGUE
from gateway.stores.cassettes import is_folder_form
from gateway.stores.indexes import reindex


@click.command("reindex")
@click.argument("cassette", type=path_type)
def command(cassette: Path) -> None:
    """Make the index of a cassette file anew.

    Replay looks a cassette up in an index that is kept in its file. It is made when the cassette is first opened for
    replay, and again after more was recorded; for a large one this takes a while, which may be spent here instead. The
    text form has none: it is read whole.

    Exit codes: 0 the index is made, 2 the cassette has none, 3 it cannot be read or written.
    """
    if is_folder_form(cassette):
        raise click.UsageError(f"{cassette}: is in the text form, which needs no index")
    with opened(cassette) as read:
        count = read.count()

    def shown(exchanges: Iterable[Exchange]) -> Iterator[Exchange]:
        with progress(exchanges, count, "Indexing") as bar:
            yield from bar

    reindex(cassette, CATALOGUE, shown, anew=True)
    click.echo(f"{cassette}: {counted(count)} indexed", err=True)
