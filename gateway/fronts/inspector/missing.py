"""Misses: requests that a replay had no answer to, each beside the recordings that it came near to."""

from __future__ import annotations

from dataclasses import replace

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.audit.entries import Term
from gateway.audit.search import Page, Query, cursor_of, place_of
from gateway.fronts.inspector.context import MOUNT, Context, Tab, View
from gateway.inspector.misses import MISSED, miss_of

MISSES = f"{MOUNT}/misses"
ROWS = 50


def miss_routes(context: Context) -> list[Route]:
    """Return the list of misses, and one. Errors: 400 for an address that says no filter, 404 for no miss."""

    async def listed(request: Request) -> Response:
        chosen = context.filter(request)
        query = missed(chosen.query)
        page = context.read(_page, request)
        answer = await context.reading.ask(lambda index: index.find(query, page))
        found = answer.found
        older = chosen.address(MISSES, ("before", cursor_of(found[-1].place))) if len(found) == ROWS else ""
        misses = [miss for each in found if (miss := miss_of(each.record)) is not None]
        return context.page(request, "misses.html", filter=chosen, misses=misses, older=older, behind=answer.behind)

    async def one(request: Request) -> Response:
        query = Query((*MISSED, ("id", request.path_params["id"])))
        answer = await context.reading.ask(lambda index: index.find(query, Page(1)))
        miss = miss_of(answer.found[0].record) if answer.found else None
        if miss is None:
            raise HTTPException(404, "there is no such miss, or it was recorded before misses were kept")
        return context.page(request, "miss.html", miss=miss)

    return [
        Route("/misses", listed, methods=["GET"]),
        Route("/misses/{id:path}", one, methods=["GET"]),
    ]


VIEW = View(Tab("Misses", MISSES), miss_routes)


def missed(query: Query) -> Query:
    """Return the query for those of its records that are misses."""
    others: tuple[Term, ...] = tuple(term for term in query.terms if term[0] != "status")
    return replace(query, terms=(*others, *MISSED))


def _page(request: Request) -> Page:
    before = request.query_params.get("before")
    return Page(ROWS, place_of(before) if before else None)
