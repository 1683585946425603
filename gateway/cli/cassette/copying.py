"""Exchanges from one place and form to another, each changed on the way as the command wants it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import click

from gateway.cassette.exchange import Exchange
from gateway.cassette.redaction import Redactor
from gateway.cli.cassette.common import counted, opened, progress
from gateway.contract.catalogue import CATALOGUE
from gateway.stores.keys import installation_key

Change = Callable[[Exchange], Exchange]
Write = Callable[[Iterable[Exchange]], None]


def copy(source: Path, target: Path, change: Change, write: Write) -> None:
    """Write the exchanges of a source, changed, and say how many there were.

    Errors: wrong usage when both are the same place.
    """
    if source.absolute() == target.absolute():
        raise click.UsageError("source and target are the same cassette")
    with opened(source) as cassette, progress(cassette.read(), cassette.count(), "Copying") as exchanges:
        write(map(change, exchanges))
        count = cassette.count()
    click.echo(f"{target}: {counted(count)}", err=True)


def redacting(data: Path | None) -> Change:
    """Return what redacts exchanges, with the key of a data folder or one for once. What was removed already stays as
    it is."""
    redactor = Redactor(installation_key(data) if data else secrets.token_bytes(32))
    return lambda exchange: _redacted(redactor, exchange)


def _redacted(redactor: Redactor, exchange: Exchange) -> Exchange:
    operation = CATALOGUE.by_id.get(exchange.operation)
    again = redactor.redact(exchange.request, exchange.response, operation)
    rules = tuple(sorted({*exchange.redactions, *again.rules}))
    return replace(exchange, request=again.request, response=again.response, redactions=rules)
