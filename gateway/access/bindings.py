"""Which policies hold for whom: all given keys of a binding must fit the principal, and all bindings add up.

Source: policy-format, "A policy folder"; policy research, b.4.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.access.nodes import Mapping as MappingNode
from gateway.access.nodes import Node, Place, Scalar, as_mapping, as_text, as_words, suggestion
from gateway.access.principals import Principal
from gateway.access.words import Test, folded, pattern

Groups = Mapping[str, frozenset[str]]

_IDS = ("user_id", "domain_id", "project_id")
_FIELDS = (*_IDS, "user_name", "domain_name", "project_name", "ak", "agency", "dev_principal")
_KEYS = (*_FIELDS, "role", "group")


@dataclass(frozen=True, slots=True)
class Clause:
    """One key of a binding, with the patterns of which one has to fit."""

    key: str
    patterns: tuple[str, ...]
    tests: tuple[Test, ...]
    place: Place

    def fits(self, principal: Principal, groups: Groups) -> bool:
        return any(test(word) for word in _words(self.key, principal, groups) for test in self.tests)


@dataclass(frozen=True, slots=True)
class Binding:
    """Whom some policies are for."""

    clauses: tuple[Clause, ...]
    policies: tuple[str, ...]
    place: Place

    def fits(self, principal: Principal, groups: Groups) -> bool:
        return all(clause.fits(principal, groups) for clause in self.clauses)


def read_groups(node: Node | None) -> Groups:
    """Return the local groups: user ids and names by the name of the group. Errors: PolicyError."""
    if node is None:
        return MappingProxyType({})
    entries = as_mapping(node, "groups").entries
    return MappingProxyType(
        {key.text: frozenset(folded(word.text) for word in as_words(value, key.text)) for key, value in entries}
    )


def read_binding(node: Node, policies: frozenset[str], groups: Groups) -> Binding:
    """Return a binding. Errors: PolicyError, also for names of policies and groups that there are not."""
    binding = as_mapping(node, "a binding")
    binding.only(("match", "policies"), "key")
    names = as_words(binding.need("policies"), "policies")
    for name in names:
        if name.text not in policies:
            raise name.place.error(f"no policy is named {name.text!r}{suggestion(name.text, policies)}")
    clauses = _clauses(as_mapping(binding.need("match"), "match"), groups)
    return Binding(clauses, tuple(name.text for name in names), binding.place)


def _clauses(match: MappingNode, groups: Groups) -> tuple[Clause, ...]:
    if not match.entries:
        raise match.place.error("an empty match would bind everybody; give at least one key")
    match.only(_KEYS, "key")
    return tuple(_clause(key, value, groups) for key, value in match.entries)


def _clause(name: Scalar, node: Node, groups: Groups) -> Clause:
    key = name.text
    words = as_words(node, key)
    for word in words:
        if not as_text(word, key):
            raise word.place.error(f"{key} is empty")
        if key == "group" and not any(pattern(word.text)(name) for name in groups):
            raise word.place.error(f"no group is named {word.text!r}{suggestion(word.text, groups)}")
    fold: Callable[[str], str] = folded if key in _IDS else str
    texts = tuple(word.text for word in words)
    return Clause(key, texts, tuple(pattern(fold(text)) for text in texts), name.place)


def _words(key: str, principal: Principal, groups: Groups) -> tuple[str, ...]:
    """Return what a principal has under a key of a binding."""
    if key == "role":
        return principal.roles
    if key == "group":
        own = {folded(word) for word in (principal.user_id, principal.user_name) if word is not None}
        return tuple(name for name, members in groups.items() if members & own)
    found = getattr(principal, key)
    if found is None:
        return ()
    return (folded(found) if key in _IDS else found,)
