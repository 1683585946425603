"""`cassette list | show | export | import`: what is in a cassette, and the way from one form to the other."""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from gateway.cassette.exchange import Exchange
from gateway.cassette.redaction import Redactor
from gateway.cassette.text_body import written
from gateway.contract.catalogue import CATALOGUE
from gateway.errors import CassetteError, RunError
from gateway.http.messages import Headers
from gateway.stores.cassettes import Cassette, cassette_exists, is_folder_form, open_cassette
from gateway.stores.copying import refuse_existing, write_cassette
from gateway.stores.keys import installation_key
from gateway.stores.text_folder import SUFFIX

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document.")
force_option = click.option("--force", is_flag=True, help="Replace a cassette that is there already.")
path_type = click.Path(path_type=Path)


@click.group()
def command() -> None:
    """List, show, export and import cassettes.

    A cassette is an SQLite file, or a folder NAME.cassette in the text form.
    """


@command.command("list")
@click.argument("path", type=path_type, default=".")
@json_option
def list_(path: Path, as_json: bool) -> None:
    """List the exchanges of a cassette, or the cassettes in a folder."""
    is_shelf = path.is_dir() and not cassette_exists(path) and path.suffix != SUFFIX
    rows = _shelf(path) if is_shelf else _contents(path)
    if as_json:
        click.echo(json.dumps(list(rows), indent=2))
        return
    for row in rows:
        click.echo(_shelf_line(row) if is_shelf else _exchange_line(row))


@command.command()
@click.argument("cassette", type=path_type)
@click.argument("seq", type=click.IntRange(min=1))
@json_option
def show(cassette: Path, seq: int, as_json: bool) -> None:
    """Show one exchange of a cassette, by its number in the list."""
    with _opened(cassette) as source:
        exchange = next((each for each in source.read() if each.seq == seq), None)
        if exchange is None:
            raise RunError(f"{cassette}: has no exchange {seq}; it holds {source.count()}")
    click.echo(json.dumps(_document(exchange), indent=2) if as_json else _page(exchange))


@command.command()
@click.argument("cassette", type=path_type)
@click.argument("folder", type=path_type)
@force_option
def export(cassette: Path, folder: Path, force: bool) -> None:
    """Write a cassette as text into FOLDER.cassette, to be reviewed and committed."""
    if folder.suffix != SUFFIX:
        raise click.BadParameter(f"expected a name that ends in {SUFFIX}", param_hint="FOLDER")
    _copy(cassette, folder, force, lambda exchange: exchange)


@command.command("import")
@click.argument("source", type=path_type)
@click.argument("target", type=path_type)
@click.option("--data", type=path_type, help="Data folder whose key makes the placeholders (default: a key for once).")
@force_option
def import_(source: Path, target: Path, data: Path | None, force: bool) -> None:
    """Copy a cassette, from text to SQLite or back, and redact it again on the way."""
    redactor = Redactor(installation_key(data) if data else secrets.token_bytes(32))
    _copy(source, target, force, lambda exchange: _redacted(redactor, exchange))


def _redacted(redactor: Redactor, exchange: Exchange) -> Exchange:
    operation = CATALOGUE.by_id.get(exchange.operation)
    again = redactor.redact(exchange.request, exchange.response, operation)
    rules = tuple(sorted({*exchange.redactions, *again.rules}))
    return replace(exchange, request=again.request, response=again.response, redactions=rules)


def _copy(source: Path, target: Path, force: bool, change: Callable[[Exchange], Exchange]) -> None:
    if source.absolute() == target.absolute():
        raise click.UsageError("source and target are the same cassette")
    if not force:
        refuse_existing(target)
    with _opened(source) as cassette, _progress(cassette) as exchanges:
        write_cassette(target, [change(exchange) for exchange in exchanges])
        count = cassette.count()
    click.echo(f"{target}: {_counted(count)}", err=True)


@contextmanager
def _opened(path: Path) -> Iterator[Cassette]:
    cassette = open_cassette(path)
    try:
        yield cassette
    finally:
        cassette.close()


