"""`policy decide`: many requests judged offline, a line each."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gateway.access.policy_set import PolicySet
from gateway.cli.policy.common import WRONG_USAGE, Line, lines_of, opened, policies_option, print_json
from gateway.contract.model import JsonObject
from gateway.stores.policies import load_policies


@click.command("decide")
@policies_option()
@click.option(
    "--requests",
    "requests",
    default="-",
    metavar="FILE|-",
    type=click.Path(dir_okay=False, allow_dash=True),
    help="Requests as JSON Lines; stdin unless given.",
)
def command(folder: Path, requests: str) -> None:
    """Judge many requests without a gateway.

    A line is {"id", "principal", "source_ip", "at", "request": {"method", "path", "query", "body"}, "target",
    "context"}. `target` stands in for the look-up of the named disk or snapshot: left out, nothing was looked up; null,
    it does not exist. `context` sets condition keys directly. `at` is now unless given.

    Prints one JSON line for each, in order: id, decision, kind (allow, explicit, implicit, unmapped, project), the
    denied or lacking action with its resource, the required actions, the statements that decided, the keys that were
    missing, and under `would` the decision with report-level policies too where that is another one. A line that cannot
    be read costs only itself: it gets id and error.

    Exit codes: 0 done, 2 a line could not be read, 3 the policies do not load.
    """
    policies = load_policies(folder)
    unreadable = False
    with opened(requests) as stream:
        for line in lines_of(stream):
            unreadable = unreadable or isinstance(line.asked, str)
            print_json(_answer(policies, line))
    sys.exit(WRONG_USAGE if unreadable else 0)


def _answer(policies: PolicySet, line: Line) -> JsonObject:
    asked = line.asked
    if isinstance(asked, str):
        return {"id": line.id, "error": asked}
    return {"id": line.id, **policies.decide(asked.principal, asked.match, asked.facts).as_json()}
