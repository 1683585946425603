"""`cassette diff`: what is different between two recordings of the same thing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from gateway.cassette.comparing import Weight
from gateway.cassette.diff import Difference, differences
from gateway.cassette.exchange import Exchange
from gateway.cassette.weighing import reaches, weight_of, weights_of
from gateway.cli.cassette.common import json_option, opened, path_type, progress
from gateway.errors import DifferenceError

_MOST = 80


@click.command("diff")
@click.argument("first", type=path_type)
@click.argument("second", type=path_type)
@click.option(
    "--fail-on",
    type=click.Choice([weight.value for weight in Weight]),
    default=Weight.INFO.value,
    show_default=True,
    help="The least severity that ends with 4.",
)
@json_option
def command(first: Path, second: Path, fail_on: str, as_json: bool) -> None:
    """Compare two cassettes exchange by exchange, of any form each.

    Ids are compared by their role; times, dates, request ids, lengths, connections and request headers are not
    compared, and a read repeated with the same answer counts once. The n-th exchange of one method and target stands
    against the n-th of the other cassette.

    A status of another class, and a member of an answer that is gone or of another type, is an error; a new member or
    exchange is information; all else is a warning.

    Exit codes: 0 no difference of that severity, 4 a difference.
    """
    found = list(differences(_exchanges(first), _exchanges(second)))
    if as_json:
        click.echo(json.dumps([_row(each) for each in found], indent=2))
    else:
        click.echo("".join(f"{line}\n" for each in found for line in _lines(each)), nl=False)
    if any(reaches(weight_of(each), Weight(fail_on)) for each in found):
        exchanges = "1 exchange differs" if len(found) == 1 else f"{len(found)} exchanges differ"
        raise DifferenceError(f"{first} and {second}: {exchanges}")


def _exchanges(path: Path) -> list[Exchange]:
    with opened(path) as cassette, progress(cassette.read(), cassette.count(), path.name) as exchanges:
        return list(exchanges)


def _row(difference: Difference) -> dict[str, Any]:
    changes = zip(difference.changes, weights_of(difference), strict=True)
    told = [{**asdict(each), "severity": weight.value} for each, weight in changes]
    return {**asdict(difference), "severity": weight_of(difference).value, "changes": told}


def _lines(difference: Difference) -> Iterator[str]:
    if not difference.changes:
        side, seq = ("first", difference.first) if difference.first else ("second", difference.second)
        yield f"only in the {side}: {seq}  {difference.operation} {difference.title} [{weight_of(difference)}]"
        return
    yield f"{difference.first} | {difference.second}  {difference.operation} {difference.title}"
    for each, weight in zip(difference.changes, weights_of(difference), strict=True):
        yield f"  {each.where}: first has {_cut(each.first)}, second has {_cut(each.second)} [{weight}]"


def _cut(text: str) -> str:
    return text if len(text) <= _MOST else f"{text[: _MOST - 1]}…"
