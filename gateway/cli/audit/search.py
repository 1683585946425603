"""`audit search`: pages of records, the newest first."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import click

from gateway.audit.search import Page, cursor_of, place_of
from gateway.audit.telling import COLUMNS, cells_of, line_of
from gateway.cli.audit.common import filters, index_option, json_option, query_of, trail_in, trail_options, written
from gateway.cli.cassette.common import stderr_is_terminal
from gateway.stores.audit_index import AuditIndex, Found


@click.command("search")
@filters
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True, help="Records a page.")
@click.option("--before", metavar="CURSOR", help="The next page: what the page before ended with.")
@json_option
@click.option("--ndjson", "form", flag_value="ndjson", help="One JSON document a line.")
@click.option("--csv", "form", flag_value="csv", help="A table for spreadsheets.")
@index_option
@trail_options
def command(
    limit: int,
    before: str | None,
    as_json: bool,
    form: str | None,
    index_file: Path | None,
    trail: Path | None,
    data: Path | None,
    file: Path | None,
    **given: Any,
) -> None:
    """Find records, the newest first, page by page.

    Alternatives: an option given twice. All options have to fit. The index that is asked lies beside the trail and is
    brought up to date first; throw it away whenever you like. Exit code 0 also when nothing is found.
    """
    query = query_of(given)
    with AuditIndex(trail_in(trail, data, file), index_file) as index:
        bring_up_to_date(index)
        found = index.find(query, Page(limit, _place(before)))
    more = cursor_of(found[-1].place) if len(found) == limit else None
    _print(found, more, "json" if as_json else form or "lines")


def bring_up_to_date(index: AuditIndex) -> None:
    """Draw what is new in the trail, with a bar on a terminal when that takes long."""
    behind = index.behind()
    if not stderr_is_terminal():
        index.catch_up()
        return
    with click.progressbar(length=behind, label="Reading the trail", file=sys.stderr) as shown:
        index.catch_up(shown.update)


def _place(before: str | None) -> int | None:
    try:
        return None if before is None else place_of(before)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--before") from error


def _print(found: list[Found], more: str | None, form: str) -> None:
    records = [each.record for each in found]
    match form:
        case "json":
            click.echo(json.dumps({"records": records, "next": more}, ensure_ascii=False, indent=2))
            return
        case "ndjson":
            lines = [written(record) for record in records]
        case "csv":
            csv.writer(sys.stdout, lineterminator="\n").writerows([COLUMNS, *map(cells_of, records)])
            lines = []
        case _:
            lines = [line_of(record) for record in records]
    for line in lines:
        click.echo(line)
    if more is not None:
        click.echo(f"more: --before {more}", err=True)
