"""Holds a request against what its operation declares, and says everything that is wrong, not the first thing.

One walk for all operations: path variables, the form of the request, query, body, and the rules about several parts.
Knows nothing of policies, cassettes or modes; whether a finding refuses is its severity, what refuses is not done here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from gateway.contract import faults
from gateway.contract.faults import Fault
from gateway.contract.fields import AnyQuery, Mark
from gateway.contract.model import Family, JsonObject, JsonValue, Match, Oddity, Remark, Severity
from gateway.contract.shapes import PATH_MEMBERS, Member, Shape, shape_of

__all__ = ["Finding", "Severity", "validate"]

_SHOWN = 80
_ODDITIES = {
    Oddity.HEAD: ("method", "a documented method"),
    Oddity.TRAILING_SLASH: ("path", "no slash at the end"),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a request that is not as documented.

    `where` is the place, e.g. `body.volume.size`; `limit` what the reference says; `found` what was there, never a
    secret; `fault` what the service answers in this case; `source` the section of the reference.
    """

    rule: str
    severity: Severity
    where: str
    limit: str
    found: str
    fault: Fault
    source: str


def validate(match: Match, has_body: bool) -> tuple[Finding, ...]:
    """Return all findings about an identified request, those of the path first. `has_body` tells no body from null."""
    operation = match.operation
    found: list[Finding] = []
    for name, value in match.path_values.items():
        if name in PATH_MEMBERS:
            found.extend(_judge(match, PATH_MEMBERS[name], value, f"path.{name}"))
    if match.oddities or operation.deprecated:
        found.extend(_form(match))
    if match.query or operation.query is not None:
        found.extend(_query(match))
    if has_body or operation.request is not None:
        found.extend(_body(match, has_body))
    for rule in operation.rules:
        found.extend(_finding(match, remark, "", None, match.body) for remark in rule.judge(match))
    return tuple(found)


def _form(match: Match) -> Iterator[Finding]:
    """Yield what is odd about the request as a whole. Source: reference-notes 82, 86 and 88."""
    for oddity in match.oddities:
        where, limit = _ODDITIES[oddity]
        yield _finding(match, Remark(oddity.value, Severity.WARN, limit), where, None, oddity.value)
    if match.operation.deprecated:
        remark = Remark("deprecated", Severity.WARN, "an operation that is not deprecated")
        yield _finding(match, remark, "operation", None, match.operation.id)


def _query(match: Match) -> Iterator[Finding]:
    shape = shape_of(match.operation.query or AnyQuery)
    given: dict[str, str] = {}
    for name, value in match.query:
        if given.setdefault(name, value) != value:
            yield _duplicate(match, shape, name, value)
    if match.operation.query is None:
        yield from (_unknown(match, f"query.{name}", value) for name, value in given.items())
    else:
        yield from _members(match, shape, dict(given), "query")


def _duplicate(match: Match, shape: Shape, name: str, value: str) -> Finding:
    """Two readers may see two requests: refused where it decides something. Source: reference-notes 85."""
    member = shape.members.get(name)
    decides = member is not None and Mark.DECISIVE in member.marks
    remark = Remark("duplicate", Severity.REJECT if decides else Severity.WARN, "given once")
    return _finding(match, remark, f"query.{name}", member, value)


def _body(match: Match, has_body: bool) -> Iterator[Finding]:
    model = match.operation.request
    if model is None:
        yield _finding(match, Remark("body", Severity.WARN, "no body"), "body", None, match.body)
    elif not has_body:
        shape = shape_of(model)
        yield _finding(match, Remark("missing", Severity.REJECT, "a JSON object"), "body", shape.required[0], _ABSENT)
    else:
        yield from _object(match, shape_of(model), match.body, "body")


def _object(
    match: Match, shape: Shape, value: JsonValue, where: str, member: Member | None = None
) -> Iterator[Finding]:
    if isinstance(value, dict):
        yield from _members(match, shape, value, where)
    else:
        yield _finding(match, Remark("type", Severity.REJECT, "an object"), where, member, value)


def _members(match: Match, shape: Shape, value: JsonObject, where: str) -> Iterator[Finding]:
    for member in shape.required:
        if not any(name in value for name in member.names):
            remark = Remark("missing", Severity.REJECT, "given")
            yield _finding(match, remark, f"{where}.{member.names[0]}", member, _ABSENT)
    for name, each in value.items():
        known = shape.members.get(name)
        if known is not None:
            yield from _judge(match, known, each, f"{where}.{name}")
        elif not shape.is_open:
            yield _unknown(match, f"{where}.{name}", each)
    for rule in shape.rules:
        yield from (_placed(match, remark, where, shape, value) for remark in rule.judge(value))


def _unknown(match: Match, where: str, value: JsonValue) -> Finding:
    return _finding(match, Remark("unknown", Severity.WARN, "a documented member"), where, None, value)


def _judge(match: Match, member: Member, value: JsonValue, where: str) -> Iterator[Finding]:
    """Yield what a member's rules have against its value; where the first one rejects, the others are not asked."""
    if value is None:
        if member.null is not None:
            yield _finding(match, Remark("null", member.null, "not null"), where, member, None)
        return
    for rule in member.rules:
        remarks = tuple(rule.judge(value))
        yield from (_finding(match, remark, where, member, value) for remark in remarks)
        if rule is member.rules[0] and any(remark.severity is Severity.REJECT for remark in remarks):
            return
    if member.shape is not None:
        yield from _object(match, member.shape, value, where, member)


def _placed(match: Match, remark: Remark, where: str, shape: Shape, value: JsonObject) -> Finding:
    """Return the finding of a rule about an object, with the fault of the member it names."""
    return _finding(match, remark, where, shape.members.get(remark.at[0]) if remark.at else None, value)


def _finding(match: Match, remark: Remark, where: str, member: Member | None, value: JsonValue | _Absent) -> Finding:
    return Finding(
        rule=remark.rule,
        severity=remark.severity,
        where=".".join(filter(None, (where, *remark.at))),
        limit=remark.limit,
        found=_show(_within(value, remark.at), member),
        fault=remark.fault or (member.fault if member else None) or _common_fault(match, remark, where),
        source=match.operation.section,
    )


def _common_fault(match: Match, remark: Remark, where: str) -> Fault:
    """Return what the service answers where the reference assigns no fault to the field.

    Source: A.1, EVS.5400; EVS.1018 for the custom API, which converts types (reference-notes 37).
    """
    if where.startswith("body"):
        converts = match.operation.family is Family.CUSTOM and remark.rule == "type"
        return faults.TYPE_CONVERSION if converts else faults.MALFORMED_BODY
    return faults.MALFORMED_URL


class _Absent:
    """Stands for a value that was not there."""


_ABSENT = _Absent()


def _within(value: JsonValue | _Absent, at: tuple[str, ...]) -> JsonValue | _Absent:
    for name in at:
        value = value.get(name, _ABSENT) if isinstance(value, dict) else _ABSENT
    return value


def _show(value: JsonValue | _Absent, member: Member | None) -> str:
    """Return a short form of a value for people; of objects, arrays and secrets only the kind."""
    match value:
        case _Absent():
            return "absent"
        case dict():
            return "an object"
        case list():
            return "an array"
        case _ if member is not None and Mark.SECRET in member.marks:
            return "hidden"
        case _:
            shown = json.dumps(value, ensure_ascii=False)
            return shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"
