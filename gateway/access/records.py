"""Requests written down, to be judged without a gateway: who asks, when, from where, what, and what a look-up found.

Source: policy-format, `evs-gateway policy decide`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from urllib.parse import quote_from_bytes, urlencode

from gateway.access.facts import Facts, Target
from gateway.access.keys import NoKey, read_key
from gateway.access.principals import Assurance, AuthMethod, Principal
from gateway.access.values import ABSENT
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import JsonObject, JsonValue, Match, Unmatched

_BROKEN = re.compile(r"%(?![0-9A-Fa-f]{2})|%00|\x00")
_WORDS = (
    *("user_id", "user_name", "domain_id", "domain_name", "project_id", "project_name"),
    *("ak", "agency", "dev_principal"),
)
# Within a day of the first and the last year some time zones have no time at all.
_TIMES = (datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC))
_ENUMS: Mapping[str, type[StrEnum]] = MappingProxyType({"auth_method": AuthMethod, "assurance": Assurance})


class NotARecord(ValueError):  # noqa: N818 - said of a record, caught where records are counted
    """The record cannot be judged; the message says why."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that can be judged."""

    principal: Principal
    match: Match | Unmatched
    facts: Facts


def read_record(record: JsonValue, now: float) -> Asked:
    """Return what a record asks; `now` stands for a time left out. Errors: NotARecord."""
    if not isinstance(record, dict):
        raise NotARecord("a record must be an object")
    principal = _object(record, "principal")
    return Asked(read_principal(principal), _match(_object(record, "request")), _facts(record, now))


def read_principal(found: Mapping[str, JsonValue]) -> Principal:
    """Return who asks. Errors: NotARecord."""
    fields: dict[str, Any] = {name: _word(found, name) for name in _WORDS}
    fields |= {name: _choice(found, name, kind) for name, kind in _ENUMS.items()}
    roles = found.get("roles") or []
    if not isinstance(roles, list) or not all(isinstance(role, str) for role in roles):
        raise NotARecord("'roles' must be a list of strings")
    return Principal(roles=tuple(str(role) for role in roles), **fields)


def read_time(text: JsonValue, now: float) -> float:
    """Return seconds since the epoch; without an offset the time is UTC. Errors: NotARecord."""
    if text is None:
        return now
    try:
        given = datetime.fromisoformat(text if isinstance(text, str) else "")
    except ValueError as error:
        raise NotARecord("'at' must be a time like 2026-03-03T10:00:00Z") from error
    when = given if given.tzinfo else given.replace(tzinfo=UTC)
    if not _TIMES[0] <= when <= _TIMES[1]:
        raise NotARecord("'at' must be a time like 2026-03-03T10:00:00Z, not at the end of all times")
    return when.timestamp()


def _facts(record: JsonObject, now: float) -> Facts:
    context = _object(record, "context") if record.get("context") is not None else {}
    return Facts(
        at=read_time(record.get("at"), now),
        source_ip=_word(record, "source_ip"),
        target=_target(record),
        context=MappingProxyType({_key(name): value for name, value in context.items()}),
    )


def _key(name: str) -> str:
    try:
        return read_key(name).lowered
    except NoKey as error:
        raise NotARecord(f"'context': {error}") from error


def _target(record: JsonObject) -> Target:
    if "target" not in record:
        return ABSENT
    return None if record["target"] is None else _object(record, "target")


def _match(request: JsonObject) -> Match | Unmatched:
    method, path = _text(request, "method"), _text(request, "path")
    path, _, behind = path.partition("?")
    query = "&".join(part for part in (behind, _query(request.get("query"))) if part)
    if not path.startswith("/"):
        raise NotARecord("'path' must begin with a slash")
    if _BROKEN.search(path):
        raise NotARecord("'path' holds a NUL or a broken percent-encoding")
    return CATALOGUE.identify(method, _raw(path), _raw(query), request.get("body"))


def _raw(text: str) -> bytes:
    """Return a part of a target as it is sent: what is not ASCII percent-encoded."""
    raw = text.encode("utf-8", "surrogatepass")
    return raw if raw.isascii() else quote_from_bytes(raw, safe="%/?&=+:,;@!$'()*~").encode()


def _query(value: JsonValue) -> str:
    if value is None or isinstance(value, str):
        return (value or "").removeprefix("?")
    if not isinstance(value, dict):
        raise NotARecord("'query' must be an object or a string")
    return urlencode([(name, _spelled(each)) for name, found in value.items() for each in _several(found)])


def _several(value: JsonValue) -> list[JsonValue]:
    return value if isinstance(value, list) else [value]


def _spelled(value: JsonValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _object(record: JsonObject, name: str) -> JsonObject:
    found = record.get(name)
    if not isinstance(found, dict):
        raise NotARecord(f"{name!r} must be an object")
    return found


def _text(record: JsonObject, name: str) -> str:
    found = record.get(name)
    if not isinstance(found, str) or not found:
        raise NotARecord(f"{name!r} must be a string")
    return found


def _word(record: Mapping[str, JsonValue], name: str) -> str | None:
    found = record.get(name)
    if found is not None and not isinstance(found, str):
        raise NotARecord(f"{name!r} must be a string")
    return found


def _choice(record: Mapping[str, JsonValue], name: str, kind: Callable[[str], StrEnum]) -> StrEnum | None:
    found = _word(record, name)
    try:
        return None if found is None else kind(found)
    except ValueError as error:
        raise NotARecord(f"{name!r}: {error}") from error
