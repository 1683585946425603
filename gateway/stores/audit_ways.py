"""The statement that finds a page: which of the things asked for leads, and how the others are asked of its records.

What the fewest records fall under leads. Words lead where that is still much, for an index of words is quick with
several at once and slow to be asked record by record.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from gateway.audit.search import Page, Query
from gateway.stores.audit_schema import first_place, number_of

# Up to so many records under a term, its records are asked for their words; else the words for their records.
FEW = 1_000

Numbers = Sequence[int]
Count = Callable[[Numbers], int]


@dataclass(frozen=True, slots=True)
class Way:
    """A statement that yields places, in the order of a page, with its values."""

    sql: str
    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Condition:
    """Something that each record is asked for; `base.place` is its place."""

    sql: str
    values: tuple[object, ...]


def way_to(query: Query, page: Page, count: Count) -> Way:
    """Return how a page is found. `count` tells how many records fall under any of some terms."""
    span = _span(query, page)
    terms = sorted(([number_of(term) for term in each] for each in query.alternatives), key=count)
    if query.words and (not terms or count(terms[0]) > FEW):
        return _way(_along_words(query, span), map(_under, terms), page)
    if not terms:
        return _way(Way("SELECT place FROM records WHERE place >= ? AND place < ?", span), (), page)
    spoken = (_speaking(query),) if query.words else ()
    return _way(_along_terms(terms[0], span), (*map(_under, terms[1:]), *spoken), page)


def _way(leading: Way, conditions: Iterable[_Condition], page: Page) -> Way:
    asked = tuple(conditions)
    where = "".join(f" AND {each.sql}" for each in asked)
    order = "DESC" if page.after is None else "ASC"
    sql = f"SELECT place FROM ({leading.sql} ORDER BY 1 {order}) AS base WHERE TRUE{where} LIMIT ?"  # noqa: S608
    return Way(sql, (*leading.values, *(value for each in asked for value in each.values), page.limit))


def _span(query: Query, page: Page) -> tuple[int, int]:
    first, end = first_place(query.since_ms), first_place(query.until_ms)
    begin = first if page.after is None else max(first, page.after + 1)
    return begin, end if page.before is None else min(end, page.before)


def _along_terms(numbers: Numbers, span: tuple[int, int]) -> Way:
    one = "SELECT place FROM postings WHERE term = ? AND place >= ? AND place < ?"
    return Way(" UNION ".join([one] * len(numbers)), tuple(each for number in numbers for each in (number, *span)))


def _along_words(query: Query, span: tuple[int, int]) -> Way:
    return Way(
        "SELECT rowid AS place FROM words WHERE words MATCH ? AND rowid >= ? AND rowid < ?", (_match(query), *span)
    )


def _under(numbers: Numbers) -> _Condition:
    marks = ", ".join("?" * len(numbers))
    sql = f"EXISTS (SELECT 1 FROM postings WHERE term IN ({marks}) AND place = base.place)"  # noqa: S608
    return _Condition(sql, tuple(numbers))


def _speaking(query: Query) -> _Condition:
    return _Condition("EXISTS (SELECT 1 FROM words WHERE words MATCH ? AND rowid = base.place)", (_match(query),))


def _match(query: Query) -> str:
    """Return the words as FTS5 wants them: each a string, all of them wanted."""
    return " AND ".join(f'"{word}"' for word in sorted(query.words))
