"""`policy lint`: what loads and is likely to be wrong."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import click

from gateway.access.coverage import coverage
from gateway.access.explain import explain
from gateway.access.folder import read_policy_set
from gateway.access.lint import RULES, lint
from gateway.cli.policy.common import DENIED, policies_option, print_json
from gateway.stores.policies import read_cases_of, read_folder


@click.command("lint", epilog="Rules: " + "; ".join(f"{rule} {meaning}" for rule, meaning in RULES.items()) + ".")
@policies_option()
@click.option("--ignore", "ignored", multiple=True, metavar="RULE", type=click.Choice(list(RULES)), help="Leave out.")
@click.option("--json", "as_json", is_flag=True, help="JSON Lines instead of words.")
def command(folder: Path, ignored: tuple[str, ...], as_json: bool) -> None:
    """Find what is allowed to be written and likely to be wrong.

    Where the folder holds test cases (tests/*.yaml), what they do not show is found too.

    Exit codes: 0 nothing found, 5 findings, 3 the policies do not load.
    """
    files = read_folder(folder)
    policies = read_policy_set(files)
    cases = read_cases_of(folder, time.time())
    explained = [explain(policies, case.asked.principal, case.asked.match, case.asked.facts) for case in cases]
    tested = coverage(policies, explained) if cases else None
    findings = [each for each in lint(files, policies, time.time(), tested) if each.rule not in ignored]
    for each in findings:
        if as_json:
            print_json(each.as_json())
        else:
            click.echo(f"{each.file}:{each.line}:{each.column}: {each.rule}: {each.message}")
    sys.exit(DENIED if findings else 0)
