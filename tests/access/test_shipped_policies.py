"""The policies that ship: they load, say what their test cases expect, and nothing about them is a surprise."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.access.cases import Case
from gateway.access.coverage import coverage
from gateway.access.explain import explain
from gateway.access.folder import read_policy_set
from gateway.access.lint import lint
from gateway.stores.policies import read_cases_of, read_folder
from tests.access.worked import NOON

SHIPPED = Path(__file__).parents[2] / "policies"
FOLDER = read_folder(SHIPPED)
POLICIES = read_policy_set(FOLDER)
CASES = read_cases_of(SHIPPED, NOON)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_case_comes_out_as_expected(case: Case) -> None:
    assert case.differences(POLICIES.decide(case.asked.principal, case.asked.match, case.asked.facts)) == []


def test_the_cases_show_every_statement_and_condition() -> None:
    explained = [explain(POLICIES, case.asked.principal, case.asked.match, case.asked.facts) for case in CASES]
    assert coverage(POLICIES, explained).unseen == ()


def test_lint_finds_what_is_meant() -> None:
    """Full access is meant to be full; a Deny of deletion also stops deleting one metadata key, as A.5 has it."""
    assert {finding.rule for finding in lint(FOLDER, POLICIES, NOON)} == {"P-WILD", "P-METADEL"}
