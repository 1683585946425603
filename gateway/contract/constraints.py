"""Every constraint on a request, listed: operation, place, rule id, severity, limit, fault and source.

Read from the same declarations that judge requests, so that the page for people, the table of severities and the sweep
over the cases all speak of the same set. The walk in `gateway.validation` can find nothing that is not listed here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from string import Formatter

from gateway.contract import faults
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.faults import Fault
from gateway.contract.fields import Mark
from gateway.contract.header_rules import WITH_BODY
from gateway.contract.model import Family, Operation, Remark, Severity
from gateway.contract.places import BODY, METHOD, OPERATION, PATH, in_body, named, pointed
from gateway.contract.remarks import (
    BODY_MISSING,
    BODY_TYPE,
    BODY_UNEXPECTED,
    DEPRECATED,
    HEAD,
    MISSING,
    NULL_REFUSED,
    NULL_WARNED,
    OBJECT,
    REPEATED,
    REPEATED_DECISIVE,
    TRAILING_SLASH,
    UNKNOWN_MEMBER,
    UNKNOWN_PARAMETER,
)
from gateway.contract.shapes import PATH_MEMBERS, Member, Shape, is_opaque, shape_of


@dataclass(frozen=True, slots=True)
class Constraint:
    """One thing that can be found about a request of one operation. `*` in `where` stands for any name."""

    operation: str
    where: str
    rule: str
    severity: Severity
    limit: str
    fault: Fault
    source: str


def fault_of(operation: Operation, member: Member | None, remark: Remark, where: str) -> Fault:
    """Return the fault documented for the remark, else for the member, else the common one of the place.

    Source: A.1, EVS.5400; EVS.1018 for the custom API, which converts types (reference-notes 37).
    """
    if remark.fault is not None:
        return remark.fault
    if member is not None and member.fault is not None:
        return member.fault
    if not in_body(where):
        return faults.MALFORMED_URL
    converts = operation.family is Family.CUSTOM and remark.rule.endswith("json-type")
    return faults.TYPE_CONVERSION if converts else faults.MALFORMED_BODY


def rule_id(member: Member, remark: Remark) -> str:
    """Return the id of a rule that belongs to a member, e.g. `size-range`."""
    return f"{member.name}-{remark.rule}"


def constraints_of(operation: Operation) -> tuple[Constraint, ...]:
    """Return all constraints of an operation, in the order in which they are found."""
    return tuple(
        Constraint(
            operation=operation.id,
            where=where,
            rule=rule,
            severity=remark.severity,
            limit=remark.limit,
            fault=fault_of(operation, member, remark, where),
            source=operation.section,
        )
        for where, rule, member, remark in _everything(operation)
    )


@cache
def rule_ids() -> frozenset[str]:
    """Return the ids of all rules: what the table of severities may name."""
    return frozenset(each.rule for operation in CATALOGUE.operations for each in constraints_of(operation))


# A place, the id of the rule, the member whose fault applies, and the remark.
_Row = tuple[str, str, Member | None, Remark]


def _everything(operation: Operation) -> Iterator[_Row]:
    for _, variable, _, _ in Formatter().parse(operation.path):
        if variable is not None and variable in PATH_MEMBERS:
            yield from _of_member(PATH_MEMBERS[variable], named("path", variable))
    yield from _of_form(operation)
    yield from _of_headers(operation)
    if not is_opaque(operation):
        yield from _of_query(operation)
        yield from _of_body(operation)
    for each in operation.rules:
        yield from ((place_of(remark), remark.rule, None, remark) for remark in each.remarks())


def place_of(remark: Remark) -> str:
    """Return the place that a rule about the whole request names: a part first, then names."""
    part, *names = remark.at
    return pointed("", *names) if part == BODY else named(part, names[0])


def _of_form(operation: Operation) -> Iterator[_Row]:
    if operation.method == "GET":
        yield METHOD, HEAD.rule, None, HEAD
    if operation.path != "/":
        yield PATH, TRAILING_SLASH.rule, None, TRAILING_SLASH
    if operation.deprecated:
        yield OPERATION, DEPRECATED.rule, None, DEPRECATED


def _of_headers(operation: Operation) -> Iterator[_Row]:
    for rule in WITH_BODY:
        if "{project_id}" in operation.path or rule.header != "x-project-id":
            yield from ((named("header", rule.header), remark.rule, None, remark) for remark in rule.remarks())


def _of_query(operation: Operation) -> Iterator[_Row]:
    members = shape_of(operation.query).ordered if operation.query else ()
    for member in members:
        where = named("query", member.names[0])
        if member.required:
            yield where, rule_id(member, MISSING), member, MISSING
        yield from _of_member(member, where)
        if Mark.DECISIVE in member.marks:
            yield where, rule_id(member, REPEATED_DECISIVE), member, REPEATED_DECISIVE
    yield named("query", "*"), UNKNOWN_PARAMETER.rule, None, UNKNOWN_PARAMETER
    yield named("query", "*"), REPEATED.rule, None, REPEATED


def _of_body(operation: Operation) -> Iterator[_Row]:
    if operation.request is None:
        yield BODY, BODY_UNEXPECTED.rule, None, BODY_UNEXPECTED
        return
    shape = shape_of(operation.request)
    # An action is told by its key: a body without one is no request of this operation.
    if not operation.action_keys:
        for remark in (BODY_MISSING, BODY_TYPE):
            yield BODY, remark.rule, shape.ordered[0], remark
    for each in _of_object(shape, ""):
        if not (operation.action_keys and each[3] is MISSING and each[0].count("/") == 1):
            yield each


def _of_object(shape: Shape, where: str) -> Iterator[_Row]:
    for member in shape.ordered:
        here = pointed(where, member.names[0])
        if member.required:
            yield here, rule_id(member, MISSING), member, MISSING
        yield from _of_member(member, here)
    yield pointed(where, "*"), UNKNOWN_MEMBER.rule, None, UNKNOWN_MEMBER
    for rule in shape.rules:
        yield from ((pointed(where, *remark.at), remark.rule, None, remark) for remark in rule.remarks())


def _of_member(member: Member, where: str) -> Iterator[_Row]:
    if member.null is not None and in_body(where):
        remark = NULL_REFUSED if member.null is Severity.REJECT else NULL_WARNED
        yield where, rule_id(member, remark), member, remark
    for rule in member.rules:
        yield from ((pointed(where, *remark.at), rule_id(member, remark), member, remark) for remark in rule.remarks())
    if member.shape is not None:
        yield where, rule_id(member, OBJECT), member, OBJECT
        yield from _of_object(member.shape, where)
