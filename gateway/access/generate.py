"""Least privilege from what was seen: a policy that allows exactly the actions some requests needed, where they needed
them. Nothing is guessed: an action is there because a request needed it, its resources are those that were named.

A thing that does not exist yet, one that no request names, and an id that a recording replaced stand for all of their
kind; so do more ids than the bound.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from gateway.access.principals import Principal
from gateway.access.requirements import actions_of, needs_of
from gateway.access.resources import Thing
from gateway.contract.model import JsonObject, Match

# A policy with more ids than this is a list of disks, not a rule.
MAX_IDS = 10


@dataclass(frozen=True, slots=True)
class Scope:
    """Where the resources of a generated policy are: stars stand for everywhere."""

    region: str = "*"
    account: str = "*"


def generate(matches: Iterable[Match], scope: Scope, max_ids: int = MAX_IDS) -> JsonObject:
    """Return a policy document of Version 5.0, deterministic for the same requests."""
    by_action = _needed(matches, scope)
    actions_of = defaultdict(list)
    for action, names in by_action.items():
        actions_of[_collapsed(names, max_ids)].append(action)
    statements = [_statement(sorted(actions), names) for names, actions in actions_of.items()]
    statements.sort(key=lambda statement: ("Resource" in statement, str(statement["Action"])))
    return {"Version": "5.0", "Statement": list(statements)}


def _needed(matches: Iterable[Match], scope: Scope) -> dict[str, frozenset[str]]:
    """Return the resources that each action was needed on; none for an action that carries none."""
    needed: dict[str, set[str]] = defaultdict(set)
    somebody = Principal(domain_id=scope.account)
    for match in matches:
        for need in needs_of(match, actions_of(match), somebody, scope.region):
            if need.action:
                needed[need.action] |= {_pattern(need.thing)} if need.thing else set()
    return {action: frozenset(names) for action, names in needed.items()}


def _pattern(thing: Thing) -> str:
    """Return a resource as a pattern; an id that a recording has replaced is any id."""
    any_id = thing.id is None or thing.id.startswith("<")
    return thing._replace(id=None).urn if any_id else thing.urn


def _collapsed(names: frozenset[str], max_ids: int) -> frozenset[str]:
    """Return the patterns with those left out that others cover, and all of a kind for too many."""
    wide = {name for name in names if name.endswith(":*")}
    kinds = {name.split(":", 4)[3] for name in wide}
    narrow = {name for name in names - wide if name.split(":", 4)[3] not in kinds}
    if len(narrow) > max_ids:
        return frozenset(wide | {f"{':'.join(name.split(':', 4)[:4])}:*" for name in narrow})
    return frozenset(wide | narrow)


def _statement(actions: list[str], names: frozenset[str]) -> JsonObject:
    statement: JsonObject = {"Effect": "Allow", "Action": [*actions]}
    return {**statement, "Resource": [*sorted(names)]} if names else statement
