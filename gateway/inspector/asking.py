"""A record as the request that it is about, as far as the trail keeps it: who asked, for what, from where, when.

What was redacted stays redacted, and a body that is not all there is none. What a look-up found is not kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, TypeVar

from gateway.access.facts import Facts
from gateway.access.principals import Assurance, AuthMethod, Principal
from gateway.access.records import Asked
from gateway.audit.entries import table_of, texts_of
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import JsonObject, JsonValue
from gateway.http.strict_json import Json, parse
from gateway.inspector.exchanging import body_of, method_of, target_of

Word = TypeVar("Word", bound=StrEnum)

# How the names of a record are called by a principal.
_NAMES: Mapping[str, str] = {
    "user_id": "user_id",
    "user_name": "user_name",
    "domain_id": "domain_id",
    "project_id": "project_id",
    "ak": "ak",
    "agency": "agency",
    "dev": "dev_principal",
}


def asked_of(record: JsonObject) -> Asked:
    """Return what a record of a request asks."""
    what, origin = table_of(record.get("what")), table_of(record.get("from"))
    path, _, query = target_of(what).partition(b"?")
    came_ms = record.get("recv_ms", record.get("ts_ms"))
    at = came_ms / 1000 if isinstance(came_ms, int) else 0.0
    facts = Facts(at, _text(origin.get("ip")), request_id=_text(record.get("id")))
    return Asked(_principal(record), CATALOGUE.identify(method_of(what), path, query, json_body(record)), facts)


def has_body(record: JsonObject) -> bool:
    """Return whether the request had a body, as far as is known."""
    return bool(body_of(record, "request") or table_of(record.get("outcome")).get("bytes_in"))


def json_body(record: JsonObject) -> JsonValue:
    """Return the JSON body of a request, None where there is none, or not all of it."""
    body = body_of(record, "request")
    found = parse(body) if body else None
    return found.value if isinstance(found, Json) else None


def _principal(record: JsonObject) -> Principal:
    who = table_of(record.get("who"))
    names: dict[str, Any] = {theirs: _text(who.get(ours)) for ours, theirs in _NAMES.items()}
    return Principal(
        roles=texts_of(who.get("roles")),
        auth_method=_one_of(AuthMethod, who.get("auth")),
        assurance=_one_of(Assurance, who.get("assurance")),
        **names,
    )


def _one_of(kind: type[Word], word: JsonValue) -> Word | None:
    return next((each for each in kind if each.value == word), None)


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) else None
