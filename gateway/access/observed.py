"""Requests that were seen, as policies look at them: from an audit record the operation and what was named in it.

What a record does not keep cannot be told: a body that was left out or cut takes those requests with it whose action
stands in it.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote_from_bytes

from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import JsonObject, JsonValue, Match
from gateway.http.strict_json import Json, parse

FORBIDDEN = 403


def observed(record: JsonObject) -> Match | None:
    """Return the request of a record that was let through; None where it was denied or forbidden, where its end is not
    known, and where it cannot be told what it was."""
    what, outcome, decision = (_table(record.get(name)) for name in ("what", "outcome", "decision"))
    if outcome.get("status") in (None, FORBIDDEN) or decision.get("decision") == "deny":
        return None
    method, target = what.get("method"), what.get("target")
    if not isinstance(method, str) or not isinstance(target, str):
        return None
    path, _, query = _raw(target).partition(b"?")
    found = CATALOGUE.identify(method, path, query, _body(_table(record.get("body")).get("request")))
    return found if isinstance(found, Match) else None


def _raw(target: str) -> bytes:
    raw = target.encode("utf-8", "surrogatepass")
    return raw if raw.isascii() else quote_from_bytes(raw, safe="%/?&=+:,;@!$'()*~").encode()


def _body(kept: JsonValue) -> JsonValue:
    found = parse(kept.encode("utf-8", "surrogatepass")) if isinstance(kept, str) and kept else None
    return found.value if isinstance(found, Json) else None


def _table(value: Any) -> JsonObject:
    return value if isinstance(value, dict) else {}
