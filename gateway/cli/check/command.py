"""The command line of `check`: where requests come from, what is printed of each, and what the exit code says."""

from __future__ import annotations

import codecs
import json
import sys
from collections.abc import Iterator
from typing import IO

import click

from gateway.cli.check.judging import Judgement, Verdict, as_json, as_words, judge
from gateway.cli.check.records import Asked, Record, from_flags, from_har, from_lines
from gateway.contract.model import JsonValue

WRONG_USAGE = 2
REFUSED = 5


@click.command("check")
@click.argument("words", nargs=-1, metavar="[METHOD TARGET | FILE]")
@click.option("-H", "--header", "headers", multiple=True, metavar="NAME:VALUE", help="A header of the one request.")
@click.option("-d", "--body", metavar="TEXT|@FILE", help="The body of the one request, as it is sent.")
@click.option("--jsonl", type=click.Path(dir_okay=False, allow_dash=True), help="Requests as JSON Lines; - for stdin.")
@click.option("--har", type=click.Path(dir_okay=False, allow_dash=True), help="Requests from a HAR 1.2 file.")
@click.option("--explain", is_flag=True, help="Words for people instead of JSON Lines.")
def command(
    words: tuple[str, ...],
    headers: tuple[str, ...],
    body: str | None,
    jsonl: str | None,
    har: str | None,
    explain: bool,
) -> None:
    """Judge requests as the gateway would, without sending them.

    One request is given by METHOD and TARGET (a path with its query, or a URL). Many come from a FILE: HAR when its
    name ends in .har, otherwise JSON Lines; without any argument they are read as JSON Lines from stdin. A line is
    {"id", "method", "path", "query", "headers", "body"}: `query` is an object (values may be arrays) or the raw string,
    `body` is JSON, judged exactly as written, or the raw text in a string. Where no headers are given, a body is taken
    for application/json.

    Prints one JSON line for each: id, operation, section, verdict (pass, warn or reject), status and code of the
    refusal, the API actions required (null where the reference leaves them open), and all findings. A record that
    cannot be read costs only itself: its line has id and error.

    Exit codes: 0 nothing is refused, 5 something is, 2 a record could not be read.
    """
    show = as_words if explain else _as_line
    verdicts: set[Verdict | None] = set()
    for record in _records(words, headers, body, jsonl, har):
        if isinstance(record, Asked):
            judgement = judge(record.request)
            verdicts.add(judgement.verdict)
            click.echo(show(record.id, judgement))
        else:
            verdicts.add(None)
            click.echo(json.dumps({"id": record.id, "error": record.why}))
    sys.exit(WRONG_USAGE if None in verdicts else REFUSED if Verdict.REJECT in verdicts else 0)


def _as_line(record_id: JsonValue, judgement: Judgement) -> str:
    return json.dumps(as_json(record_id, judgement))


def _records(
    words: tuple[str, ...], headers: tuple[str, ...], body: str | None, jsonl: str | None, har: str | None
) -> Iterator[Record]:
    """Return the records that the arguments name. Errors: wrong usage when they name several things at once."""
    given = [bool(words), jsonl is not None, har is not None]
    if sum(given) > 1 or len(words) > 2:
        raise click.UsageError("give one of METHOD TARGET, FILE, --jsonl and --har")
    if len(words) == 2:
        return iter([_one(words[0], words[1], headers, body)])
    if headers or body is not None:
        raise click.UsageError("--header and --body belong to METHOD TARGET")
    if har is not None or (words and words[0].lower().endswith(".har")):
        return _har(har if har is not None else words[0])
    return _lines(jsonl if jsonl is not None else words[0] if words else "-")


def _one(method: str, target: str, headers: tuple[str, ...], body: str | None) -> Record:
    try:
        return Asked(1, from_flags(method, target, headers, _body(body)))
    except ValueError as error:  # beside what is not readable: a URL without a host, a header name that is no text
        raise click.UsageError(str(error)) from error


def _body(body: str | None) -> bytes:
    if body is None:
        return b""
    if not body.startswith("@"):
        return body.encode("utf-8", "surrogateescape")
    with _opened(body[1:]) as stream:
        return stream.read()


def _lines(path: str) -> Iterator[Record]:
    with _opened(path) as stream:
        yield from from_lines(stream)


def _har(path: str) -> Iterator[Record]:
    with _opened(path) as stream:
        yield from from_har(codecs.getreader("utf-8-sig")(stream).read)


def _opened(path: str) -> IO[bytes]:
    """Open a file, or stdin for a dash. Errors: wrong usage for a file that cannot be read."""
    try:
        return click.open_file(path, "rb")
    except OSError as error:
        raise click.UsageError(f"{path}: {error.strerror}") from error
