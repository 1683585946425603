"""The subcommands of `cassette`, each loaded when it is used."""

from __future__ import annotations

import click

from gateway.cli.lazy import LazyGroup

SUBCOMMANDS = {
    "list": "List the exchanges of a cassette, or the cassettes in a folder.",
    "show": "Show one exchange of a cassette, by its number in the list.",
    "export": "Write a cassette as text, HAR or a cassette of VCR.py.",
    "import": "Copy a cassette, or read HAR or VCR.py, and redact it on the way.",
    "verify": "Hold a cassette against the API reference, or against a live service.",
    "diff": "Compare two cassettes exchange by exchange.",
    "accept": "Put what was recorded anew in the place of a cassette.",
    "merge": "Write two cassettes into one.",
    "seal": "Vouch for a cassette that was edited.",
    "prune": "Take out what a green run did not use.",
    "reindex": "Make the index of a cassette file anew.",
    "schema": "Print the JSON Schema of the text form.",
    "scan": "Look for secrets, before a commit or in CI.",
}


# Modules of commands that are called as Python's own words are.
_MODULES = {"list": "listing", "import": "importing"}


@click.group("cassette", cls=LazyGroup, package="gateway.cli.cassette", told=SUBCOMMANDS, modules=_MODULES)
def command() -> None:
    """List, show, copy and check cassettes.

    A cassette is an SQLite file, or a folder NAME.cassette in the text form. HAR files (NAME.har), cassettes of VCR.py
    (NAME.yaml) and flows of mitmproxy (NAME.flow) are read and written too.
    """
