"""How much of a policy set some decisions have tried: which statements applied, which conditions held and failed.

A condition that was never seen to fail is one that nobody knows to matter.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.access.documents import Statement
from gateway.access.explain import Explanation
from gateway.access.policy_set import PolicySet
from gateway.access.set_file import Level


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was seen out of what there is; `unseen` names the rest."""

    seen: int
    total: int
    unseen: tuple[str, ...]

    @property
    def percent(self) -> float:
        return 100.0 * self.seen / self.total if self.total else 100.0


def coverage(policies: PolicySet, explanations: Iterable[Explanation]) -> Coverage:
    """Return how much of the policies that are not off some decisions have tried."""
    points = [point for statement in statements_of(policies) for point in _points(statement)]
    seen = {point for explanation in explanations for point in _seen(explanation)}
    unseen = tuple(point for point in points if point not in seen)
    return Coverage(len(points) - len(unseen), len(points), unseen)


def statements_of(policies: PolicySet) -> list[Statement]:
    return [
        statement
        for policy in policies.policies
        if policy.level is not Level.OFF
        for statement in policy.document.statements
    ]


def _points(statement: Statement) -> list[str]:
    found = [f"{statement.name} applies"]
    for condition in statement.conditions:
        name = f"{statement.name} {condition.use.name} {condition.key.name}"
        found += [f"{name} holds", f"{name} fails"]
    return found


def _seen(explanation: Explanation) -> list[str]:
    """Return the points that a decision has seen; conditions count only where the resource was the statement's."""
    found = []
    for tried in explanation.tried:
        if tried.applied:
            found.append(f"{tried.statement.name} applies")
        for checked in tried.checked if tried.reaches else ():
            if checked.outcome is not None:
                name = f"{tried.statement.name} {checked.condition.use.name} {checked.condition.key.name}"
                found.append(f"{name} {'holds' if checked.outcome else 'fails'}")
    return found
