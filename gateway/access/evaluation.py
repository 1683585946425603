"""How statements decide about one request: explicit deny beats allow, and what nobody allows is denied.

Knows which statements there are by action, and nothing of policies, layers or principals' bindings.

Source: policy research, b.3 and b.4.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from gateway.access.decisions import Decision, Kind
from gateway.access.documents import Grant, Statement
from gateway.access.principals import Principal
from gateway.access.reading import Context
from gateway.access.requirements import NO_ACTION, Need
from gateway.access.values import Nothing
from gateway.access.words import folded
from gateway.contract.model import Match

ByAction = Mapping[str, tuple[Statement, ...]]

_TARGET_PROJECT = "gw:TargetProjectId"
_NONE: ByAction = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Index:
    """The statements that hold for somebody, by the action they cover: Denies with the guardrails first, Allows."""

    denies: ByAction = field(default_factory=lambda: _NONE)
    allows: ByAction = field(default_factory=lambda: _NONE)

    def of(self, action: str) -> tuple[Statement, ...]:
        return (*self.denies.get(action, ()), *self.allows.get(action, ()))


def decide_by(index: Index, required: tuple[str, ...], needs: Sequence[Need], context: Context) -> Decision:
    """Return the decision of some statements about what a request needs."""
    missing: set[str] = set()
    refused, denying = _denied(index.denies, needs, context, missing)
    if refused:
        return Decision(Kind.EXPLICIT, refused.action, refused.resource, required, denying, tuple(sorted(missing)))
    lacking, allowing = _allowed(index.allows, needs, context, missing)
    if lacking:
        return Decision(Kind.IMPLICIT, lacking.action, lacking.resource, required, (), tuple(sorted(missing)))
    return Decision(Kind.ALLOW, None, None, required, allowing, tuple(sorted(missing)))


def settled_by(index: Index, required: tuple[str, ...]) -> Decision | None:
    """Return the decision of some statements where it depends on the actions that a request needs and on nothing else:
    all of them are allowed, whatever they are needed on and by whom. None where it may depend on more."""
    names: dict[str, None] = {}
    for action in required or (NO_ACTION,):
        allows = index.allows.get(action, ())
        if index.denies.get(action) or any(each.resources is not None or each.conditions for each in allows):
            return None
        if not allows and action != NO_ACTION:
            return None
        names.update(dict.fromkeys(each.name for each in allows))
    return Decision(Kind.ALLOW, None, None, required, tuple(names), ())


def applies(statement: Statement, need: Need, context: Context) -> bool:
    """True when a statement that covers an action applies to it."""
    return statement.reaches(need.thing) and _holds(statement, context, set())


def _holds(statement: Statement, context: Context, missing: set[str]) -> bool:
    """True when the conditions let a statement apply, noting the keys asked for in vain: all must hold; an unknown one
    lets a Deny apply and an Allow fail."""
    unknown_lets = statement.grant is Grant.DENY
    holds = True
    for condition in statement.conditions:
        value = condition.key.value(context)
        if value.__class__ is Nothing and not condition.asks_presence:
            missing.add(condition.key.name)
        outcome = condition.test(value)
        if outcome is False or (outcome is None and not unknown_lets):
            holds = False
    return holds


def owns(principal: Principal, match: Match) -> bool:
    """True when the project in the path, if there is one, is the principal's."""
    project = match.project
    if project is None:
        return True
    own = principal.project_id
    return own is not None and (project == own or folded(project) == folded(own))


def may_allow(statement: Statement, match: Match) -> bool:
    """False for an Allow that cannot grant what is asked, whatever it says: the quota of another project is granted
    only by one that names the project (rule 13)."""
    return statement.names_key(_TARGET_PROJECT) or not _asks_foreign_quota(match)


def _asks_foreign_quota(match: Match) -> bool:
    target = match.path_values.get("target_project_id")
    return target is not None and match.project is not None and folded(target) != folded(match.project)


def _denied(
    denies: ByAction, needs: Sequence[Need], context: Context, missing: set[str]
) -> tuple[Need | None, tuple[str, ...]]:
    """Return the first denied need, and the names of all statements that deny one."""
    refused: Need | None = None
    names: dict[str, None] = {}
    for need in needs:
        found = _applying(denies.get(need.action, ()), need, context, missing)
        if found:
            refused = refused or need
            names.update(dict.fromkeys(found))
    return refused, tuple(names)


def _allowed(
    allows: ByAction, needs: Sequence[Need], context: Context, missing: set[str]
) -> tuple[Need | None, tuple[str, ...]]:
    """Return the first need that nothing allows, and the names of all statements that allow one before it."""
    names: dict[str, None] = {}
    for need in needs:
        statements = allows.get(need.action, ())
        if "target_project_id" in context.match.path_values:
            statements = tuple(each for each in statements if may_allow(each, context.match))
        found = _applying(statements, need, context, missing)
        if not found and need.action != NO_ACTION:
            return need, ()
        names.update(dict.fromkeys(found))
    return None, tuple(names)


def _applying(statements: tuple[Statement, ...], need: Need, context: Context, missing: set[str]) -> list[str]:
    """Return the names of the statements that apply to a need, noting the keys they asked for in vain."""
    if not statements:
        return []
    context.turn_to(need.action)
    return [
        statement.name
        for statement in statements
        if (statement.resources is None or statement.reaches(need.thing))
        and (not statement.conditions or _holds(statement, context, missing))
    ]
