"""The lint rules about one statement: each yields what it found, in a few words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.access import values
from gateway.access.documents import Document, Grant, Statement, Version
from gateway.access.operators import Operator, Quantifier
from gateway.access.requirements import known_actions, takes_resource
from gateway.access.values import KeyType


@dataclass(frozen=True, slots=True)
class Judged:
    """A statement in its document. Units: `now` in seconds since the epoch."""

    statement: Statement
    document: Document
    now: float


StatementRule = Callable[[Judged], Iterator[str]]


def any_covers(statements: Iterable[Statement], action: str) -> bool:
    return any(statement.covers(action) for statement in statements)


def _asymmetric(it: Judged) -> Iterator[str]:
    sources = ("ims:images:get", "evs:snapshots:get")
    if it.statement.grant is Grant.DENY:
        found = [each for each in sources if it.statement.covers(each)]
        if found and not it.statement.covers("evs:volumes:create"):
            yield f"{', '.join(found)} is needed to create a disk by POST /volumes, and not by POST /cloudvolumes"
    elif it.statement.covers("evs:volumes:create"):
        allows = [each for each in it.document.statements if each.grant is Grant.ALLOW]
        lacking = [each for each in ("evs:volumes:get", *sources) if not any_covers(allows, each)]
        if lacking:
            yield f"disks are created by POST /cloudvolumes, but without {', '.join(lacking)} not by POST /volumes"


def _upper_case(it: Judged) -> Iterator[str]:
    for action in it.statement.actions if it.document.version is Version.ROLE_POLICY else ():
        service = action.text.partition(":")[0]
        if service != service.lower():
            yield action.text


def _dead_action(it: Judged) -> Iterator[str]:
    for action in (*it.statement.actions, *it.statement.not_actions):
        if action.text.lower().startswith("evs:") and not any(action.covers(each) for each in known_actions()):
            yield action.text


def _dead_resource(it: Judged) -> Iterator[str]:
    for resource in it.statement.resources or ():
        kinds = ("volume", "snapshot", "transfer")
        if resource.service("evs") and not any(resource.type(each) for each in kinds):
            yield resource.text


def _expired(it: Judged) -> Iterator[str]:
    for condition in it.statement.conditions:
        before = condition.use.operator.name in ("DateLessThan", "DateLessThanEquals")
        if before and max(values.date(each) for each in condition.operands) < it.now:
            yield f"{condition.key.name} before {', '.join(condition.operands)}"


def _for_all(it: Judged) -> Iterator[str]:
    present = {condition.key.name for condition in it.statement.conditions if condition.asks_presence}
    for condition in it.statement.conditions if it.statement.grant is Grant.ALLOW else ():
        if condition.use.quantifier is Quantifier.ALL and condition.key.name not in present:
            yield condition.key.name


def _resource_on_list(it: Judged) -> Iterator[str]:
    for action in it.statement.actions if it.statement.resources is not None else ():
        covered = [each for each in known_actions() if each and action.covers(each)]
        if covered and not any(takes_resource(each) for each in covered):
            yield action.text


def _deletes_metadata(it: Judged) -> Iterator[str]:
    for action in ("evs:volumes:delete", "evs:snapshots:delete"):
        if it.statement.grant is Grant.DENY and it.statement.covers(action):
            yield action


def _resource_in_1_1(it: Judged) -> Iterator[str]:
    for resource in (it.statement.resources or ()) if it.document.version is Version.ROLE_POLICY else ():
        if not resource.any_id:
            yield resource.text


def _sensitive(it: Judged) -> Iterator[str]:
    for condition in it.statement.conditions:
        operator = condition.use.operator
        is_pattern = isinstance(operator, Operator) and operator.type is KeyType.STRING and "Match" in operator.name
        if condition.key.key.is_id and is_pattern:
            yield from (f"{condition.key.name} {each}" for each in condition.operands if set(each) & set("*?"))


def _wild(it: Judged) -> Iterator[str]:
    everything = all(it.statement.covers(each) for each in known_actions() if each.startswith("evs:"))
    unbounded = not it.statement.conditions and it.statement.resources is None
    if it.statement.grant is Grant.ALLOW and everything and unbounded:
        yield "Allow"


STATEMENT_RULES: Mapping[str, StatementRule] = MappingProxyType(
    {
        "P-ASYM": _asymmetric,
        "P-CASE": _upper_case,
        "P-DEADACT": _dead_action,
        "P-DEADRES": _dead_resource,
        "P-EXPIRED": _expired,
        "P-FORALL": _for_all,
        "P-LISTRES": _resource_on_list,
        "P-METADEL": _deletes_metadata,
        "P-RES11": _resource_in_1_1,
        "P-SENS": _sensitive,
        "P-WILD": _wild,
    }
)