@contextmanager
def _progress(cassette: Cassette) -> Iterator[Iterable[Exchange]]:
    """Give the exchanges, with a bar on a terminal."""
    if not _stderr_is_terminal():
        yield cassette.read()
        return
    with click.progressbar(cassette.read(), length=cassette.count(), label="Copying", file=sys.stderr) as exchanges:
        yield exchanges


def _stderr_is_terminal() -> bool:
    return sys.stderr.isatty()


def _contents(path: Path) -> Iterator[dict[str, Any]]:
    with _opened(path) as cassette:
        yield from (_summary(exchange) for exchange in cassette.read())
        for note in cassette.incomplete():
            click.echo(f"outcome unknown: {note.request.method} {note.request.target.decode('latin-1')}", err=True)


def _shelf(folder: Path) -> Iterator[dict[str, Any]]:
    """Yield the cassettes in a folder; one that cannot be read is named with its problem."""
    for path in sorted(folder.iterdir()):
        if path.suffix in (SUFFIX, ".sqlite") and not path.name.startswith("."):
            yield _entry(path)


def _entry(path: Path) -> dict[str, Any]:
    form = "text" if is_folder_form(path) else "sqlite"
    try:
        with _opened(path) as cassette:
            return {"name": path.name, "form": form, "exchanges": cassette.count(), "problem": None}
    except CassetteError as error:
        return {"name": path.name, "form": form, "exchanges": None, "problem": str(error)}


def _shelf_line(row: dict[str, Any]) -> str:
    return f"{row['name']:<40} {row['form']:<7} " + (row["problem"] or _counted(row["exchanges"]))


def _counted(exchanges: int) -> str:
    return "1 exchange" if exchanges == 1 else f"{exchanges} exchanges"


def _summary(exchange: Exchange) -> dict[str, Any]:
    return {
        "seq": exchange.seq,
        "operation": exchange.operation,
        "method": exchange.request.method,
        "target": exchange.request.target.decode("latin-1"),
        "status": exchange.response.status,
        "started_at": datetime.fromtimestamp(exchange.started_at, UTC).isoformat(),
        "elapsed_ms": round(exchange.elapsed_ms, 3),
        "connection": exchange.connection,
        "credential": exchange.credential.value,
        "redactions": list(exchange.redactions),
        "findings": list(exchange.findings),
    }


def _exchange_line(row: dict[str, Any]) -> str:
    start = f"{row['seq']:>6}  {row['status']}  {row['elapsed_ms']:>8.1f} ms"
    return f"{start}  {row['operation']:<32} {row['method']:<6} {row['target']}"


def _document(exchange: Exchange) -> dict[str, Any]:
    request, response = exchange.request, exchange.response
    return {
        **_summary(exchange),
        "request": {"headers": _lines(request.headers), "body": _shown(request.body)},
        "response": {"headers": _lines(response.headers), "body": _shown(response.body)},
    }


def _shown(body: bytes) -> dict[str, Any] | None:
    return written(body) if body else None


def _lines(headers: Headers) -> list[str]:
    return [b": ".join(header).decode("latin-1") for header in headers]


def _page(exchange: Exchange) -> str:
    row, request, response = _summary(exchange), exchange.request, exchange.response
    facts = f"{row['seq']}  {row['operation']}  {row['started_at']}  {row['elapsed_ms']:.1f} ms"
    removed = f"redacted: {', '.join(exchange.redactions) or 'nothing'}"
    asked = [f"{request.method} {row['target']}", *_lines(request.headers), *_readable(request.body)]
    answered = [str(response.status), *_lines(response.headers), *_readable(response.body)]
    found = [f"found: {finding}" for finding in exchange.findings]
    return "\n".join((facts, removed, *found, "", *asked, "", *answered))


def _readable(body: bytes) -> list[str]:
    """Return the lines that show a body, a blank one before it; none for an empty body."""
    if not body:
        return []
    match written(body):
        case {"json": value}:
            return ["", json.dumps(value, indent=2, ensure_ascii=False)]
        case {"text": lines}:
            return ["", *lines]
    return ["", f"({len(body)} bytes, not text)"]
