"""`cassette list`: what is in a cassette, and which cassettes are in a folder."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from gateway.cli.cassette.common import counted, json_option, opened, path_type
from gateway.cli.cassette.show import summary
from gateway.errors import CassetteError
from gateway.stores.cassettes import cassette_exists, is_folder_form
from gateway.stores.text_folder import SUFFIX


@click.command("list")
@click.argument("path", type=path_type, default=".")
@json_option
def command(path: Path, as_json: bool) -> None:
    """List the exchanges of a cassette, or the cassettes in a folder."""
    is_shelf = path.is_dir() and not cassette_exists(path) and path.suffix != SUFFIX
    rows = _shelf(path) if is_shelf else _contents(path)
    if as_json:
        click.echo(json.dumps(list(rows), indent=2))
        return
    for row in rows:
        click.echo(_shelf_line(row) if is_shelf else _exchange_line(row))


def _contents(path: Path) -> Iterator[dict[str, Any]]:
    with opened(path) as cassette:
        yield from (summary(exchange) for exchange in cassette.read())
        for note in cassette.incomplete():
            click.echo(f"outcome unknown: {note.request.method} {note.request.target.decode('latin-1')}", err=True)


def _shelf(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the cassettes in a folder; one that cannot be read is named with its problem."""
    for path in sorted(folder.iterdir()):
        if path.suffix in (SUFFIX, ".sqlite") and not path.name.startswith("."):
            yield _entry(path)


def _entry(path: Path) -> dict[str, Any]:
    form = "text" if is_folder_form(path) else "sqlite"
    try:
        with opened(path) as cassette:
            return {"name": path.name, "form": form, "exchanges": cassette.count(), "problem": None}
    except CassetteError as error:
        return {"name": path.name, "form": form, "exchanges": None, "problem": str(error)}


def _shelf_line(row: dict[str, Any]) -> str:
    return f"{row['name']:<40} {row['form']:<7} " + (row["problem"] or counted(row["exchanges"]))


def _exchange_line(row: dict[str, Any]) -> str:
    start = f"{row['seq']:>6}  {row['status']}  {row['elapsed_ms']:>8.1f} ms"
    return f"{start}  {row['operation']:<32} {row['method']:<6} {row['target']}"
