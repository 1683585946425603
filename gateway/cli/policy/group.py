"""The subcommands of `policy`, each loaded when it is used."""

from __future__ import annotations

import click

from gateway.cli.lazy import LazyGroup

SUBCOMMANDS = {
    "decide": "Judge many requests without a gateway.",
    "explain": "Tell of one request which statements were tried and what decided.",
    "generate": "Print the least privilege that a recording needs.",
    "keys": "Print every condition key, operator and lint rule.",
    "lint": "Find what is allowed to be written and likely to be wrong.",
    "publish": "Give a policy folder to all gateways that share a store.",
    "replay": "Decide a recording again and print what would come out otherwise.",
    "test": "Run the test cases of a policy folder.",
    "unused": "Print what a recording shows no need of.",
}


@click.group("policy", cls=LazyGroup, package="gateway.cli.policy", told=SUBCOMMANDS)
def command() -> None:
    """Work with a policy folder: Huawei IAM policy documents and the policy-set.yaml that binds them.

    A folder that does not load ends every subcommand with exit code 3, and with file, line and column on stderr.
    """
