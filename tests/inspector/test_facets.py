"""Facets: values with counts, and where choosing them leads."""

from __future__ import annotations

from gateway.inspector.facets import Choice, Counted, Facet, facets_of
from gateway.inspector.filters import Filter

LIST = "/inspector/"


def test_each_value_leads_to_the_list_narrowed_to_it() -> None:
    counts = {"status": [Counted("200", 12_345), Counted("403", 7, is_least=True)]}
    assert facets_of(Filter(words="disk"), counts, LIST) == (
        Facet(
            "status",
            "Status",
            (
                Choice("200", "12,345", "/inspector/?status=200&words=disk", False),
                Choice("403", "7+", "/inspector/?status=403&words=disk", False),
            ),
        ),
    )


def test_a_chosen_value_stands_first_and_is_let_go_by_its_link() -> None:
    counts = {"principal": [Counted("alice", 9), Counted("bob", 3)]}
    (facet,) = facets_of(Filter((("principal", "bob"),)), counts, LIST)
    assert facet.choices == (
        Choice("bob", "3", "/inspector/", True),
        Choice("alice", "9", "/inspector/?principal=bob&principal=alice", False),
    )


def test_a_chosen_value_that_nothing_falls_under_can_be_let_go_too() -> None:
    (facet,) = facets_of(Filter((("mode", "replay"),)), {}, LIST)
    assert facet == Facet("mode", "Mode", (Choice("replay", "0", "/inspector/", True),))
