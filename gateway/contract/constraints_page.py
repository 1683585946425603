"""The page of constraints for people (docs/constraints.md): a pure function of the declarations."""

from __future__ import annotations

from collections.abc import Iterator

from gateway.contract.catalogue import CATALOGUE
from gateway.contract.constraints import Constraint, constraints_of
from gateway.contract.header_rules import WITH_BODY
from gateway.contract.model import Operation, Remark
from gateway.contract.remarks import (
    BODY_UNEXPECTED,
    DEPRECATED,
    HEAD,
    REPEATED,
    TRAILING_SLASH,
    UNKNOWN_MEMBER,
    UNKNOWN_PARAMETER,
)

_INTRODUCTION = """\
# Constraints

Every constraint that the gateway holds requests against, generated from the declarations that judge them
(`evs-gateway operations --constraints`). Source is the EVS API Reference, issue 01 of 2020-09-20; the number after each
operation is its section.

**Severity.** `reject` refuses the request with the code and message of the first such finding. `warn` forwards it and
says so: another place of the reference allows it, or whether it is wrong depends on something the request does not say.

**Place.** A JSON pointer for what stands in the body (`/volume/size`), a part and a name for the rest (`query:limit`,
`path:volume_id`, `header:content-type`), or one of the words `body`, `method`, `path` and `operation`. `*` is any name.

**Rule.** A stable id. The settings can raise, lower or switch off a rule by its id, everywhere (`size-range`) or for
one operation (`size-range@cinder_create_volume`).

Null is the same as absent for members that are not mandatory. A boolean is no number, and `"40"` is a string. Lengths
are bytes of UTF-8 unless the limit says characters. Decimals are cut before a range is checked.
"""

_APPLIES = {
    "x-project-id": "operations with a project_id",
    "content-type": "requests with a body",
    "content-length": "requests with a body that are signed with AK/SK",
}
# What holds for all operations alike, with the place it is told at and to which requests it applies.
_EVERYWHERE: tuple[tuple[str, Remark, str], ...] = (
    ("method", HEAD, "HEAD, which is read as GET"),
    ("path", TRAILING_SLASH, "every path but the root"),
    ("operation", DEPRECATED, "operations that are marked deprecated below"),
    *((f"header:{rule.header}", remark, _APPLIES[rule.header]) for rule in WITH_BODY for remark in rule.remarks()),
    ("query:*", UNKNOWN_PARAMETER, "parameters that the operation does not list"),
    ("query:*", REPEATED, "parameters given twice with different values"),
    ("body", BODY_UNEXPECTED, "operations without a request body"),
    ("/*", UNKNOWN_MEMBER, "members that the operation does not list, at any depth"),
)
_COMMON = frozenset(remark.rule for _, remark, _ in _EVERYWHERE)


def constraints_page() -> str:
    """Return the whole page as Markdown."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    yield _INTRODUCTION
    yield "## Every operation\n"
    yield from _table(("Place", "Rule", "Severity", "Limit", "Applies to"), (_everywhere(*row) for row in _EVERYWHERE))
    for operation in CATALOGUE.operations:
        yield from _section(operation)


def _everywhere(where: str, remark: Remark, applies: str) -> tuple[str, ...]:
    return f"`{where}`", f"`{remark.rule}`", remark.severity.value, remark.limit, applies


def _section(operation: Operation) -> Iterator[str]:
    yield f"## {operation.id}\n"
    deprecated = ", deprecated" if operation.deprecated else ""
    yield f"`{operation.method} {operation.path}` ({operation.section} {operation.title}{deprecated})\n"
    own = [each for each in constraints_of(operation) if each.rule not in _COMMON]
    if own:
        yield from _table(("Place", "Rule", "Severity", "Limit", "Code"), (_row(each) for each in own))
    else:
        yield "Nothing but what holds for every operation.\n"


def _row(constraint: Constraint) -> tuple[str, ...]:
    fault = constraint.fault
    code = f"{fault.code} {fault.message}"
    return f"`{constraint.where}`", f"`{constraint.rule}`", constraint.severity.value, constraint.limit, code


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[str]:
    yield _line(head)
    yield _line(("---",) * len(head))
    yield from (_line(row) for row in rows)
    yield ""


def _line(cells: tuple[str, ...]) -> str:
    return "| " + " | ".join(cells) + " |"
