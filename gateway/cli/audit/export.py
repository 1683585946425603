"""`audit export`: records for other systems."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

import click
import orjson

from gateway.audit.entries import entry_of
from gateway.audit.exports import FORMS, Form
from gateway.audit.search import Query
from gateway.cli.audit.common import filters, query_of, trail_in, trail_options
from gateway.contract.model import JsonObject
from gateway.stores.audit_files import chains_in, files_of
from gateway.stores.audit_reading import records_of


@click.command("export")
@click.option("--as", "form", type=click.Choice(list(FORMS)), default="native", show_default=True, help="The form.")
@click.option("-o", "--output", type=click.File("wb", atomic=True), default="-", help="A file (default: stdout).")
@filters
@trail_options
def command(
    form: str, output: BinaryIO, trail: Path | None, data: Path | None, file: Path | None, **given: Any
) -> None:
    """Write records as they are, as traces of CTS, or as OCSF events (class 6003, schema 1.3.0), the oldest first.

    One JSON document a line. Records that have no such form are left out: only requests are OCSF events.
    """
    for record in exported(trail_in(trail, data, file), query_of(given, ()), FORMS[form]):
        output.write(orjson.dumps(record) + b"\n")


def exported(folder: Path, query: Query, form: Form) -> Iterator[JsonObject]:
    """Yield the records that fit, in a form and in order of time; memory does not depend on how many there are."""
    chains = [records_of(files_of(folder, chain)) for chain in chains_in(folder)]
    for record in heapq.merge(*chains, key=_time):
        wanted = form(record) if query.fits(entry_of(record)) else None
        if wanted is not None:
            yield wanted


def _time(record: JsonObject) -> int:
    """Return when a record was, 0 where it does not say."""
    ts_ms = record.get("ts_ms")
    return ts_ms if isinstance(ts_ms, int) else 0
