"""The sweep over the case table: every declared constraint has its cases, and every case is judged as it says."""

from __future__ import annotations

import re
from typing import Any

import pytest

from gateway.contract.catalogue import CATALOGUE
from gateway.contract.constraints import Constraint, constraints_of
from gateway.validation import Finding, Severity
from tests.cases import actions, common, rest, snapshots, volumes
from tests.cases.case import Case
from tests.cases.requests import plain, put

CASES = [*volumes.CASES, *actions.CASES, *snapshots.CASES, *rest.CASES, *common.CASES]
DECLARED = [each for operation in CATALOGUE.operations for each in constraints_of(operation)]
REJECT, WARN = Severity.REJECT, Severity.WARN


def judged(case: Case, value: Any) -> tuple[Finding, ...]:
    draft = plain(case.operation)
    for place, each in case.beside.items():
        put(draft, place, each)
    put(draft, case.at, value)
    return draft.findings()


def is_at(where: str, pattern: str) -> bool:
    """True when a place is one that a pattern means: `*` is any one name."""
    return re.fullmatch(re.escape(pattern).replace(r"\*", "[^/]*"), where) is not None


def is_it(finding: Finding, case: Case) -> bool:
    return finding.rule == case.rule and is_at(finding.where, case.where)


def named(case: Case) -> str:
    return f"{case.operation} {case.where} {case.rule}"


@pytest.mark.parametrize("case", CASES, ids=named)
def test_a_constraint_accepts_and_refuses_as_documented(case: Case) -> None:
    for value in case.accepted:
        findings = judged(case, value)
        assert not [each for each in findings if is_it(each, case) or each.severity is REJECT], value
    for value in case.refused:
        findings = judged(case, value)
        found = next((each for each in findings if is_it(each, case)), None)
        assert found is not None, (value, findings)
        assert found.severity is case.severity, value
        if case.fault is not None:
            assert found.fault == case.fault, value
        else:
            assert not [each for each in findings if each.severity is REJECT], value


def key(each: Case | Constraint) -> tuple[str, str, str]:
    return each.operation, each.where, each.rule


def test_each_constraint_has_cases_on_both_sides() -> None:
    accepted = {key(case) for case in CASES if case.accepted or case.rule in common.UNAVOIDABLE}
    refused = {key(case) for case in CASES if case.refused}
    declared = {key(each) for each in DECLARED}
    assert (accepted & declared, refused & declared) == (declared, declared)
    assert (accepted | refused) - declared == set()
    assert len(declared) == len(DECLARED)
