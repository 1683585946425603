"""Policy documents of Huawei Cloud IAM, Version 1.1 and 5.0, read strictly: what is not understood is refused.

A policy that is loaded and silently means something else than its author thought would be a hole, so every word has to
be known, and each refusal says where it stands.

Source: policy research, 1.1 and b.2; policy-format rules 5, 6, 11 and 18.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from gateway.access.actions import ActionPattern, read_action
from gateway.access.conditions import Condition, read_conditions
from gateway.access.json_nodes import read_json
from gateway.access.nodes import Mapping, Node, Place, Scalar, as_items, as_mapping, as_text, as_words
from gateway.access.requirements import known_actions
from gateway.access.resources import ResourcePattern, Thing, is_all, read_pattern

MAX_STATEMENTS = 100
MAX_ACTIONS = 100

_ELEMENTS = ("Sid", "Effect", "Action", "NotAction", "Resource", "Condition")


class Grant(StrEnum):
    """What a statement does when it applies."""

    ALLOW = "Allow"
    DENY = "Deny"


class Version(StrEnum):
    """The languages of policy documents."""

    ROLE_POLICY = "1.1"
    IDENTITY_POLICY = "5.0"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. `resources` is None for all resources; a statement that is about things which no request here
    names (a `uri`) has none at all."""

    name: str
    grant: Grant
    actions: tuple[ActionPattern, ...]
    not_actions: tuple[ActionPattern, ...]
    resources: tuple[ResourcePattern, ...] | None
    conditions: tuple[Condition, ...]
    place: Place

    def covers(self, action: str) -> bool:
        if self.not_actions:
            return not any(each.covers(action) for each in self.not_actions)
        return any(each.covers(action) for each in self.actions)

    def reaches(self, thing: Thing | None) -> bool:
        """True when the statement is about a resource: surely for an Allow, possibly for a Deny. A statement with
        resources never is about an action without one."""
        if self.resources is None:
            return True
        if thing is None:
            return False
        if self.grant is Grant.DENY:
            return any(each.may_mean(thing) for each in self.resources)
        return any(each.surely_means(thing) for each in self.resources)

    def names_key(self, name: str) -> bool:
        return any(condition.key.key.name == name for condition in self.conditions)


@dataclass(frozen=True, slots=True)
class Document:
    """A policy document under the name that its set gives it."""

    name: str
    version: Version
    statements: tuple[Statement, ...]
    place: Place


def read_document(text: bytes, file: str, name: str) -> Document:
    """Return the policy that a file holds. Errors: PolicyError with file, line and column."""
    root = _unwrapped(as_mapping(read_json(text, file), "a policy document"))
    root.only(("Version", "Statement"), "element")
    version = _version(root.need("Version"))
    items = as_items(root.need("Statement"), "Statement")
    if len(items) > MAX_STATEMENTS:
        raise root.place.error(f"more than {MAX_STATEMENTS} statements")
    statements = tuple(_Reader(version, name).statements(items))
    return Document(name, version, statements, root.place)


def _unwrapped(root: Mapping) -> Mapping:
    """Return the document inside the answer of an API: IAM 3.0 wraps it in a role, IAM 5.0 in a string."""
    role, quoted = root.get("role"), root.get("policy_document")
    if role is not None:
        return as_mapping(as_mapping(role, "role").need("policy"), "policy")
    if quoted is None:
        return root
    place = quoted.place
    inner = read_json(as_text(quoted, "policy_document").encode(), f"{place.file}:{place.line}:policy_document")
    return as_mapping(inner, "policy_document")


def _version(node: Node) -> Version:
    found = as_text(node, "Version")
    if found == "1.0":
        raise node.place.error("Version 1.0 is that of system roles, which are no policies; expected 1.1 or 5.0")
    if found not in list(Version):
        raise node.place.error(f"unknown Version {found!r}; expected 1.1 or 5.0")
    return Version(found)


