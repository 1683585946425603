"""`cassette show`: one exchange, for people or as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from gateway.cassette.exchange import Exchange
from gateway.cassette.text_body import written
from gateway.cli.cassette.common import json_option, opened, path_type
from gateway.errors import RunError
from gateway.http.messages import Headers


@click.command("show")
@click.argument("cassette", type=path_type)
@click.argument("seq", type=click.IntRange(min=1))
@json_option
def command(cassette: Path, seq: int, as_json: bool) -> None:
    """Show one exchange of a cassette, by its number in the list."""
    with opened(cassette) as source:
        exchange = next((each for each in source.read() if each.seq == seq), None)
        if exchange is None:
            raise RunError(f"{cassette}: has no exchange {seq}; it holds {source.count()}")
    click.echo(json.dumps(document(exchange), indent=2) if as_json else _page(exchange))


def summary(exchange: Exchange) -> dict[str, Any]:
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


def document(exchange: Exchange) -> dict[str, Any]:
    """Return all of an exchange as JSON."""
    request, response = exchange.request, exchange.response
    return {
        **summary(exchange),
        "request": {"headers": _lines(request.headers), "body": _shown(request.body)},
        "response": {"headers": _lines(response.headers), "body": _shown(response.body)},
    }


def _shown(body: bytes) -> dict[str, Any] | None:
    return written(body) if body else None


def _lines(headers: Headers) -> list[str]:
    return [b": ".join(header).decode("latin-1") for header in headers]


def _page(exchange: Exchange) -> str:
    row, request, response = summary(exchange), exchange.request, exchange.response
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
