"""Why a decision is what it is: every statement tried on every need, and each condition with both of its values."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.access.conditions import Condition, Outcome
from gateway.access.decisions import Decision, Kind
from gateway.access.documents import Grant, Statement
from gateway.access.evaluation import applies, may_allow
from gateway.access.facts import Facts
from gateway.access.policy_set import PolicySet
from gateway.access.principals import Principal
from gateway.access.reading import Context
from gateway.access.requirements import Need, actions_of, needs_of
from gateway.access.set_file import Level
from gateway.access.values import Nothing, Value
from gateway.contract.model import JsonObject, Match, Unmatched

_OUTCOMES: dict[Outcome, str] = {True: "holds", False: "fails", None: "unknown"}


@dataclass(frozen=True, slots=True)
class Checked:
    """A condition with the value it met."""

    condition: Condition
    value: Value
    outcome: Outcome

    @property
    def found(self) -> str:
        if isinstance(self.value, Nothing):
            return self.value.value
        items = self.value if isinstance(self.value, tuple) else (self.value,)
        return ", ".join(str(each).lower() if isinstance(each, bool) else str(each) for each in items)

    def as_json(self) -> JsonObject:
        return {
            "operator": self.condition.use.name,
            "key": self.condition.key.name,
            "operands": list(self.condition.operands),
            "found": self.found,
            "outcome": _OUTCOMES[self.outcome],
        }


@dataclass(frozen=True, slots=True)
class Tried:
    """A statement that covers an action, tried on a need. `reaches` is false when its resources mean another thing."""

    statement: Statement
    reaches: bool
    checked: tuple[Checked, ...]
    applied: bool

    def as_json(self) -> JsonObject:
        return {
            "statement": self.statement.name,
            "effect": self.statement.grant.value,
            "applied": self.applied,
            "resource": "matches" if self.reaches else "does not match",
            "conditions": [each.as_json() for each in self.checked],
        }


@dataclass(frozen=True, slots=True)
class Step:
    """One need with all that was tried on it, Denies first."""

    need: Need
    tried: tuple[Tried, ...]

    def as_json(self) -> JsonObject:
        tried = [each.as_json() for each in self.tried]
        return {"action": self.need.action, "resource": self.need.resource, "tried": list(tried)}


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with the way to it. `policies` are those that hold for the principal, `reporting` those of them that
    only report."""

    decision: Decision
    policies: tuple[str, ...] = ()
    reporting: tuple[str, ...] = ()
    steps: tuple[Step, ...] = ()

    def as_json(self) -> JsonObject:
        steps = [step.as_json() for step in self.steps]
        policies: JsonObject = {"policies": list(self.policies), "reporting": list(self.reporting)}
        return {**self.decision.as_json(), **policies, "steps": list(steps)}

    @property
    def tried(self) -> tuple[Tried, ...]:
        return tuple(tried for step in self.steps for tried in step.tried)


def explain(policies: PolicySet, principal: Principal, match: Match | Unmatched, facts: Facts) -> Explanation:
    """Return a decision with all that led to it; the statements at report level are tried too."""
    decision = policies.decide(principal, match, facts)
    if isinstance(match, Unmatched) or decision.kind is Kind.PROJECT:
        return Explanation(decision)
    bound = policies.bound(principal)
    index = bound.reported or bound.enforced
    context = Context(policies.around, principal, match, facts)
    steps = tuple(
        Step(need, tuple(_try(statement, need, context) for statement in index.of(need.action)))
        for need in needs_of(match, actions_of(match), principal, policies.around.region)
    )
    holding = policies.holding_for(principal)
    reporting = tuple(each.name for each in holding if each.level is Level.REPORT)
    return Explanation(decision, tuple(each.name for each in holding), reporting, steps)


def _try(statement: Statement, need: Need, context: Context) -> Tried:
    context.turn_to(need.action)
    granting = statement.grant is Grant.DENY or may_allow(statement, context.match)
    return Tried(
        statement,
        statement.reaches(need.thing),
        tuple(_check(condition, context) for condition in statement.conditions),
        granting and applies(statement, need, context),
    )


def _check(condition: Condition, context: Context) -> Checked:
    return Checked(condition, condition.key.value(context), condition.outcome(context))
