"""The walk over a request: everything that is wrong, not the first thing, in the order of the reference.

One walk for all operations: path variables, the form of the request, headers, query, body, and the rules about several
parts. The order is that of the declarations and not that of the client, so that a verdict and its code depend on no
order of keys. Whether a finding refuses is its severity; what refuses is not done here.
"""

from __future__ import annotations

from collections.abc import Iterator

from gateway.contract.constraints import fault_of, place_of, rule_id
from gateway.contract.fields import AnyQuery, Mark
from gateway.contract.header_rules import ALWAYS, WITH_BODY, value_of
from gateway.contract.model import JsonObject, JsonValue, Match, Oddity, Remark, Severity
from gateway.contract.places import BODY, METHOD, OPERATION, PATH, named, pointed
from gateway.contract.remarks import (
    BODY_MISSING,
    BODY_TYPE,
    BODY_UNEXPECTED,
    DEPRECATED,
    MISSING,
    NULL_REFUSED,
    NULL_WARNED,
    OBJECT,
    ODDITIES,
    REPEATED,
    REPEATED_DECISIVE,
    UNKNOWN_MEMBER,
    UNKNOWN_PARAMETER,
)
from gateway.contract.rules import VolumeTypes
from gateway.contract.shapes import PATH_MEMBERS, STANDARD_TYPES, Member, Shape, is_opaque, shape_of
from gateway.http.messages import Headers
from gateway.validation.findings import ABSENT, Finding, Found, show, within

_ODD_PLACES = {Oddity.HEAD: METHOD, Oddity.TRAILING_SLASH: PATH}


def validate(
    match: Match, has_body: bool, headers: Headers = (), types: VolumeTypes = STANDARD_TYPES
) -> tuple[Finding, ...]:
    """Return all findings about an identified request.

    `has_body` tells no body from null; `types` are the disk types of the region, e.g. `VolumeTypes(added=("ESSD",))`.
    """
    return validate_line(match, has_body, headers, types) + validate_content(match, has_body, types)


def validate_line(
    match: Match, has_body: bool, headers: Headers = (), types: VolumeTypes = STANDARD_TYPES
) -> tuple[Finding, ...]:
    """Return those of the findings that depend on no content of a body, only on whether there is one."""
    found: list[Finding] = []
    for name, value in match.path_values.items():
        member = PATH_MEMBERS.get(name)
        if member is not None and not _is_documented(member, value):
            found.extend(_judge(match, member, value, f"path:{name}"))
    if match.oddities or match.operation.deprecated:
        found.extend(_form(match))
    for header_rule in WITH_BODY if has_body else ALWAYS:
        for remark in header_rule.judge(match, headers):
            found.append(_header(match, header_rule.header, remark, headers))
    if (match.query or match.operation.query is not None) and not _is_plain_query(match, types):
        found.extend(_query(match, types))
    return tuple(found)


def validate_content(match: Match, has_body: bool, types: VolumeTypes = STANDARD_TYPES) -> tuple[Finding, ...]:
    """Return the other findings: about the body, and about several parts of the request."""
    operation = match.operation
    found: list[Finding] = []
    if (has_body or operation.request is not None) and not _is_plain_body(match, types):
        found.extend(_body(match, has_body, types))
    for rule in operation.rules:
        found.extend(_about_parts(match, remark) for remark in rule.judge(match))
    return tuple(found)


# Most requests are as documented, and that can be said without walking in order, so it is asked first.


def _is_plain_body(match: Match, types: VolumeTypes) -> bool:
    """Return whether there is surely nothing to find in a body."""
    model, body = match.operation.request, match.body
    return model is not None and isinstance(body, dict) and _is_plain(shape_of(model, types), body)


def _is_plain_query(match: Match, types: VolumeTypes) -> bool:
    """Return whether there is surely nothing to find in a query."""
    given: JsonObject = {**dict(match.query)}
    if len(given) < len(match.query) or match.operation.query is None:
        return False
    return _is_plain(shape_of(match.operation.query, types), given)


def _is_plain(shape: Shape, value: JsonObject) -> bool:
    members = shape.members
    for name, inner in value.items():
        member = members.get(name)
        if member is None or not (member.null is None if inner is None else _is_documented(member, inner)):
            return False
    for names in shape.required:
        if value.keys().isdisjoint(names):
            return False
    for rule in shape.rules:  # noqa: SIM110 - a generator takes longer
        if rule.judge(value):
            return False
    return True


def _is_documented(member: Member, value: JsonValue) -> bool:
    """Return whether a value that is not null is surely as documented, at any depth."""
    for judge in member.judges:
        if judge(value):
            return False
    return member.shape is None or (isinstance(value, dict) and _is_plain(member.shape, value))


def _form(match: Match) -> Iterator[Finding]:
    """Yield what is odd about the request as a whole. Source: reference-notes 82, 86 and 88."""
    for oddity in match.oddities:
        yield _finding(match, ODDITIES[oddity].rule, ODDITIES[oddity], _ODD_PLACES[oddity], oddity.value)
    if match.operation.deprecated:
        yield _finding(match, DEPRECATED.rule, DEPRECATED, OPERATION, match.operation.id)


