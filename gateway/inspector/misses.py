"""A miss beside the recordings that it came near to: what was asked, and field by field what the cassette has instead.

Read from the audit record of the miss, which keeps the report that the client got.
"""

from __future__ import annotations

from dataclasses import dataclass

from gateway.audit.entries import Term, table_of
from gateway.audit.telling import moment
from gateway.contract.model import JsonObject, JsonValue

# Where records of misses are found: no other answer has this status.
MISSED: tuple[Term, ...] = (("status", "424"),)


@dataclass(frozen=True, slots=True)
class Field:
    """A field in which a request and a recording differ."""

    name: str
    asked: str
    recorded: str


@dataclass(frozen=True, slots=True)
class Near:
    """A recorded exchange that came near, and in what it differs."""

    seq: str
    status: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Miss:
    """A request that the cassette has no answer to. `asked` are its fields, `fix` is what mends it."""

    id: str
    time: str
    kind: str
    message: str
    operation: str
    scope: str
    fix: str
    asked: tuple[tuple[str, str], ...]
    nearest: tuple[Near, ...]


def miss_of(record: JsonObject) -> Miss | None:
    """Return the miss that a record tells of, None for any other record."""
    report = table_of(record.get("miss"))
    if not report:
        return None
    return Miss(
        _text(record.get("id")),
        moment(record.get("ts_ms")),
        _text(report.get("kind")),
        _text(report.get("message")),
        _text(report.get("operation")),
        _text(report.get("scope")),
        _text(report.get("fix")),
        tuple((name, _text(value)) for name, value in table_of(report.get("request")).items()),
        tuple(_near(table_of(each)) for each in _list(report.get("nearest"))),
    )


def _near(said: JsonObject) -> Near:
    fields = (table_of(each) for each in _list(said.get("differences")))
    return Near(_text(said.get("seq")), _text(said.get("status")), tuple(map(_field, fields)))


def _field(said: JsonObject) -> Field:
    return Field(_text(said.get("field")), _text(said.get("request has")), _text(said.get("cassette has")))


def _list(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else []


def _text(value: JsonValue) -> str:
    return "" if value is None else str(value)
