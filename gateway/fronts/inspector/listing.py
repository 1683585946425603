"""The list: exchanges, the newest first, narrowed by facets, words and times, all of which stand in the address."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.audit.entries import Kind
from gateway.audit.facets import KINDS
from gateway.audit.search import Page, cursor_of, place_of
from gateway.fronts.inspector.context import MOUNT, Context, Tab, View
from gateway.inspector.facets import FACETS, MOST_VALUES, Counted, facets_of
from gateway.inspector.filters import Filter
from gateway.inspector.rows import row
from gateway.inspector.tailing import Heads
from gateway.inspector.tailing import place_of as place_in
from gateway.stores.audit_facets import Value
from gateway.stores.audit_following import heads_in
from gateway.stores.audit_index import AuditIndex, Found

LIST = f"{MOUNT}/"
TAIL = f"{MOUNT}/tail"
ROWS = 50
# So many records are counted where a count is not kept.
BOUND = 10_000


@dataclass(frozen=True, slots=True)
class _Listed:
    found: list[Found]
    counts: dict[str, list[Counted]]


def list_routes(context: Context) -> list[Route]:
    """Return the list. Errors: 400 for an address that says no filter."""

    async def listed(request: Request) -> Response:
        chosen = context.filter(request)
        page = context.read(page_of, request)
        heads = await context.reading.run(lambda: heads_in(context.reading.folder))
        answer = await context.reading.ask(lambda index: _looked_up(index, chosen, page))
        found = answer.found.found
        if page.after is not None and len(found) < ROWS:
            return RedirectResponse(chosen.address(LIST), 303)
        return context.page(
            request,
            "list.html",
            filter=chosen,
            rows=[row(each.record) for each in found],
            facets=facets_of(chosen, answer.found.counts, LIST),
            labels=FACETS,
            older=_older(chosen, found),
            newer=_newer(chosen, page, found),
            is_first=page.before is None and page.after is None,
            behind=answer.behind,
            tail=_tail(chosen, heads),
        )

    return [Route("/", listed, methods=["GET"])]


VIEW = View(Tab("Exchanges", LIST), list_routes)


def page_of(request: Request) -> Page:
    """Return which page is asked for. Errors: ValueError for a place that is none."""
    before, after = (request.query_params.get(name) for name in ("before", "after"))
    return Page(ROWS, place_of(before) if before else None, place_of(after) if after else None)


def _looked_up(index: AuditIndex, chosen: Filter, page: Page) -> _Listed:
    return _Listed(index.find(chosen.query, page), _counts(index, chosen))


def _counts(index: AuditIndex, chosen: Filter) -> dict[str, list[Counted]]:
    """Return how many records fall under the values of each facet: of those that fit all that is chosen but the facet
    itself, so that other values of it can be chosen instead."""
    counts: dict[str, list[Counted]] = {}
    others = [kind for kind in KINDS if not chosen.values(kind)]
    for kinds in (others, *([kind] for kind in KINDS if chosen.values(kind))):
        for value, is_least in _values(index, chosen.without(kinds[0]), kinds) if kinds else ():
            counts.setdefault(value.kind, []).append(Counted(value.word, value.records, is_least))
    return counts


def _values(index: AuditIndex, chosen: Filter, kinds: list[Kind]) -> Iterator[tuple[Value, bool]]:
    if chosen.is_open:
        return ((value, False) for value in index.totals(MOST_VALUES) if value.kind in kinds)
    within = index.within(chosen.bare_query, kinds, BOUND, MOST_VALUES)
    return ((value, not within.is_all) for value in within.values)


def _tail(chosen: Filter, heads: Heads) -> str:
    """Return where a list goes on by itself, nothing for one that ends in the past."""
    return "" if chosen.until else chosen.address(TAIL, ("after", place_in(heads)))


def _older(chosen: Filter, found: list[Found]) -> str:
    return chosen.address(LIST, ("before", cursor_of(found[-1].place))) if len(found) == ROWS else ""


def _newer(chosen: Filter, page: Page, found: list[Found]) -> str:
    if page.before is None and page.after is None:
        return ""
    return chosen.address(LIST, ("after", cursor_of(found[0].place))) if found else chosen.address(LIST)
