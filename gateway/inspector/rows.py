"""A record as a row of the list: what is said in each column, what it leads to, and how it stands out."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from urllib.parse import quote

from gateway.audit.entries import table_of
from gateway.audit.telling import row_of
from gateway.audit.words import plain
from gateway.contract.model import JsonObject, JsonValue

EXCHANGE = "/inspector/exchange/"


@dataclass(frozen=True, slots=True)
class Row:
    """A record among others. `seq` is its own in the whole trail; `href` is empty where there is no more to see; `tone`
    is how it went: ok, denied, invalid, failed, or what is no request."""

    seq: str
    time: str
    principal: str
    method: str
    operation: str
    target: str
    decision: str
    status: str
    origin: str
    ms: str
    says: str
    href: str
    tone: str

    def as_json(self) -> JsonObject:
        return asdict(self)


def row(record: JsonObject) -> Row:
    """Return the row of a record. Nothing in it moves a cursor or turns a line."""
    said = row_of(record)
    is_request = "what" in record
    named = said["operation"] if is_request else str(record.get("event") or record.get("stage") or "")
    return Row(
        key_of(record),
        said["time"],
        said["principal"] or said["from"] or plain(_text(table_of(record.get("facts")).get("principal"))),
        said["method"],
        plain(named) or "not identified",
        said["target"],
        said["decision"],
        said["status"],
        said["origin"],
        said["ms"],
        _says(record) if record.get("stage") == "admin" else said["says"],
        exchange_href(record) if is_request else "",
        tone_of(record) if is_request else "other",
    )


def _says(record: JsonObject) -> str:
    """Return the facts of what was done to the gateway, less what the row says elsewhere."""
    facts = table_of(record.get("facts")).items()
    return plain(", ".join(f"{name} {value}" for name, value in facts if value is not None and name != "principal"))


def _text(value: JsonValue) -> str:
    return value if isinstance(value, str) else ""


def key_of(record: JsonObject) -> str:
    """Return what tells a record from all others: its chain, and its number there."""
    return f"{record.get('chain')}:{record.get('seq')}"


def exchange_href(record: JsonObject) -> str:
    return EXCHANGE + quote(str(record.get("id") or ""), safe="")


def tone_of(record: JsonObject) -> str:
    """Return how a request went, in one word."""
    status = table_of(record.get("outcome")).get("status")
    if table_of(record.get("decision")).get("decision") == "deny":
        return "denied"
    if not isinstance(status, int):
        return "failed" if record.get("stage") == "aborted" else "open"
    return "failed" if status >= 500 else "invalid" if status >= 400 else "ok"
