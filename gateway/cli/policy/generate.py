"""`policy generate`: the least privilege that a recording needs."""

from __future__ import annotations

import json
from pathlib import Path

import click

from gateway.access.generate import MAX_IDS, Scope, generate
from gateway.cli.policy.recorded import recorded
from gateway.contract.model import Match


@click.command("generate")
@click.argument("cassettes", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="CASSETTE...")
@click.option("--region", default="*", help="The region in resource names; everywhere unless given.")
@click.option("--domain-id", default="*", help="The account in resource names; any unless given.")
@click.option(
    "--max-ids", type=click.IntRange(0), default=MAX_IDS, show_default=True, help="More ids of a kind become all of it."
)
def command(cassettes: tuple[Path, ...], region: str, domain_id: str, max_ids: int) -> None:
    """Print the least privilege that recordings need, as a policy document of Version 5.0.

    It allows exactly the actions that the recorded requests needed (appendix A.5, with what each depends on), on the
    resources they named. Requests that were answered 403 are left out, and so are undocumented ones, which no policy
    can allow. Ids that a text cassette has replaced stand for all. The audit trail cannot be read yet.

    Exit codes: 0 done, 3 a cassette cannot be read.
    """
    matches: list[Match] = []
    left_out = 0
    for each in (each for cassette in cassettes for each in recorded(cassette)):
        if isinstance(each.match, Match) and each.was_allowed:
            matches.append(each.match)
        else:
            left_out += 1
    if left_out:
        click.echo(f"left out: {left_out} requests that are undocumented or were forbidden", err=True)
    document = generate(matches, Scope(region, domain_id), max_ids)
    if not document["Statement"]:
        click.echo("no request needs an action: the document has no statement and would not load", err=True)
    click.echo(json.dumps(document, indent=2))
