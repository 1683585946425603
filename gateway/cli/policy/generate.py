"""`policy generate`: the least privilege that a recording, or an audit trail, needs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from gateway.access.generate import MAX_IDS, Scope, generate
from gateway.access.observed import observed
from gateway.audit.entries import LATEST_MS, Term
from gateway.audit.search import Query
from gateway.cli.audit.common import path_type, since_option, until_option
from gateway.cli.audit.search import bring_up_to_date
from gateway.cli.policy.recorded import recorded
from gateway.contract.model import Match
from gateway.stores.audit_index import AuditIndex
from gateway.stores.audit_reading import folder_with_trail


@click.command("generate")
@click.argument("cassettes", nargs=-1, type=path_type, metavar="[CASSETTE]...")
@click.option("--trail", type=path_type, help="Folder of an audit trail: what was let through there is needed too.")
@click.option("--principal", "principals", multiple=True, metavar="NAME", help="Of the trail only what they asked.")
@since_option
@until_option
@click.option("--region", default="*", help="The region in resource names; everywhere unless given.")
@click.option("--domain-id", default="*", help="The account in resource names; any unless given.")
@click.option(
    "--max-ids", type=click.IntRange(0), default=MAX_IDS, show_default=True, help="More ids of a kind become all of it."
)
def command(
    cassettes: tuple[Path, ...],
    trail: Path | None,
    principals: tuple[str, ...],
    since: int | None,
    until: int | None,
    region: str,
    domain_id: str,
    max_ids: int,
) -> None:
    """Print the least privilege that recordings or an audit trail need, as a policy document of Version 5.0.

    It allows exactly the actions that the requests needed (appendix A.5, with what each depends on), on the resources
    they named. Requests that were answered 403 are left out, and so are undocumented ones, which no policy can allow,
    and those of a trail whose action stands in a body that it does not keep. Ids that a text cassette has replaced
    stand for all.

    Exit codes: 0 done, 3 a cassette or a trail cannot be read.
    """
    if not cassettes and trail is None:
        raise click.UsageError("Missing a CASSETTE, or --trail.")
    query = Query(_terms(principals), since_ms=since or 0, until_ms=LATEST_MS if until is None else until)
    seen = [match for cassette in cassettes for match in _in_cassette(cassette)]
    seen += [] if trail is None else _in_trail(folder_with_trail(trail), query)
    needed = [match for match in seen if match is not None]
    _say(len(seen) - len(needed), "left out: {} requests that are undocumented, were forbidden, or cannot be told")
    document = generate(needed, Scope(region, domain_id), max_ids)
    if not document["Statement"]:
        click.echo("no request needs an action: the document has no statement and would not load", err=True)
    click.echo(json.dumps(document, indent=2))


def _terms(principals: Iterable[str]) -> tuple[Term, ...]:
    return (("stage", "complete"), *(("principal", name) for name in principals))


def _in_cassette(cassette: Path) -> Iterator[Match | None]:
    """Yield what was recorded, None for what no policy has to allow."""
    for each in recorded(cassette):
        yield each.match if isinstance(each.match, Match) and each.was_allowed else None


def _in_trail(folder: Path, query: Query) -> Iterator[Match | None]:
    with AuditIndex(folder) as index:
        bring_up_to_date(index)
        yield from map(observed, index.walk(query))


def _say(count: int, words: str) -> None:
    if count:
        click.echo(words.format(count), err=True)
