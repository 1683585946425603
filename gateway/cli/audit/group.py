"""The subcommands of `audit`, each loaded when it is used."""

from __future__ import annotations

import importlib

import click

SUBCOMMANDS = {
    "tail": "Print the last records, and new ones as they come.",
    "search": "Find records, the newest first, page by page.",
    "show": "Show one request with what was decided and why, also as curl or HAR.",
    "stats": "Count requests by the minute or a longer span.",
    "export": "Write records as they are, as traces of CTS, or as OCSF events.",
    "verify": "Tell whether the trail is whole, and where it is not.",
    "prune": "Take away what is too old or too much, verifiably.",
}


class Subcommands(click.Group):
    """Knows its subcommands by name and loads a module when one is run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(SUBCOMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in SUBCOMMANDS:
            return None
        found: click.Command = importlib.import_module(f"gateway.cli.audit.{cmd_name}").command
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(SUBCOMMANDS.items()))


@click.group("audit", cls=Subcommands)
def command() -> None:
    """Read the audit trail, and check that it is whole.

    The trail is read where it lies, while gateways write it; none has to run.
    """
