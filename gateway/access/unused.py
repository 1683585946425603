"""What some requests show no need of: Allows that never applied, and actions of those that did that nothing needed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.access.coverage import statements_of
from gateway.access.documents import Grant
from gateway.access.explain import Explanation
from gateway.access.policy_set import PolicySet
from gateway.access.requirements import known_actions
from gateway.contract.model import JsonObject


@dataclass(frozen=True, slots=True)
class Unused:
    """An Allow with the actions it grants and nobody needed; `whole` when it never applied at all."""

    statement: str
    whole: bool
    actions: tuple[str, ...]

    def as_json(self) -> JsonObject:
        return {"statement": self.statement, "whole": self.whole, "actions": list(self.actions)}


def unused(policies: PolicySet, explanations: Iterable[Explanation]) -> list[Unused]:
    """Return what of the Allows of a set some decisions did not need."""
    needed: dict[str, set[str]] = {}
    for explanation in explanations:
        for step in explanation.steps:
            for tried in step.tried:
                if tried.applied:
                    needed.setdefault(tried.statement.name, set()).add(step.need.action)
    found = []
    for statement in statements_of(policies):
        granted = {action for action in known_actions() if action and statement.covers(action)}
        idle = granted - needed.get(statement.name, set())
        if statement.grant is Grant.ALLOW and (idle or statement.name not in needed):
            found.append(Unused(statement.name, statement.name not in needed, tuple(sorted(idle))))
    return found
