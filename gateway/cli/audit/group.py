"""The subcommands of `audit`, each loaded when it is used."""

from __future__ import annotations

import click

from gateway.cli.lazy import LazyGroup

SUBCOMMANDS = {
    "tail": "Print the last records, and new ones as they come.",
    "search": "Find records, the newest first, page by page.",
    "show": "Show one request with what was decided and why, also as curl or HAR.",
    "stats": "Count requests by the minute or a longer span.",
    "export": "Write records as they are, as traces of CTS, or as OCSF events.",
    "verify": "Tell whether the trail is whole, and where it is not.",
    "prune": "Take away what is too old or too much, verifiably.",
}


@click.group("audit", cls=LazyGroup, package="gateway.cli.audit", told=SUBCOMMANDS)
def command() -> None:
    """Read the audit trail, and check that it is whole.

    The trail is read where it lies, while gateways write it; none has to run.
    """
