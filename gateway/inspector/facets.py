"""Facets: by what people narrow a list, each value with how many records it has, and where choosing it leads.

A count is exact up to what was counted; where there may be more, it says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.inspector.filters import Filter

# In the order in which they are shown; the name in an address is the kind of term.
FACETS: Mapping[str, str] = {
    "principal": "Principal",
    "action": "Action",
    "operation": "Operation",
    "resource": "Resource",
    "decision": "Decision",
    "mode": "Mode",
    "status": "Status",
}
MOST_VALUES = 12


@dataclass(frozen=True, slots=True)
class Counted:
    """How many records fall under a value. `is_least` says that there may be more."""

    word: str
    records: int
    is_least: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """A value of a facet as people see it: the link chooses it, or lets it go where it is chosen."""

    value: str
    count: str
    href: str
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """A facet with the values that there are most of, the chosen ones first."""

    name: str
    label: str
    choices: tuple[Choice, ...]


def facets_of(chosen: Filter, counts: Mapping[str, Iterable[Counted]], path: str) -> tuple[Facet, ...]:
    """Return the facets that have something to choose. `counts` are by name, the most first."""
    facets = (
        Facet(name, label, tuple(_choices(chosen, name, counts.get(name, ()), path))) for name, label in FACETS.items()
    )
    return tuple(facet for facet in facets if facet.choices)


def _choices(chosen: Filter, name: str, counted: Iterable[Counted], path: str) -> list[Choice]:
    known = {each.word: each for each in counted}
    values = chosen.values(name)
    first = [known.get(value, Counted(value, 0)) for value in values]
    return [_choice(chosen, name, each, path) for each in (*first, *(known[w] for w in known if w not in values))]


def _choice(chosen: Filter, name: str, each: Counted, path: str) -> Choice:
    is_chosen = each.word in chosen.values(name)
    turned = chosen.without(name, each.word) if is_chosen else chosen.having(name, each.word)
    return Choice(each.word, _told(each), turned.address(path), is_chosen)


def _told(each: Counted) -> str:
    return f"{each.records:,}{'+' if each.is_least else ''}"
