"""The catalogue of operations, and the one place that says which operation a request is.

The path is split first and each segment decoded once; literal segments beat variables and are never a variable's
value. The same reading serves matching, permissions and keys, while the raw target is what gets forwarded.
Everything is compiled when the catalogue is made; identifying is a walk through dictionaries.

Source: reference-notes 13, 16, 47, 85 to 88.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from urllib.parse import unquote_plus, unquote_to_bytes

from gateway.contract import (
    disk_actions,
    iam,
    jobs,
    region,
    snapshots,
    transfers,
    versions,
    volumes,
)
from gateway.contract.fleeting import fleeting
from gateway.contract.model import (
    Family,
    JsonValue,
    Match,
    Mismatch,
    Oddity,
    Operation,
    Pairs,
    Unmatched,
)

_VERSION = re.compile(r"v[0-9]+(\.[0-9]+)*")
_NO_ACTIONS: Mapping[str, Operation] = MappingProxyType({})
_NO_VALUES: Mapping[str, str] = MappingProxyType({})
# Variables that do not take just any segment.
_VARIABLE_FORMS: Mapping[str, re.Pattern[str]] = MappingProxyType({"api_version": _VERSION})


@dataclass(slots=True)
class _Actions:
    """The operations of one method on one path: a single one, or one for each action key."""

    single: Operation | None = None
    by_key: dict[str, Operation] = field(default_factory=dict)


@dataclass(slots=True)
class _Node:
    """A place in the tree of paths. `captures` are the variables on the way here with their positions."""

    literals: dict[str, _Node] = field(default_factory=dict)
    variable: _Node | None = None
    form: re.Pattern[str] | None = None
    captures: tuple[tuple[int, str], ...] = ()
    methods: dict[str, _Actions] = field(default_factory=dict)

    def of_variable(self, segment: str) -> _Node | None:
        if self.variable is None or not segment:
            return None
        return self.variable if self.form is None or self.form.fullmatch(segment) else None


@fleeting
class Located:
    """What a request can be by its method, path and query: one operation, one of those that a key of the body names,
    or none for a reason. `allow`, `project`: as an `Unmatched` has them."""

    segments: tuple[str, ...]
    query: Pairs
    oddities: tuple[Oddity, ...]
    values: Mapping[str, str]
    operation: Operation | None
    by_key: Mapping[str, Operation]
    reason: Mismatch | None = None
    allow: tuple[str, ...] = ()
    project: str | None = None

    def with_body(self, body: JsonValue) -> Match | Unmatched:
        """Return what the request is with a body, None without one."""
        operation = self.operation or self.reason or _by_action(self.by_key, body)
        if isinstance(operation, Mismatch):
            return Unmatched(operation, self.segments, self.query, body, self.allow, self.project)
        return Match(operation, self.values, self.query, body, self.oddities)


class Catalogue:
    """A set of operations, found by id or identified from a request.

    Errors: ValueError when two rows cannot be told apart, which is a mistake in the rows.
    """

    def __init__(self, operations: Iterable[Operation]) -> None:
        self.operations = tuple(operations)
        self.by_id: Mapping[str, Operation] = MappingProxyType({each.id: each for each in self.operations})
        if len(self.by_id) != len(self.operations):
            raise ValueError("two operations have one id")
        self._root = _Node()
        for operation in self.operations:
            _plant(self._root, operation)
        _share_versions(self._root)

    def identify(self, method: str, path: bytes, query: bytes, body: JsonValue) -> Match | Unmatched:
        """Decide which operation a request is. HEAD is read as GET; a trailing slash is ignored here.

        `path` and `query` are percent-encoded as received; `body` is the parsed JSON body, None without one.
        """
        segments = split_path(path)
        node = _walk(self._root, segments)
        found = None if node is None else node.methods.get(method)
        if node is None or found is None or found.single is None or path.endswith(b"/"):
            return self.locate(method, path, query).with_body(body)
        # What nearly all requests are: one operation and nothing odd.
        values = {name: segments[at] for at, name in node.captures}
        return Match(found.single, values, parse_query(query) if query else (), body)

    def locate(self, method: str, path: bytes, query: bytes) -> Located:
        """Decide which operations a request can be, whatever its body is. Depends on nothing else."""
        segments = split_path(path)
        pairs = parse_query(query) if query else ()
        node = _walk(self._root, segments)
        if node is None:
            return self._nowhere(segments, pairs, Mismatch.UNKNOWN_PATH)
        found = node.methods.get("GET" if method == "HEAD" else method)
        if found is None:
            return self._nowhere(segments, pairs, Mismatch.WRONG_METHOD, tuple(node.methods))
        values = {name: segments[at] for at, name in node.captures}
        odd = () if method != "HEAD" and not path.endswith(b"/") else tuple(_oddities(method, path))
        if found.single is not None:
            return Located(segments, pairs, odd, values, found.single, _NO_ACTIONS)
        return Located(segments, pairs, odd, values, None, found.by_key, project=self._project(segments))

    def _nowhere(
        self, segments: tuple[str, ...], query: Pairs, reason: Mismatch, allow: tuple[str, ...] = ()
    ) -> Located:
        allow = tuple(sorted({*allow, "HEAD"} if "GET" in allow else allow))
        return Located(segments, query, (), _NO_VALUES, None, _NO_ACTIONS, reason, allow, self._project(segments))

    def _project(self, segments: tuple[str, ...]) -> str | None:
        """Return the segment after a version segment, unless a documented path has a literal there."""
        if len(segments) < 2 or not _VERSION.fullmatch(segments[0]):
            return None
        version = self._root.literals.get(segments[0])
        return None if version is not None and segments[1] in version.literals else segments[1] or None


def split_path(path: bytes) -> tuple[str, ...]:
    """Return the decoded segments of a path. An encoded slash stays inside its segment; one trailing slash
    is dropped; empty segments inside stay and match nothing; bytes that are no UTF-8 are shown escaped."""
    if path[:1] == b"/" != path[-1:] and b"%" not in path and path.isascii():
        return tuple(path[1:].decode("ascii").split("/"))
    inner = path[1:] if path.startswith(b"/") else path
    if inner.endswith(b"/"):
        inner = inner[:-1] or b"/"
    if not inner:
        return ()
    return tuple(unquote_to_bytes(part).decode("utf-8", "backslashreplace") for part in inner.split(b"/"))


def parse_query(query: bytes) -> Pairs:
    """Return the decoded name and value pairs of a query in the order sent, empty values included."""
    pairs = (part.partition("=") for part in query.decode("utf-8", "backslashreplace").split("&") if part)
    return tuple((unquote_plus(name), unquote_plus(value)) for name, _, value in pairs)


def _walk(root: _Node, segments: tuple[str, ...]) -> _Node | None:
    node = root
    for segment in segments:
        below = node.literals.get(segment)
        if below is None:
            below = node.of_variable(segment)
            if below is None:
                return None
        node = below
    return node if node.methods else None


def _oddities(method: str, path: bytes) -> Iterator[Oddity]:
    if method == "HEAD":
        yield Oddity.HEAD
    if path.endswith(b"/") and len(path) > 1:
        yield Oddity.TRAILING_SLASH


def _by_action(by_key: Mapping[str, Operation], body: JsonValue) -> Operation | Mismatch:
    """Return the action that the single body key names.

    Two keys that name actions are refused, because the permission that was checked and the action that is run
    might differ; a member that looks like no action is an unknown field.
    """
    if not isinstance(body, dict) or not body:
        return Mismatch.NO_ACTION
    known = [key for key in body if key in by_key]
    if not known:
        return Mismatch.UNKNOWN_ACTION
    operation = by_key[known[0]]
    if len(known) > 1 or any(_may_be_action(operation, key, body[key]) for key in body if key not in by_key):
        return Mismatch.SEVERAL_ACTIONS
    return operation


def _may_be_action(operation: Operation, key: str, value: JsonValue) -> bool:
    """True for a key that the service may run as another action: named like one, or holding an object as they do.

    The custom API has one action a URL; payment stands beside actions, and extensions have a colon in their names.
    """
    name = key.lower()
    if name.startswith("os-"):
        return True
    return operation.family is Family.CINDER and isinstance(value, dict) and ":" not in name and name != "bssparam"


def _plant(root: _Node, operation: Operation) -> None:
    """Add an operation's path to the tree. Errors: ValueError when its place is taken."""
    node = root
    captures: tuple[tuple[int, str], ...] = ()
    for at, segment in enumerate(operation.segments):
        if segment.startswith("{"):
            captures = (*captures, (at, segment[1:-1]))
            node = _variable(node, segment[1:-1])
        else:
            node = node.literals.setdefault(segment, _Node())
    if node.methods and node.captures != captures:
        raise ValueError(f"{operation.id}: another row names the variables of {operation.path} differently")
    node.captures = captures
    _offer(node.methods.setdefault(operation.method, _Actions()), operation)


def _variable(node: _Node, name: str) -> _Node:
    if node.variable is None:
        node.variable = _Node()
        node.form = _VARIABLE_FORMS.get(name)
    return node.variable


def _offer(actions: _Actions, operation: Operation) -> None:
    keys = operation.action_keys
    if actions.single or (actions.by_key and not keys) or any(key in actions.by_key for key in keys):
        raise ValueError(f"{operation.id}: another row has its method, path and key")
    actions.by_key.update(dict.fromkeys(keys, operation))
    actions.single = None if keys else operation


def _share_versions(root: _Node) -> None:
    """Let the literal version segments that begin longer paths stand for the variable of `/{api_version}` too."""
    shared = root.variable
    for segment, node in root.literals.items():
        if shared is not None and not node.methods and (root.form is None or root.form.fullmatch(segment)):
            node.methods, node.captures = shared.methods, shared.captures


CATALOGUE = Catalogue(
    operation
    for chapter in (versions, volumes, disk_actions, snapshots, transfers, region, jobs, iam)
    for operation in chapter.OPERATIONS
)