def _header(match: Match, header: str, remark: Remark, headers: Headers) -> Finding:
    value = value_of(headers, header.encode("ascii"))
    found = ABSENT if value is None else value.decode("latin-1")
    return _finding(match, remark.rule, remark, named("header", header), found)


def _query(match: Match, types: VolumeTypes) -> Iterator[Finding]:
    if is_opaque(match.operation):
        return
    shape = shape_of(match.operation.query or AnyQuery, types)
    given: JsonObject = {}
    repeated = [(name, value) for name, value in match.query if given.setdefault(name, value) != value]
    for member in shape.ordered:
        name = member.names[0]
        if name in given:
            yield from _judge(match, member, given[name], f"query:{name}")
        elif member.required:
            yield _of_member(match, member, MISSING, f"query:{name}", ABSENT)
    for name in sorted(given.keys() - shape.members.keys()):
        yield _finding(match, UNKNOWN_PARAMETER.rule, UNKNOWN_PARAMETER, named("query", name), given[name], name)
    for name, value in repeated:
        yield from _repeated(match, shape, name, value)


def _repeated(match: Match, shape: Shape, name: str, value: str) -> Iterator[Finding]:
    """Two readers may see two requests: refused where it decides something, and each value judged.

    Source: reference-notes 85.
    """
    member, where = shape.members.get(name), named("query", name)
    if member is not None and Mark.DECISIVE in member.marks:
        yield _of_member(match, member, REPEATED_DECISIVE, where, value)
    else:
        yield _finding(match, REPEATED.rule, REPEATED, where, value, name)
    if member is not None:
        yield from _judge(match, member, value, where)


def _body(match: Match, has_body: bool, types: VolumeTypes) -> Iterator[Finding]:
    model = match.operation.request
    if model is None:
        if not is_opaque(match.operation):
            yield _finding(match, BODY_UNEXPECTED.rule, BODY_UNEXPECTED, BODY, match.body)
        return
    shape = shape_of(model, types)
    if isinstance(match.body, dict):
        yield from _members(match, shape, match.body, "")
    else:
        remark, value = (BODY_TYPE, match.body) if has_body else (BODY_MISSING, ABSENT)
        yield _finding(match, remark.rule, remark, BODY, value, member=shape.ordered[0])


def _members(match: Match, shape: Shape, value: JsonObject, where: str) -> Iterator[Finding]:
    for member in shape.ordered:
        is_missing = member.required
        for name in member.names:
            if name in value:
                is_missing = False
                yield from _judge(match, member, value[name], f"{where}/{name}")
        if is_missing:
            yield _of_member(match, member, MISSING, f"{where}/{member.names[0]}", ABSENT)
    for name in sorted(value.keys() - shape.members.keys()):
        yield _finding(match, UNKNOWN_MEMBER.rule, UNKNOWN_MEMBER, pointed(where, name), value[name], name)
    for rule in shape.rules:
        for remark in rule.judge(value):
            yield _about_members(match, remark, where, shape, value)


def _judge(match: Match, member: Member, value: JsonValue, where: str) -> Iterator[Finding]:
    """Yield what a member's rules have against its value; where the first one rejects, the others are not asked."""
    if value is None:
        if member.null is not None:
            remark = NULL_REFUSED if member.null is Severity.REJECT else NULL_WARNED
            yield _of_member(match, member, remark, where, None)
        return
    for rule in member.rules:
        is_refused = False
        for remark in rule.judge(value):
            is_refused = is_refused or remark.severity is Severity.REJECT
            yield _of_member(match, member, remark, where, value)
        if is_refused and rule is member.rules[0]:
            return
    if member.shape is None:
        return
    if isinstance(value, dict):
        yield from _members(match, member.shape, value, where)
    else:
        yield _of_member(match, member, OBJECT, where, value)


def _of_member(match: Match, member: Member, remark: Remark, where: str, value: Found) -> Finding:
    place = pointed(where, *remark.at)
    found = within(value, remark.at)
    name = remark.at[-1] if remark.at else ""
    return _finding(match, rule_id(member, remark), remark, place, found, name, member)


def _about_members(match: Match, remark: Remark, where: str, shape: Shape, value: JsonObject) -> Finding:
    """Return the finding of a rule about an object, with the fault of the member it names."""
    member = shape.members.get(remark.at[0]) if remark.at else None
    return _finding(
        match, remark.rule, remark, pointed(where, *remark.at) or BODY, within(value, remark.at), member=member
    )


def _about_parts(match: Match, remark: Remark) -> Finding:
    """Return the finding of a rule about several parts of the request."""
    part, *names = remark.at
    found = within(match.body, tuple(names)) if part == BODY else match.path_values.get(names[0], ABSENT)
    return _finding(match, remark.rule, remark, place_of(remark), found)


def _finding(
    match: Match,
    rule: str,
    remark: Remark,
    where: str,
    value: Found,
    name: str = "",
    member: Member | None = None,
) -> Finding:
    return Finding(
        rule=rule,
        severity=remark.severity,
        where=where,
        limit=remark.limit,
        found=show(value, name, member),
        fault=fault_of(match.operation, member, remark, where),
        source=match.operation.section,
    )
