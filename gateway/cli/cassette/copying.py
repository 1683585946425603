"""Exchanges from one place and form to another, each changed on the way as the command wants it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from gateway.cassette.exchange import Exchange
from gateway.cassette.redaction import Redactor
from gateway.cassette.rule_set import RULE_SET, redacted
from gateway.cli.cassette.common import counted, opened, progress
from gateway.stores.keys import installation_key
from gateway.stores.text_folder import is_text_cassette, rules_of

Change = Callable[[Exchange], Exchange]
Write = Callable[[Iterable[Exchange]], None]


def copy(source: Path, target: Path, change: Change, write: Write) -> None:
    """Write the exchanges of a source, changed, and say how many there were.

    A text cassette may be written in its own place, in today's format: it is read whole before.
    Errors: wrong usage when both are the same place.
    """
    if is_same(source, target) and not is_text_cassette(source):
        raise click.UsageError("source and target are the same cassette")
    rules = rules_of(source) if is_text_cassette(source) else RULE_SET
    with opened(source) as cassette, progress(cassette.read(), cassette.count(), "Copying") as exchanges:
        write(map(change, exchanges))
        count = cassette.count()
    if rules != RULE_SET:
        click.echo(f"{source}: was redacted by rules {rules}; redacted again by {RULE_SET}", err=True)
    click.echo(f"{target}: {counted(count)}", err=True)


def is_same(source: Path, target: Path) -> bool:
    return source.absolute() == target.absolute()


def redacting(data: Path | None) -> Change:
    """Return what redacts exchanges, with the key of a data folder or one for once. What was removed already stays as
    it is."""
    redactor = Redactor(installation_key(data) if data else secrets.token_bytes(32))
    return lambda exchange: redacted(redactor, exchange)
