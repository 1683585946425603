"""`policy keys`: the condition keys, operators and lint rules, as a page."""

from __future__ import annotations

import click

from gateway.access.reference import page


@click.command("keys")
def command() -> None:
    """Print every condition key with its type, unit and source, the operators, and the lint rules, as Markdown."""
    click.echo(page(), nl=False)
