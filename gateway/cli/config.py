"""`config show` and `config check`: what the settings are, and where each came from."""

from __future__ import annotations

import json
from pathlib import Path

import click

from gateway.settings import NAMES, Origins, load


@click.group()
def command() -> None:
    """Show and check the settings (flag > environment > file > default)."""


file_option = click.option(
    "--config", "file", type=click.Path(path_type=Path), help="Settings file (default: evs-gateway.toml)."
)


@command.command()
@file_option
@click.option("--origin", is_flag=True, help="Say where each value came from.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document.")
def show(file: Path | None, origin: bool, as_json: bool) -> None:
    """Print every setting with its value."""
    rows = list(_rows(load(file=file)))
    if as_json:
        click.echo(json.dumps([dict(zip(("name", "value", "origin"), row, strict=True)) for row in rows], indent=2))
        return
    for name, value, place in rows:
        click.echo(f"{name} = {json.dumps(value)}" + (f"  # {place}" if origin else ""))


@command.command()
@file_option
def check(file: Path | None) -> None:
    """Read the settings and say whether they can be used, down to the names in them. Exit code 3 when not."""
    from gateway.session import check_names

    check_names(load(file=file).settings)
    click.echo("The settings can be used.")


def _rows(origins: Origins) -> list[tuple[str, object, str]]:
    document = origins.settings.model_dump(mode="json")
    return [(name, _pick(document, name), origins.places.get(name, "default")) for name in NAMES]


def _pick(document: object, name: str) -> object:
    for key in name.split("."):
        assert isinstance(document, dict)
        document = document[key]
    return document
