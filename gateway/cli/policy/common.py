"""What the subcommands of `policy` share: their options, and requests read from lines."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import click

from gateway.access.principals import Principal
from gateway.access.records import Asked, NotARecord, read_principal, read_record
from gateway.contract.model import JsonValue
from gateway.http.strict_json import NotJson, parse

WRONG_USAGE = 2
DENIED = 5

# A body of 12 MB, each byte of it escaped.
MAX_LINE_BYTES = 80 * 1024 * 1024

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def policies_option(help_text: str = "The policy folder.") -> Decorator:
    return click.option(
        "--policies", "folder", required=True, metavar="DIR", type=click.Path(path_type=Path), help=help_text
    )


def principal_option() -> Decorator:
    return click.option(
        "--principal",
        "principal",
        default="{}",
        metavar="JSON|@FILE",
        help="Who asks, as in `policy decide`; without a project_id, everybody's own project is meant.",
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A record with its id; `asked` is why it cannot be judged where it cannot."""

    id: JsonValue
    asked: Asked | str


def lines_of(stream: IO[bytes]) -> Iterator[Line]:
    """Yield each record that is not blank; without an id, the number of the line stands for it."""
    number = 0
    while text := stream.readline(MAX_LINE_BYTES):
        number += 1
        if len(text) == MAX_LINE_BYTES and not text.endswith(b"\n"):
            yield Line(number, f"line {number} is longer than {MAX_LINE_BYTES} bytes")
            while (rest := stream.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
                pass
        elif text.strip():
            yield _line(number, text)


def value_of(option: str, given: str) -> JsonValue:
    """Return the JSON that an option holds, or that stands in the file it names with an @. Errors: wrong usage."""
    try:
        text = Path(given[1:]).read_bytes() if given.startswith("@") else given.encode("utf-8", "surrogateescape")
    except OSError as error:
        raise click.UsageError(f"--{option}: {error.strerror}: {given[1:]}") from error
    found = parse(text)
    if isinstance(found, NotJson):
        raise click.UsageError(f"--{option} is no JSON: {found.reason}")
    return found.value


def principal_of(given: str) -> Principal:
    """Return the principal that an option describes. Errors: wrong usage."""
    found = value_of("principal", given)
    if not isinstance(found, dict):
        raise click.UsageError("--principal must be a JSON object")
    try:
        return read_principal(found)
    except NotARecord as error:
        raise click.UsageError(f"--principal: {error}") from error


def opened(path: str) -> IO[bytes]:
    """Open a file, or stdin for a dash. Errors: wrong usage for a file that cannot be read."""
    try:
        return click.open_file(path, "rb")
    except OSError as error:
        raise click.UsageError(f"{path}: {error.strerror}") from error


def print_json(value: JsonValue) -> None:
    click.echo(json.dumps(value))


def _line(number: int, text: bytes) -> Line:
    found = parse(text.strip())
    if isinstance(found, NotJson):
        return Line(_id_in(text, number), f"line {number}: {found.reason}")
    record = found.value
    record_id: JsonValue = record.get("id", number) if isinstance(record, dict) else number
    try:
        return Line(record_id, read_record(record, time.time()))
    except NotARecord as error:
        return Line(record_id, f"line {number}: {error}")


def _id_in(text: bytes, number: int) -> JsonValue:
    """Return the id of a record that is no strict JSON, where it has one, so that whoever wrote it finds it again."""
    try:
        members = json.loads(text, object_pairs_hook=tuple)
    except (ValueError, RecursionError):
        return number
    ids = [value for name, value in members if name == "id"] if isinstance(members, tuple) else []
    return ids[0] if len(ids) == 1 and isinstance(ids[0], str | int) else number
