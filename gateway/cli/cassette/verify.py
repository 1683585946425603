"""`cassette verify`: a recording held against the contract, without a network, or against a live service."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import click

from gateway.cassette.integrity import State
from gateway.cassette.verify import Remark, Tally, Weight, verify
from gateway.cli.cassette.common import counted, json_option, opened, path_type, progress
from gateway.cli.cassette.forms import form_of
from gateway.cli.cassette.integrity import complaint, document_of, examined, lines_of
from gateway.cli.cassette.live import verify_live
from gateway.drift import compare
from gateway.errors import CassetteError, DifferenceError
from gateway.fronts.reissue import Patience
from gateway.settings import load
from gateway.stores.ages import age_fault
from gateway.stores.integrity import Examined
from gateway.validation import VolumeTypes, validate

# Each flag with the setting it sets.
_FLAGS = {
    "upstream": "upstream.url",
    "iam_upstream": "upstream.iam_url",
    "sandbox": "verify.sandbox",
    "values": "verify.values",
    "max_age_days": "cassette.max_age_days",
    "on_age": "cassette.on_age",
}


@click.command("verify")
@click.argument("cassette", type=path_type)
@click.option(
    "--volume-type", "types", multiple=True, metavar="NAME", help="A disk type of the region beyond the usual."
)
@click.option("--info", is_flag=True, help="Tell also what is only good to know.")
@click.option("--live", is_flag=True, help="Ask a live service, and compare its answers with the recorded ones.")
@click.option("--upstream", metavar="URL", help="The EVS endpoint to ask.")
@click.option("--iam-upstream", metavar="URL", help="The IAM endpoint to ask.")
@click.option("--project", "projects", multiple=True, metavar="ID", help="Live project, for each recorded one in turn.")
@click.option("--sandbox", is_flag=True, default=None, help="Send the recorded writes too, in their order.")
@click.option("--values", is_flag=True, default=None, help="Compare values too.")
@click.option("--polls", type=click.IntRange(min=0), default=60, show_default=True, help="Times a read is asked again.")
@click.option("--pause-ms", type=click.IntRange(min=0), default=1000, show_default=True, help="Pause between polls.")
@click.option("--max-age-days", type=float, metavar="DAYS", help="How old a recording may be.")
@click.option("--on-age", type=click.Choice(["warn", "fail"]), help="What becomes of an older one (default: warn).")
@click.option("--config", "file", type=path_type, help="Settings file, for the upstream and credentials.")
@click.option("--strict", is_flag=True, help="Fail also on edits of the text form, and on what cannot be told.")
@click.option("--data", type=path_type, help="Data folder with the key of the hashes (default: that of the settings).")
@json_option
def command(
    cassette: Path,
    types: tuple[str, ...],
    info: bool,
    strict: bool,
    data: Path | None,
    live: bool,
    projects: tuple[str, ...],
    polls: int,
    pause_ms: int,
    file: Path | None,
    as_json: bool,
    **flags: Any,
) -> None:
    """Hold every exchange of a cassette against the API reference, without a network, and tell whether it is as it
    was written.

    Content, order and completeness have a verdict each: good, bad or unknown. A store is judged by keyed hashes, its
    head and what was told about it outside (DATA/anchors.jsonl); the text form by cassette.sums, where edits by hand
    are told but fail only with --strict. See `cassette seal` for edits that are meant.

    A drift is a request that the reference refuses and the cloud accepted, an answer of another status, type or
    envelope than the documented one or without a documented member, and an operation that is another one now. Members
    and operations that the reference does not know are information. Each kind is told once, with the first exchange
    that has it and their number.

    With --live the recorded reads are asked of a live service instead, and its answers compared: a member that is
    gone, another type or status class is an error, a new member information. Ids are the recorded ones where the
    cassette still holds them (SQLite form), else they are found by the lists; what cannot be asked is told. Nothing is
    written, unless --sandbox gives the service free: then everything is asked in its order. The credential is
    EVS_TOKEN, or HUAWEICLOUD_SDK_AK and HUAWEICLOUD_SDK_SK, the project EVS_PROJECT_ID.

    Exit codes: 0 no drift and as it was written, 4 otherwise.
    """
    given = ((f"--{flag.replace('_', '-')}", _FLAGS[flag], value) for flag, value in flags.items())
    settings = load(given, file).settings
    age = None if form_of(cassette) else age_fault(cassette, time.time(), settings.cassette.max_age_days)
    if age is not None:
        click.echo(f"warn: {age}", err=True)
    if live:
        verify_live(cassette, settings, projects, Patience(polls, pause_ms / 1000), as_json)
    else:
        _verify_here(cassette, types, data, Telling(info, strict, as_json))
    if age is not None and settings.cassette.on_age == "fail":
        raise DifferenceError(age)


@dataclass(frozen=True, slots=True)
class Telling:
    """What of an offline verification is told and how, and what counts as a failure."""

    info: bool
    strict: bool
    as_json: bool


def _verify_here(cassette: Path, types: tuple[str, ...], data: Path | None, telling: Telling) -> None:
    found = examined(cassette, data)
    tally = _held(cassette, types, found)
    told = [remark for remark in tally.first.values() if telling.info or remark.weight is Weight.WARN]
    if telling.as_json:
        integrity = {"integrity": document_of(found)} if found else {}
        click.echo(json.dumps({**_report(tally, told), **integrity}, indent=2))
    else:
        remarks = (_line(remark, tally.count[remark.kind]) for remark in told)
        click.echo("".join(f"{line}\n" for line in (*remarks, *(lines_of(found) if found else ()))), nl=False)
    trouble = complaint(found, telling.strict) if found else None
    if trouble or tally.has_drifted:
        raise DifferenceError(f"{cassette}: {trouble or 'differs from the contract'}")
    click.echo(f"{cassette}: {counted(tally.exchanges)}, no drift", err=True)


def _held(cassette: Path, types: tuple[str, ...], found: Examined | None) -> Tally:
    """Return what the contract has against a cassette; nothing where what was changed cannot even be read."""
    judge = partial(validate, types=VolumeTypes(added=types))
    try:
        with opened(cassette) as source, progress(source.read(), source.count(), "Verifying") as exchanges:
            return verify(exchanges, judge, compare)
    except CassetteError:
        if found is None or not found.integrity.has(State.BAD):
            raise
        return Tally()


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
