"""The command line: one file a verb group, loaded when it is used. Data on stdout, everything else on stderr.

Exit codes: 0 done, 1 failed while running, 2 wrong usage, 3 could not start, 4 difference or miss, 5 denied or lint
findings.
"""

from __future__ import annotations

import sys

import click

from gateway import __version__
from gateway.cli.lazy import LazyGroup
from gateway.errors import GatewayError

VERBS = {
    "audit": "Read the audit trail: search, show, count, export, and check that it is whole.",
    "ca": "The authority that clients of the forward door trust.",
    "cassette": "List, show, compare, check, convert and merge cassettes.",
    "check": "Judge requests without a gateway: from flags, JSON Lines or HAR.",
    "config": "Show and check the settings.",
    "demo": "The whole story in seconds: record a session, stop the cloud, replay it.",
    "doctor": "Ask through each open door, and say in words what is wrong.",
    "env": "Print the exports with which a client goes through the gateway.",
    "identity": "Make development tokens; let go of what is believed about tokens.",
    "operations": "Print the catalogue of operations.",
    "policy": "Decide, lint, test, explain and generate permissions.",
    "report": "Write charts and tables of a time into one HTML file.",
    "scope": "Open, close, rewind and report the scopes of a running gateway.",
    "serve": "Run the gateway.",
    "simulate": "Run the simulator alone, as an upstream.",
}


@click.group(cls=LazyGroup, package="gateway.cli", told=VERBS, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="evs-gateway")
def root() -> None:
    """A recording, replaying and policy-enforcing gateway for the Elastic Volume Service API."""


def main() -> None:
    """Run the command line; an operator's mistake ends in one clear sentence and its exit code, never a traceback."""
    try:
        root(prog_name="evs-gateway")
    except GatewayError as error:
        click.echo(f"evs-gateway: {error}", err=True)
        sys.exit(error.exit_code)
