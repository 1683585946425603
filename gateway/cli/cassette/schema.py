"""`cassette schema`: what the files of a text cassette may hold, for editors and other programs."""

from __future__ import annotations

import click

from gateway.cassette.text_blobs import dumped
from gateway.cassette.text_schema import schema


@click.command("schema")
def command() -> None:
    """Print the JSON Schema of the text form.

    Every JSON file in a folder NAME.cassette matches it, except those in the folder blobs.
    """
    click.echo(dumped(schema()), nl=False)
