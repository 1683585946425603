"""The sweep over the case table: every declared constraint has its cases, and every case is judged as it says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.contract import faults
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.constraints import Constraint, constraints_of
from gateway.contract.faults import Fault
from gateway.contract.model import Unmatched
from gateway.http import refusals
from gateway.validation import Finding, Severity
from tests.cases import actions, common, rest, snapshots, unprovoked, volumes
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


def provoked() -> Iterator[tuple[Fault, Severity]]:
    for case in CASES:
        for value in case.refused:
            yield from ((each.fault, each.severity) for each in judged(case, value))


def rows_of(wanted: set[Fault]) -> set[int]:
    return {row for row, fault in enumerate(faults.TABLE, 1) if fault in wanted}


def test_each_documented_error_is_provoked_or_listed_with_the_reason() -> None:
    found = set(provoked())
    refused = rows_of({fault for fault, severity in found if severity is REJECT})
    warned = rows_of({fault for fault, _ in found}) - refused
    listed = [row for rows in unprovoked.REASONS.values() for row in rows]
    assert warned == set(unprovoked.WARNING_ONLY)
    assert sorted([*refused, *warned, *unprovoked.BY_PATH, *listed]) == list(range(1, 126))


def test_a_path_that_is_no_operation_is_not_found() -> None:
    identified = CATALOGUE.identify("GET", b"/v2/p1//volumes", b"", None)
    assert isinstance(identified, Unmatched)
    code = json.loads(refusals.unmatched(identified).body)["itemNotFound"]["code"]
    assert [code] == [faults.TABLE[row - 1].code for row in unprovoked.BY_PATH]


@pytest.mark.parametrize("case", [case for case in CASES if case.fault and case.refused], ids=named)
def test_a_refusal_says_the_first_fault_and_tells_every_finding(case: Case) -> None:
    findings = judged(case, case.refused[0])
    answer = refusals.invalid(CATALOGUE.by_id[case.operation].family, findings)
    (content,) = json.loads(answer.body).values()
    first = next(each for each in findings if each.severity is REJECT)
    assert (answer.status, content["message"]) == (first.fault.status, first.fault.message)
    told = [(each["where"], each["rule"]) for each in content["details"][:100]]
    assert told == [(each.where, each.rule) for each in findings[:100]]
