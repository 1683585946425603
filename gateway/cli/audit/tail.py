"""`audit tail`: the last records, and new ones as they come."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import click

from gateway.audit.entries import Entry, entry_of
from gateway.audit.search import Query
from gateway.audit.telling import line_of
from gateway.cli.audit.common import filters, query_of, trail_in, trail_options, written
from gateway.contract.model import JsonObject
from gateway.stores.audit_files import chains_in
from gateway.stores.audit_following import Follower
from gateway.stores.audit_reading import last_records

PAUSE_S = 0.25
# How far back records are looked through for those that fit.
_FARTHEST = 100_000


@click.command("tail")
@filters
@click.option("-n", "--lines", type=click.IntRange(min=0), default=10, show_default=True, help="Last records.")
@click.option("-f", "--follow", is_flag=True, help="Go on with new records as they come, until interrupted.")
@click.option("--ndjson", "as_ndjson", is_flag=True, help="One JSON document a line.")
@trail_options
def command(
    lines: int,
    follow: bool,
    as_ndjson: bool,
    trail: Path | None,
    data: Path | None,
    file: Path | None,
    **given: Any,
) -> None:
    """Print the last records, and new ones as they come.

    Of all chains together, in order of time. Older records than the last 100,000 of a chain are for `audit search`.
    """
    query, folder = query_of(given), trail_in(trail, data, file)
    told = written if as_ndjson else line_of
    follower = Follower(folder) if follow else None
    for record in last(folder, query, lines):
        click.echo(told(record))
    if follower is not None:
        for record in news(follower, query, lambda: time.sleep(PAUSE_S)):
            click.echo(told(record))


def last(folder: Path, query: Query, count: int) -> list[JsonObject]:
    """Return the last records that fit, the newest last."""
    found = [each for chain in chains_in(folder) for each in islice(_backwards(folder, chain, query), count)]
    found.sort(key=lambda each: (each[0].ts_ms, each[0].chain, each[0].seq))
    return [record for _, record in found[max(0, len(found) - count) :]]


def news(follower: Follower, query: Query, pause: Callable[[], None]) -> Iterator[JsonObject]:
    """Yield new records that fit, for ever; `pause` is between two looks."""
    while True:
        yield from (record for record in follower.news() if query.fits(entry_of(record)))
        pause()


def _backwards(folder: Path, chain: str, query: Query) -> Iterator[tuple[Entry, JsonObject]]:
    for record in islice(last_records(folder, chain), _FARTHEST):
        entry = entry_of(record)
        if query.fits(entry):
            yield entry, record
