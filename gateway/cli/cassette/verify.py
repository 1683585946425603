"""`cassette verify`: a recording held against the contract, without a network."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import Any

import click

from gateway.cassette.verify import Remark, Tally, Weight, verify
from gateway.cli.cassette.common import counted, json_option, opened, path_type, progress
from gateway.drift import compare
from gateway.errors import DifferenceError
from gateway.validation import VolumeTypes, validate


@click.command("verify")
@click.argument("cassette", type=path_type)
@click.option(
    "--volume-type", "types", multiple=True, metavar="NAME", help="A disk type of the region beyond the usual."
)
@click.option("--info", is_flag=True, help="Tell also what is only good to know.")
@json_option
def command(cassette: Path, types: tuple[str, ...], info: bool, as_json: bool) -> None:
    """Hold every exchange of a cassette against the API reference, without a network.

    A drift is a request that the reference refuses and the cloud accepted, an answer of another status, type or
    envelope than the documented one or without a documented member, and an operation that is another one now. Members
    and operations that the reference does not know are information. Each kind is told once, with the first exchange
    that has it and their number.

    Exit codes: 0 no drift, 4 drift.
    """
    judge = partial(validate, types=VolumeTypes(added=types))
    with opened(cassette) as source, progress(source.read(), source.count(), "Verifying") as exchanges:
        tally = verify(exchanges, judge, compare)
    told = [remark for remark in tally.first.values() if info or remark.weight is Weight.WARN]
    if as_json:
        click.echo(json.dumps(_report(tally, told), indent=2))
    else:
        click.echo("".join(f"{_line(remark, tally.count[remark.kind])}\n" for remark in told), nl=False)
    if tally.has_drifted:
        raise DifferenceError(f"{cassette}: differs from the contract")
    click.echo(f"{cassette}: {counted(tally.exchanges)}, no drift", err=True)


def _report(tally: Tally, told: list[Remark]) -> dict[str, Any]:
    return {
        "exchanges": tally.exchanges,
        "has_drifted": tally.has_drifted,
        "remarks": [_row(remark, tally.count[remark.kind]) for remark in told],
    }


def _row(remark: Remark, count: int) -> dict[str, Any]:
    return {
        "operation": remark.operation,
        "part": remark.part.value,
        "severity": remark.weight.value,
        "rule": remark.rule,
        "where": remark.where,
        "expected": remark.expected,
        "found": remark.found,
        "source": remark.source,
        "first": remark.seq,
        "exchanges": count,
    }


def _line(remark: Remark, count: int) -> str:
    found = remark.found or "otherwise"
    words = f"{remark.weight}: {remark.operation}: {remark.part}: {remark.where}: {remark.expected}; found {found}"
    source = f" ({remark.source})" if remark.source else ""
    return f"{words} [{remark.rule}]{source}, {counted(count)}, first {remark.seq}"
