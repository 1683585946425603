"""The page about the policy language: whole, and up to date."""

from __future__ import annotations

from pathlib import Path

from gateway.access.keys import KEYS
from gateway.access.lint import RULES
from gateway.access.operators import OPERATORS
from gateway.access.reference import page


def test_the_page_in_the_docs_is_up_to_date() -> None:
    """Written by `evs-gateway policy keys > docs/policies.md`."""
    published = Path(__file__).parents[2] / "docs" / "policies.md"
    assert published.read_text(encoding="utf-8") == page()


def test_every_key_operator_and_rule_stands_on_the_page() -> None:
    written = page()
    keys = [f"| `{key.name}<name>` |" if key.is_family else f"| `{key.name}` |" for key in KEYS]
    others = [f"| `{name}` |" for name in (*RULES, *(each.name for each in OPERATORS))]
    assert [each for each in (*keys, *others) if each not in written] == []
