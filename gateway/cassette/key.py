"""What of a request decides which recorded answer fits it: the replay key.

Method, operation, the ids of the path as aliases, the sorted query, the body without what a client picks freely, and
whether there were credentials. No host, token, signature or date. What says nothing is not in the key: null, and what a
missing member means by the reference. So clients with different habits share a recording (replay trial, rule 3.1).

Names in paths and filters are keys too, but a client may use others than the recorded ones: they stand beside the key
and are resolved by what the served writes have bound (replay trial, rule 3.2).

Both sides use this module: recorded requests hold aliases already, a live one is resolved to them on the way.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from gateway.cassette.exchange import UNDOCUMENTED, CredentialClass
from gateway.cassette.kinds import CHOSEN, IS_ALIAS, IS_UUID, PROJECT, RETURNED_SECRET, SECRET, kind_of
from gateway.cassette.leaves import Path
from gateway.cassette.secrets import secret_label
from gateway.contract.fields import client_chosen
from gateway.contract.fleeting import fleeting
from gateway.contract.model import Effect, JsonValue, Match, Operation, Resource, Unmatched
from gateway.http.messages import Request

Part = tuple[str, str]
Resolve = Callable[[str], str]

FREE = "~"
UNKNOWN_SECRET = "<secret:other>"  # noqa: S105 - a placeholder
READ_METHODS = frozenset({"GET", "HEAD"})
SYSTEM_METADATA = ("__system__", "hw:")
NAME_FILTERS = frozenset({"name", "display_name"})
NAMED_RESOURCES = frozenset({Resource.VOLUME, Resource.SNAPSHOT, Resource.TRANSFER})
_PRODUCT_END = re.compile(rb"[/ ]")
_NONE = ("credential", "none")
_SOME = ("credential", "some")
_REFUSED = ("credential", "refused")
# The documented default of every flag. Source: 7.1.1, multiattach; 7.1.2, cascade; 7.3.1, force.
_DEFAULT_FLAG = "false"


@fleeting
class Keyed:
    """A request as replay sees it.

    `parts` are the significant fields, `names` the asked-for names by field, `chosen` what the client picked freely
    by its path in the body, `target` the id or name of the thing in the path, `ids` the aliases in path and body.
    """

    operation: Operation | None
    method: str
    parts: tuple[Part, ...]
    names: tuple[Part, ...]
    chosen: Mapping[Path, str]
    target: str | None
    ids: tuple[str, ...]
    project: str | None
    text: str

    @property
    def operation_id(self) -> str:
        return self.operation.id if self.operation else UNDOCUMENTED

    @property
    def is_write(self) -> bool:
        return self.operation.effect.is_write if self.operation else self.method not in READ_METHODS

    @property
    def names_an_id(self) -> bool:
        """True when the path or body names a thing by id, be it one that was never issued here."""
        return bool(self.ids) or (self.target is not None and IS_UUID.fullmatch(self.target) is not None)

    @property
    def is_refused(self) -> bool:
        """True for a request that had credentials nothing was granted on."""
        return self.parts[-1] == _REFUSED

    def refused(self) -> Keyed | None:
        """Return the key of the same request with credentials that were refused, None where it needs none."""
        if self.parts[-1] != _SOME:
            return None
        parts = (*self.parts[:-1], _REFUSED)
        return replace(self, parts=parts, text=_text(self.operation, parts))

    @property
    def label(self) -> str:
        """A short name of the key for people and headers."""
        return f"{self.operation_id}:{hashlib.sha256(self.text.encode('utf-8', 'replace')).hexdigest()[:12]}"


def keyed(
    request: Request,
    identified: Match | Unmatched,
    credential: CredentialClass,
    resolve: Resolve,
    issued_secrets: Container[str],
) -> Keyed:
    """Return the key of a request. `resolve` turns the ids in a text into aliases; a secret that is not among the
    issued ones counts as any other unknown secret."""
    operation = identified.operation if isinstance(identified, Match) else None
    names: list[Part] = []
    parts = [("method", request.method)]
    target, project, path_parts = _path(request, identified, resolve, names)
    parts += path_parts
    parts += _query(identified, resolve, names) if identified.query else ()
    body = _Body(operation, resolve, issued_secrets)
    if request.body or identified.body is not None or (operation is not None and operation.effect is Effect.ISSUE):
        parts += sorted(body.read(request.body, identified.body))
    if operation is None or operation.authenticated:
        parts.append(_NONE if credential is CredentialClass.NONE else _SOME)
    ids = tuple(dict.fromkeys(_aliases([*[value for _, value in path_parts], *body.ids])))
    significant = tuple(parts)
    text = _text(operation, significant)
    return Keyed(operation, request.method, significant, tuple(names), body.chosen, target, ids, project, text)


def _text(operation: Operation | None, parts: tuple[Part, ...]) -> str:
    return f"{operation.id if operation else UNDOCUMENTED} {parts!r}"


def program(request: Request) -> bytes:
    """Return the name of the software that sent a request: the product of its User-Agent, without the version."""
    return _PRODUCT_END.split(request.header(b"user-agent") or b"", maxsplit=1)[0]


def _path(
    request: Request, identified: Match | Unmatched, resolve: Resolve, names: list[Part]
) -> tuple[str | None, str | None, list[Part]]:
    if isinstance(identified, Unmatched):
        segments = [resolve(unquote_to_bytes(part).decode("utf-8", "replace")) for part in request.path.split(b"/")]
        ids = [segment for segment in segments if _is_thing(segment)]
        project = next((segment for segment in segments if segment.startswith(f"<{PROJECT}:")), None)
        return (ids[0] if ids else None), project, [("path", "/".join(segments))]
    values = {name: resolve(value) for name, value in identified.path_values.items()}
    variable = identified.operation.id_variable
    target = values.get(variable) if variable else None
    if variable and target is not None and _is_name(target, identified.operation):
        names.append((f"path.{variable}", target))
        values[variable] = FREE
    return target, values.get("project_id"), [(f"path.{name}", value) for name, value in values.items()]


def _is_thing(segment: str) -> bool:
    return IS_ALIAS.fullmatch(segment) is not None and kind_of(segment) not in (PROJECT, SECRET)


def _is_name(value: str, operation: Operation) -> bool:
    return operation.resource in NAMED_RESOURCES and not (IS_ALIAS.fullmatch(value) or IS_UUID.fullmatch(value))


def _query(identified: Match | Unmatched, resolve: Resolve, names: list[Part]) -> Iterator[Part]:
    operation = identified.operation if isinstance(identified, Match) else None
    has_names = operation is None or operation.resource in NAMED_RESOURCES
    for name, value in sorted(identified.query):
        if operation is not None and operation.effect is Effect.DELETE and value.lower() == _DEFAULT_FLAG:
            continue
        if secret_label(name) is not None:
            yield f"query.{name}", FREE
        elif name in NAME_FILTERS and has_names:
            names.append((f"query.{name}", value))
            yield f"query.{name}", FREE
        else:
            yield f"query.{name}", resolve(value)


def _aliases(values: list[str]) -> Iterator[str]:
    for value in values:
        if "<" in value:
            yield from [alias for alias in IS_ALIAS.findall(value) if kind_of(alias) not in (PROJECT, SECRET)]


class _Body:
    """Reads one body into key parts; gathers on the way what was picked freely and which ids stand in it."""

    def __init__(self, operation: Operation | None, resolve: Resolve, issued_secrets: Container[str]) -> None:
        self._operation = operation
        self._resolve = resolve
        self._issued_secrets = issued_secrets
        self.chosen: dict[Path, str] = {}
        self.ids: list[str] = []

    def read(self, raw: bytes, value: JsonValue) -> Iterator[Part]:
        if value is None and raw.strip() not in (b"", b"null"):
            yield "body", f"sha256:{hashlib.sha256(raw).hexdigest()}"
        elif (
            self._operation is not None and self._operation.effect is Effect.ISSUE
        ):  # who asks for a token decides nothing
            yield "body", ",".join(sorted(value)) if isinstance(value, dict) else FREE
        else:
            yield from self._value(value, ())

    def _value(self, value: JsonValue, path: Path) -> Iterator[Part]:
        if isinstance(value, dict) and value:
            for name, member in value.items():
                yield from self._value(member, (*path, name))
        elif isinstance(value, list) and value:
            for index, item in enumerate(value):
                yield from self._value(item, (*path, index))
        elif not self._says_nothing(value, path):
            yield ".".join(("body", *map(str, path))), self._leaf(value, path)

    def _says_nothing(self, value: JsonValue, path: Path) -> bool:
        """True for a member that means what a missing one means: null; where a thing is made, no metadata and false."""
        if self._operation is None:
            return value is None and len(path) != 1
        is_made = self._operation.effect is Effect.CREATE and len(path) > 1
        return value is None or (is_made and (value is False or value in ({}, [])))

    def _leaf(self, value: JsonValue, path: Path) -> str:
        if isinstance(value, str) and is_free(self._operation, path):
            self.chosen[path] = value
            return FREE
        if _is_removed(path):
            return FREE
        if isinstance(value, str):
            return self._string(value, path)
        whole = isinstance(value, float) and value.is_integer()
        return json.dumps(int(value) if whole and isinstance(value, float) else value)

    def _string(self, value: str, path: Path) -> str:
        resolved = self._resolve(value)
        if path and path[-1] == RETURNED_SECRET:
            return resolved if resolved in self._issued_secrets else UNKNOWN_SECRET
        self.ids.append(resolved)
        return json.dumps(resolved)


def _is_removed(path: Path) -> bool:
    """True for a secret that no answer depends on and no recording holds."""
    names = ["", "", *(step for step in path if isinstance(step, str))]
    return names[-1] != RETURNED_SECRET and secret_label(names[-1], names[-2]) is not None


def is_free(operation: Operation | None, path: Path) -> bool:
    """True when a text at a path of a body is the client's own choice. A value that is no text always counts.

    Of metadata the keys count always and the values of the service's own keys (`__system__*`, `hw:*`) too. Of a call
    outside the reference the members with the usual names are taken for free.
    """
    if operation is None:
        in_metadata = len(path) > 1 and "metadata" in path[:-1]
        return (bool(path) and path[-1] in CHOSEN) or (in_metadata and not _is_system(path))
    patterns = _patterns(operation)
    return path in patterns or ((*path[:-1], "*") in patterns and not _is_system(path))


def _is_system(path: Path) -> bool:
    return str(path[-1]).startswith(SYSTEM_METADATA)


@lru_cache(maxsize=256)
def _patterns_of(row: _Row) -> frozenset[tuple[str | int, ...]]:
    return frozenset(client_chosen(row.operation))


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
    """An operation as a cache key, compared by identity, for rows hold mappings and cannot be hashed."""

    operation: Operation

    def __hash__(self) -> int:
        return id(self.operation)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Row) and other.operation is self.operation


def _patterns(operation: Operation) -> frozenset[tuple[str | int, ...]]:
    return _patterns_of(_Row(operation))
