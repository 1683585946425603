"""`audit stats`: requests counted by the minute, or a longer span."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import click

from gateway.audit.entries import LATEST_MS
from gateway.audit.rollup import Minute, Share, minute_of
from gateway.audit.telling import moment
from gateway.cli.audit.common import index_option, json_option, since_option, trail_in, trail_options, until_option
from gateway.cli.audit.search import bring_up_to_date
from gateway.stores.audit_index import AuditIndex

_SPANS = {"minute": 1, "hour": 60, "day": 1440}


@click.command("stats")
@click.option("--by", type=click.Choice(list(_SPANS)), default="minute", show_default=True, help="The span of a row.")
@click.option("--operation", "operations", multiple=True, metavar="ID", help="Only this operation.")
@since_option
@until_option
@json_option
@index_option
@trail_options
def command(
    by: str,
    operations: tuple[str, ...],
    since: int | None,
    until: int | None,
    as_json: bool,
    index_file: Path | None,
    trail: Path | None,
    data: Path | None,
    file: Path | None,
) -> None:
    """Count requests: all, denied by policies, refused otherwise, failed; and how long half and 95 of 100 took at most.

    Times are upper bounds of classes, each twice as long as the one before. What retention took away stays counted.
    """
    with AuditIndex(trail_in(trail, data, file), index_file) as index:
        bring_up_to_date(index)
        counted = index.minutes(since or 0, LATEST_MS if until is None else until)
        chosen = ((share, count) for share, count in counted if not operations or share.operation in operations)
        rows = list(summed(chosen, _SPANS[by]))
    if as_json:
        click.echo(json.dumps([row.as_json() for row in rows], indent=2))
        return
    click.echo(f"{'time':<24}  requests    denied   refused    failed    p50 ms <    p95 ms <")
    for row in rows:
        click.echo(_line(row))


def summed(counted: Iterable[tuple[Share, int]], span: int) -> Iterator[Minute]:
    """Yield the sums of spans of so many minutes, from counts in order of time."""
    for first, group in groupby(counted, key=lambda each: each[0].minute // span * span):
        counts: Counter[Share] = Counter()
        for share, count in group:
            counts[share] += count
        yield minute_of(first, counts)


def _line(row: Minute) -> str:
    counts = "".join(f"{count:>10}" for count in (row.requests, row.denied, row.refused, row.failed))
    return f"{moment(row.minute * 60_000):<24}{counts}{row.p50_us / 1000:>12.1f}{row.p95_us / 1000:>12.1f}"
