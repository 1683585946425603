"""`cassette diff`: what is different between two recordings of the same thing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import click

from gateway.cassette.diff import Difference, differences
from gateway.cassette.exchange import Exchange
from gateway.cli.cassette.common import json_option, opened, path_type, progress
from gateway.errors import DifferenceError

_MOST = 80


@click.command("diff")
@click.argument("first", type=path_type)
@click.argument("second", type=path_type)
@json_option
def command(first: Path, second: Path, as_json: bool) -> None:
    """Compare two cassettes exchange by exchange, of any form each.

    Ids are compared by their role; times, dates, request ids, lengths, connections and request headers are not
    compared, and a read repeated with the same answer counts once. The n-th exchange of one method and target stands
    against the n-th of the other cassette.

    Exit codes: 0 no difference, 4 a difference.
    """
    found = list(differences(_exchanges(first), _exchanges(second)))
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], indent=2))
    else:
        click.echo("".join(f"{line}\n" for each in found for line in _lines(each)), nl=False)
    if found:
        exchanges = "1 exchange differs" if len(found) == 1 else f"{len(found)} exchanges differ"
        raise DifferenceError(f"{first} and {second}: {exchanges}")


def _exchanges(path: Path) -> list[Exchange]:
    with opened(path) as cassette, progress(cassette.read(), cassette.count(), path.name) as exchanges:
        return list(exchanges)


def _lines(difference: Difference) -> Iterator[str]:
    if not difference.changes:
        side, seq = ("first", difference.first) if difference.first else ("second", difference.second)
        yield f"only in the {side}: {seq}  {difference.operation} {difference.title}"
        return
    yield f"{difference.first} | {difference.second}  {difference.operation} {difference.title}"
    for each in difference.changes:
        yield f"  {each.where}: first has {_cut(each.first)}, second has {_cut(each.second)}"


def _cut(text: str) -> str:
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"
