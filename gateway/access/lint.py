"""What loads and is likely to be wrong all the same: rules with stable ids, each one small function.

Source: policy research, b.5 (lint ids) and 1.5.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.access.coverage import Coverage, statements_of
from gateway.access.documents import Document, Grant, Statement, read_document
from gateway.access.folder import Folder
from gateway.access.lint_rules import STATEMENT_RULES, Judged, any_covers
from gateway.access.nodes import Place
from gateway.access.policy_set import Policy, PolicySet
from gateway.access.requirements import known_actions
from gateway.access.set_file import Layer, Level
from gateway.contract.model import JsonObject
from gateway.errors import PolicyError

RULES: Mapping[str, str] = MappingProxyType(
    {
        "P-ASYM": "the two APIs for disks need different actions, so this holds for one of them only",
        "P-CASE": "services are written in lower case in Version 1.1",
        "P-DEADACT": "no API of this region needs the action",
        "P-DEADRES": "no request names a resource like this",
        "P-EXPIRED": "the statement's time is over",
        "P-FORALL": "ForAllValues holds for an absent key, and nothing here asks for its presence",
        "P-GUARDBOUND": "a guardrail holds for everybody; binding it changes nothing",
        "P-LISTRES": "the action takes no resource, so a statement with one never applies to it",
        "P-METADEL": "deleting one metadata key needs the same action as deleting the whole thing",
        "P-NAME": "names can be given to somebody else; ids cannot",
        "P-NOALLOW": "a binding of Denies alone grants nothing",
        "P-RES11": "Huawei Cloud does not honour resources of EVS in Version 1.1; this gateway does",
        "P-SENS": "a wildcard on a value that is random means little",
        "P-SHADOW": "the statement can never decide: an unconditional Deny covers all of it",
        "P-UNBOUND": "no binding names the policy, so it holds for nobody",
        "P-UNLISTED": "the set does not list the file",
        "P-UNTESTED": "no test case shows this",
        "P-WILD": "everything is allowed, without a condition",
    }
)


@dataclass(frozen=True, slots=True)
class LintFinding:
    """Something to look at, and where it stands."""

    rule: str
    file: str
    line: int
    column: int
    message: str

    def as_json(self) -> JsonObject:
        return {
            "rule": self.rule,
            "file": self.file,
            "line": self.line,
            "column": self.column,
            "message": self.message,
        }


def lint(folder: Folder, policies: PolicySet, now: float, tested: Coverage | None = None) -> list[LintFinding]:
    """Return all findings about a policy folder, by file and line. `tested` is what its test cases cover."""
    found = [*_unlisted(folder), *_bindings(policies), *_unbound(policies), *_shadows(policies)]
    for policy in policies.policies:
        found += document_findings(policy.document, now)
    found += _untested(policies, tested.unseen if tested else ())
    return sorted(found, key=lambda each: (each.file, each.line, each.column, each.rule))


def document_findings(document: Document, now: float) -> Iterator[LintFinding]:
    """Yield what one document's statements give cause to say."""
    for statement in document.statements:
        for rule, judge in STATEMENT_RULES.items():
            for message in judge(Judged(statement, document, now)):
                yield _finding(rule, statement.place, f"{statement.name}: {message}")


def _finding(rule: str, place: Place, message: str) -> LintFinding:
    return LintFinding(rule, place.file, place.line, place.column, f"{message}: {RULES[rule]}")


def _untested(policies: PolicySet, unseen: tuple[str, ...]) -> Iterator[LintFinding]:
    for statement in statements_of(policies):
        for point in unseen:
            if point.startswith(f"{statement.name} "):
                yield _finding("P-UNTESTED", statement.place, point)


def _unlisted(folder: Folder) -> Iterator[LintFinding]:
    for name, text in folder.unlisted.items():
        place = Place(f"{folder.label}{name}", 1, 1)
        try:
            read_document(text, place.file, name)
        except PolicyError as error:
            yield _finding("P-UNLISTED", place, f"{name} could not be read either ({error})")
        else:
            yield _finding("P-UNLISTED", place, name)


def _bindings(policies: PolicySet) -> Iterator[LintFinding]:
    by_name = {policy.name: policy for policy in policies.policies}
    for binding in policies.bindings:
        for clause in binding.clauses:
            if clause.key in ("user_name", "domain_name", "project_name"):
                yield _finding("P-NAME", clause.place, f"{clause.key} {', '.join(clause.patterns)}")
        bound = [by_name[name] for name in binding.policies]
        for policy in bound:
            if policy.layer is Layer.GUARDRAIL:
                yield _finding("P-GUARDBOUND", binding.place, policy.name)
        if not any(_allows_something(policy) for policy in bound):
            yield _finding("P-NOALLOW", binding.place, ", ".join(binding.policies))


def _allows_something(policy: Policy) -> bool:
    return any(statement.grant is Grant.ALLOW for statement in policy.document.statements)


def _unbound(policies: PolicySet) -> Iterator[LintFinding]:
    bound = {name for binding in policies.bindings for name in binding.policies}
    for policy in policies.policies:
        if policy.layer is Layer.IDENTITY and policy.name not in bound and policy.level is not Level.OFF:
            yield _finding("P-UNBOUND", policy.document.place, policy.name)


def _shadows(policies: PolicySet) -> Iterator[LintFinding]:
    """Yield the Allows of which an unconditional Deny, of a guardrail or of the same document, takes every action."""
    guards = [each for policy in policies.policies if policy.layer is Layer.GUARDRAIL for each in _absolute(policy)]
    for policy in policies.policies:
        denies = [*guards, *_absolute(policy)]
        for statement in policy.document.statements:
            covered = _covered(statement)
            if statement.grant is Grant.ALLOW and covered and all(any_covers(denies, each) for each in covered):
                yield _finding("P-SHADOW", statement.place, statement.name)


def _absolute(policy: Policy) -> list[Statement]:
    if policy.level is not Level.ENFORCE:
        return []
    return [
        each
        for each in policy.document.statements
        if each.grant is Grant.DENY and not each.conditions and each.resources is None
    ]


def _covered(statement: Statement) -> list[str]:
    return sorted(action for action in known_actions() if action and statement.covers(action))
