"""The page of constraints: whole, and up to date."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.contract.catalogue import CATALOGUE
from gateway.contract.constraints import constraints_of
from gateway.contract.constraints_page import constraints_page
from gateway.contract.model import Operation

PAGE = constraints_page()


def test_the_page_in_the_docs_is_up_to_date() -> None:
    """Written by `evs-gateway operations --constraints > docs/constraints.md`."""
    published = Path(__file__).parents[2] / "docs" / "constraints.md"
    assert published.read_text(encoding="utf-8") == PAGE


@pytest.mark.parametrize("operation", CATALOGUE.operations, ids=lambda operation: operation.id)
def test_each_operation_has_its_rules_on_the_page(operation: Operation) -> None:
    section = PAGE.partition(f"## {operation.id}\n")[2].partition("\n## ")[0]
    head = PAGE.partition("## Every operation\n")[2].partition("\n## ")[0]
    assert operation.path in section
    assert [each for each in constraints_of(operation) if f"`{each.rule}`" not in section + head] == []


def test_a_row_says_place_rule_severity_limit_and_code() -> None:
    row = "| `/volume/size` | `size-range` | reject | 1 to 32768 GB | EVS.1010 invalid volume size! |"
    assert row in PAGE.splitlines()
