"""`policy unused`: what recordings show no need of."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gateway.access.explain import explain
from gateway.access.unused import unused
from gateway.cli.policy.common import DENIED, policies_option, principal_of, principal_option, print_json
from gateway.cli.policy.recorded import recorded
from gateway.stores.policies import load_policies


@click.command("unused")
@click.argument("cassettes", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="CASSETTE...")
@policies_option()
@principal_option()
@click.option("--json", "as_json", is_flag=True, help="JSON Lines instead of words.")
def command(cassettes: tuple[Path, ...], folder: Path, principal: str, as_json: bool) -> None:
    """Print what recordings show no need of: Allows that never applied, and actions of the others that nothing needed.

    A cassette does not know who asked; give it with --principal. The audit trail cannot be read yet.

    Exit codes: 0 everything is used, 5 something is not, 3 policies or a cassette cannot be read.
    """
    policies = load_policies(folder)
    who = principal_of(principal)
    requests = (each for cassette in cassettes for each in recorded(cassette))
    found = unused(policies, (explain(policies, each.asked_by(who), each.match, each.facts) for each in requests))
    for each in found:
        if as_json:
            print_json(each.as_json())
        else:
            what = "never applied" if each.whole else f"not needed: {', '.join(each.actions)}"
            click.echo(f"{each.statement}: {what}")
    sys.exit(DENIED if found else 0)
