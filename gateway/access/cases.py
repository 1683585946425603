"""Test cases of a policy folder: requests with the decision that is expected of them.

A file is YAML with `version: 1`, an optional `principal` that all cases start from, and `cases`. A case has a `name`,
the members of a `policy decide` line, and `expect`: a decision or kind in one word, or an object of members of the
answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from gateway.access.decisions import Decision, Kind
from gateway.access.nodes import decoded
from gateway.access.records import Asked, NotARecord, read_record
from gateway.contract.model import JsonObject, JsonValue
from gateway.errors import PolicyError

_KEYS = frozenset({"name", "principal", "source_ip", "at", "request", "target", "context", "expect"})
_EXPECTED = frozenset({"decision", "kind", "action", "resource", "required", "statements", "missing", "would"})
_WORDS = frozenset({"allow", "deny", *Kind})


@dataclass(frozen=True, slots=True)
class Case:
    """A request with what is expected of the decision about it."""

    file: str
    name: str
    asked: Asked
    expected: JsonObject

    def differences(self, decision: Decision) -> list[str]:
        """Return in words what came out otherwise."""
        found = decision.as_json()
        return [
            f"{key}: expected {wanted!r}, got {found[key]!r}"
            for key, wanted in self.expected.items()
            if _comparable(found[key]) != _comparable(wanted)
        ]


class _Loader(yaml.SafeLoader):
    """Leaves times as text: they are read as `policy decide` reads them."""


_Loader.yaml_implicit_resolvers = {
    first: [each for each in resolvers if each[0] != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def read_cases(text: bytes, file: str, now: float) -> list[Case]:
    """Return the cases of a file. Errors: PolicyError that names the file and the case."""
    try:
        root = yaml.load(decoded(text, file), Loader=_Loader)  # noqa: S506 - a safe loader that leaves times as text
    except yaml.YAMLError as error:
        raise PolicyError(f"{file}: {' '.join(str(error).split())}") from error
    if not isinstance(root, dict) or root.get("version") != 1 or not isinstance(root.get("cases"), list):
        raise PolicyError(f"{file}: expected version: 1 and a list of cases")
    if set(root) - {"version", "principal", "cases"}:
        raise PolicyError(f"{file}: unknown key {sorted(set(root) - {'version', 'principal', 'cases'})[0]!r}")
    return list(_cases(root["cases"], root.get("principal") or {}, file, now))


def _cases(items: list[JsonValue], principal: JsonObject, file: str, now: float) -> Iterator[Case]:
    for at, item in enumerate(items):
        where = f"{file}: case {at + 1}"
        if not isinstance(item, dict) or not isinstance(item.get("name"), str):
            raise PolicyError(f"{where} needs a name")
        if set(item) - _KEYS:
            raise PolicyError(f"{where}: unknown key {sorted(set(item) - _KEYS)[0]!r}")
        own = item.get("principal") or {}
        merged: JsonValue = {**principal, **own} if isinstance(own, dict) else own
        yield _case({**item, "principal": merged}, file, f"{where} ({item['name']})", now)


def _case(item: JsonObject, file: str, where: str, now: float) -> Case:
    try:
        return Case(file, str(item["name"]), read_record(item, now), _expected(item.get("expect")))
    except NotARecord as error:
        raise PolicyError(f"{where}: {error}") from error


def _expected(found: JsonValue) -> JsonObject:
    if isinstance(found, str) and found in _WORDS:
        return {"decision" if found in ("allow", "deny") else "kind": found}
    if not isinstance(found, dict) or not found or set(found) - _EXPECTED:
        raise NotARecord(f"'expect' must be one of {', '.join(sorted(_WORDS))}, or an object of members of the answer")
    return found


def _comparable(value: JsonValue) -> JsonValue:
    return sorted(value, key=str) if isinstance(value, list) else value