class _Reader:
    """Reads the statements of one document."""

    def __init__(self, version: Version, name: str) -> None:
        self._version = version
        self._name = name

    def statements(self, items: tuple[Node, ...]) -> Iterator[Statement]:
        sids: set[str] = set()
        for at, item in enumerate(items):
            node = as_mapping(item, "a statement")
            sid = node.get("Sid")
            if sid is not None and (not as_text(sid, "Sid") or as_text(sid, "Sid") in sids):
                raise sid.place.error(f"the Sid {as_text(sid, 'Sid')!r} is empty or stands twice")
            name = str(at) if sid is None else as_text(sid, "Sid")
            sids.add(name)
            yield self._statement(node, f"{self._name}#{name}")

    def _statement(self, node: Mapping, name: str) -> Statement:
        node.only(_ELEMENTS, "element")
        grant = _grant(node.need("Effect"))
        actions, not_actions = self._actions(node)
        resource, condition = node.get("Resource"), node.get("Condition")
        statement = Statement(
            name=name,
            grant=grant,
            actions=actions,
            not_actions=not_actions,
            resources=None if resource is None else self._resources(resource),
            conditions=() if condition is None else read_conditions(condition),
            place=node.place,
        )
        if resource is not None and statement.resources == ():
            _check_uri(statement, resource)
        return statement

    def _actions(self, node: Mapping) -> tuple[tuple[ActionPattern, ...], tuple[ActionPattern, ...]]:
        action, other = node.get("Action"), node.get("NotAction")
        if (action is None) is (other is None):
            raise node.place.error("a statement has either Action or NotAction")
        if action is not None:
            return self._patterns(action, "Action"), ()
        if other is None or self._version is Version.ROLE_POLICY:
            raise node.place.error("NotAction is known in Version 5.0 only")
        return (), self._patterns(other, "NotAction")

    def _patterns(self, node: Node, what: str) -> tuple[ActionPattern, ...]:
        words = as_words(node, what)
        if len(words) > MAX_ACTIONS:
            raise node.place.error(f"more than {MAX_ACTIONS} actions in one statement")
        return tuple(self._pattern(word) for word in words)

    def _pattern(self, word: Scalar) -> ActionPattern:
        self._check_single(word)
        try:
            return read_action(word.text, aliased=self._version is Version.IDENTITY_POLICY)
        except ValueError as error:
            raise word.place.error(str(error)) from error

    def _check_single(self, word: Scalar) -> None:
        if "?" in word.text and self._version is Version.ROLE_POLICY:
            raise word.place.error(f"{word.text!r}: ? is known in Version 5.0 only")

    def _resources(self, node: Node) -> tuple[ResourcePattern, ...] | None:
        if isinstance(node, Mapping):
            node.only(("uri",), "element of Resource")
            as_words(node.need("uri"), "uri")
            return ()
        words = as_words(node, "Resource")
        found = tuple(self._resource(word) for word in words)
        return None if any(is_all(word.text) for word in words) else found

    def _resource(self, word: Scalar) -> ResourcePattern:
        self._check_single(word)
        try:
            return read_pattern(word.text)
        except ValueError as error:
            raise word.place.error(str(error)) from error


def _grant(node: Node) -> Grant:
    found = as_text(node, "Effect")
    if found not in list(Grant):
        raise node.place.error(f"unknown Effect {found!r}; expected Allow or Deny")
    return Grant(found)


def _check_uri(statement: Statement, resource: Node) -> None:
    """Refuse a Deny that looks as if it held for EVS and never would (rule 6)."""
    on_evs = any(statement.covers(action) for action in known_actions() if action)
    on_evs = on_evs or any(each.text.lower().startswith("evs:") for each in statement.actions)
    if statement.grant is Grant.DENY and on_evs:
        raise resource.place.error("a uri names no EVS resource, so this Deny would never apply to its EVS actions")
