"""What the subcommands share: a cassette opened by its path, and a bar while long work is under way."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import click

from gateway.cli.cassette.forms import form_of, read_form
from gateway.stores.cassettes import Cassette, Loaded, ReadOnly, open_cassette

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document.")
force_option = click.option("--force", is_flag=True, help="Replace a cassette that is there already.")
path_type = click.Path(path_type=Path)

Item = TypeVar("Item")


@contextmanager
def opened(path: Path) -> Iterator[Cassette]:
    """Give a cassette of any form for reading, and close it."""
    cassette = ReadOnly(path, Loaded(read_form(path))) if form_of(path) else open_cassette(path)
    try:
        yield cassette
    finally:
        cassette.close()


@contextmanager
def progress(items: Iterable[Item], length: int, label: str) -> Iterator[Iterable[Item]]:
    """Give the items, with a bar on a terminal."""
    if not stderr_is_terminal():
        yield items
        return
    with click.progressbar(items, length=length, label=label, file=sys.stderr) as shown:
        yield shown


def stderr_is_terminal() -> bool:
    return sys.stderr.isatty()


def counted(exchanges: int) -> str:
    return "1 exchange" if exchanges == 1 else f"{exchanges} exchanges"
