"""`audit show`: one request, with what was decided and why."""

from __future__ import annotations

import json
from pathlib import Path

import click

from gateway.audit.entries import Term
from gateway.audit.search import Page, Query
from gateway.audit.telling import line_of, page_of
from gateway.cli.audit.common import index_option, json_option, trail_in, trail_options
from gateway.cli.audit.search import bring_up_to_date
from gateway.contract.model import JsonObject
from gateway.errors import RunError
from gateway.inspector.exchanging import curl_of, har_of
from gateway.stores.audit_index import AuditIndex

# A client may give many requests one id.
_MOST = 20
_ENDS = ("complete", "aborted")


@click.command("show")
@click.argument("id_", metavar="ID")
@json_option
@click.option("--curl", "form", flag_value="curl", help="The command that asks the same again.")
@click.option("--har", "form", flag_value="har", help="A HAR document with this exchange.")
@click.option(
    "--origin", metavar="URL", default="http://127.0.0.1:8776", show_default=True, help="Where curl and HAR say it was."
)
@index_option
@trail_options
def command(
    id_: str,
    as_json: bool,
    form: str | None,
    origin: str,
    index_file: Path | None,
    trail: Path | None,
    data: Path | None,
    file: Path | None,
) -> None:
    """Show one request with what was decided and why, by its id (X-Request-Id of its answer).

    The trail holds no credentials, so curl wants yours in TOKEN.
    """
    records = _records(trail_in(trail, data, file), index_file, id_)
    if as_json:
        click.echo(json.dumps(records, ensure_ascii=False, indent=2))
        return
    end = next((each for each in records if each.get("stage") in _ENDS), records[0])
    match form:
        case "curl":
            lines = list(curl_of(end, origin))
        case "har":
            lines = [har_of(end, origin).decode().rstrip("\n")]
        case _:
            lines = [*page_of(end), *(f"also: {line_of(each)}" for each in records if each is not end)]
    click.echo("\n".join(lines))


def _records(folder: Path, index_file: Path | None, id_: str) -> list[JsonObject]:
    """Return the records of an id, the newest first. Errors: RunError when there is none."""
    term: Term = ("id", id_)
    with AuditIndex(folder, index_file) as index:
        bring_up_to_date(index)
        found = index.find(Query((term,)), Page(_MOST))
    if not found:
        raise RunError(f"{folder}: no record has the id {id_!r}")
    return [each.record for each in found]
