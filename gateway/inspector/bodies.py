"""Bodies of a request and its answer, as far as they are kept: laid out for reading, or why there is none to read."""

from __future__ import annotations

import json
from dataclasses import dataclass

from gateway.audit.entries import table_of
from gateway.cassette.exchange import Exchange
from gateway.contract.model import JsonObject
from gateway.http.strict_json import Json, parse
from gateway.inspector.exchanging import body_of

LONGEST = 256 * 1024
FROM_TRAIL, FROM_CASSETTE = "the audit trail", "the cassette"


@dataclass(frozen=True, slots=True)
class Body:
    """A body, line by line, and where it is from; without lines, `says` is why."""

    lines: tuple[str, ...] = ()
    source: str = ""
    says: str = ""


def is_there(record: JsonObject, recorded: Exchange | None) -> bool:
    """Return whether there is a body of an exchange that somebody could look at."""
    kept = table_of(record.get("body"))
    return bool(kept.get("request") or kept.get("response") or (recorded and recorded.request.body + _answer(recorded)))


def request_body(record: JsonObject, recorded: Exchange | None) -> Body:
    """Return the body of a request."""
    size = table_of(record.get("outcome")).get("bytes_in")
    return _body(record, "request", recorded.request.body if recorded else b"", size)


def answer_body(record: JsonObject, recorded: Exchange | None) -> Body:
    """Return the body of an answer."""
    size = table_of(record.get("outcome")).get("bytes_out")
    return _body(record, "response", _answer(recorded) if recorded else b"", size)


def _answer(recorded: Exchange) -> bytes:
    return recorded.response.body


def _body(record: JsonObject, name: str, recorded: bytes, size: object) -> Body:
    text = table_of(record.get("body")).get(name)
    if isinstance(text, str) and text:
        whole = body_of(record, name)
        says = "" if whole is not None else "The trail kept the beginning only."
        return Body(laid_out(text.encode("utf-8", "replace") if whole is None else whole), FROM_TRAIL, says)
    if recorded:
        return Body(laid_out(recorded), FROM_CASSETTE)
    return Body(says=_why(record, size))


def _why(record: JsonObject, size: object) -> str:
    if size == 0:
        return "There was none."
    if not isinstance(size, int):
        return "Nobody knows whether there was one."
    level = table_of(record.get("body")).get("level")
    return f"It had {size:,} bytes. The audit trail keeps none of it (level {level}), and it was not recorded."


def laid_out(body: bytes) -> tuple[str, ...]:
    """Return a body line by line: JSON indented, anything else as it is, cut where it is very long."""
    found = parse(body)
    text = body[:LONGEST].decode("utf-8", "backslashreplace")
    if isinstance(found, Json):
        text = json.dumps(found.value, indent=2, ensure_ascii=False)
    lines = text[:LONGEST].split("\n")
    return (*lines, f"… ({len(body):,} bytes)") if len(text) > LONGEST or len(body) > LONGEST else tuple(lines)
