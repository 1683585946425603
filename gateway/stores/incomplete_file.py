"""Writes with unknown outcome beside the text of a cassette: `incomplete.jsonl`, one line each.

They are what was about to be sent when a gateway was killed. They are no exchanges, so they are not replayed; they stay
until somebody who has looked at the cloud takes them away.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from gateway.cassette.text_body import Body, written
from gateway.cassette.text_forms import HeaderLine, is_latin
from gateway.errors import CassetteError
from gateway.http.messages import Request
from gateway.stores.text_folder import write_file

INCOMPLETE_FILE = "incomplete.jsonl"


@dataclass(frozen=True, slots=True)
class Incomplete:
    """A write that was about to be sent when the gateway stopped: nobody knows whether the cloud did it."""

    request: Request
    noted_at: float


class _Note(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    noted_at: float
    connection: str
    method: str
    target: Annotated[str, AfterValidator(is_latin)]
    headers: list[HeaderLine]
    body: Body | None = None


def read_incomplete(folder: Path) -> list[Incomplete]:
    """Return the notes in a folder, oldest first.

    Errors: CassetteError that names file, line and member.
    """
    file = folder / INCOMPLETE_FILE
    try:
        lines = file.read_bytes().splitlines() if file.exists() else []
    except OSError as error:
        raise CassetteError(f"{file}: cannot be read: {error.strerror}") from error
    return [_incomplete(file, number, line) for number, line in enumerate(lines, 1)]


def add_incomplete(folder: Path, notes: Iterable[Incomplete]) -> None:
    """Add notes to those in a folder, on disk when this returns; one that is there already is not added again."""
    file = folder / INCOMPLETE_FILE
    lines = file.read_bytes().splitlines() if file.exists() else []
    added = [line for line in map(_line, notes) if line not in lines]
    if added:
        write_file(file, b"\n".join((*lines, *added, b"")))


def _line(note: Incomplete) -> bytes:
    request = note.request
    says = {
        "noted_at": note.noted_at,
        "connection": request.connection,
        "method": request.method,
        "target": request.target.decode("latin-1"),
        "headers": [b": ".join(header).decode("latin-1") for header in request.headers],
        **({"body": written(request.body)} if request.body else {}),
    }
    return json.dumps(says, ensure_ascii=False).encode()


def _incomplete(file: Path, number: int, line: bytes) -> Incomplete:
    try:
        note = _Note.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        member = ".".join(map(str, first["loc"])) or "the line"
        raise CassetteError(f"{file}: line {number}: {member}: {first['msg']}") from error
    pairs = (header.encode("latin-1").partition(b": ") for header in note.headers)
    headers = tuple((name, value) for name, _, value in pairs)
    body = note.body.content() if note.body else b""
    request = Request(note.method, note.target.encode("latin-1"), headers, body, connection=note.connection)
    return Incomplete(request, note.noted_at)
