"""Permissions: who used which action and when last, and the policy that would be enough for somebody."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.access.generate import Scope, generate
from gateway.access.observed import observed
from gateway.audit.rollup import MINUTE_MS
from gateway.audit.search import Query
from gateway.contract.model import JsonObject
from gateway.fronts.inspector.context import MOUNT, Context, Tab, View
from gateway.inspector.permissions import Matrix, matrix_of
from gateway.stores.audit_index import AuditIndex

PERMISSIONS = f"{MOUNT}/permissions"
# A policy on a page is made of so many requests at most; the command reads all.
MOST_REQUESTS = 2_000


@dataclass(frozen=True, slots=True)
class Enough:
    """A policy, of how many requests it was made, how many could not be told, and whether there are older ones."""

    document: JsonObject
    requests: int
    left_out: int
    is_all: bool

    @property
    def text(self) -> str:
        return json.dumps(self.document, indent=2)


def matrix(index: AuditIndex, query: Query) -> Matrix:
    """Return who used what in the time of a query, to the hour."""
    return matrix_of(index.rollups.uses(query.since_ms // MINUTE_MS, -(-query.until_ms // MINUTE_MS)))


def enough(index: AuditIndex, principal: str, query: Query) -> Enough:
    """Return the policy that would have been enough for what somebody was allowed, from the newest requests."""
    asked = Query((("stage", "complete"), ("principal", principal)), since_ms=query.since_ms, until_ms=query.until_ms)
    records = list(islice(index.walk(asked), MOST_REQUESTS + 1))
    seen = [observed(record) for record in records[:MOST_REQUESTS]]
    needed = [match for match in seen if match is not None]
    document = generate(needed, Scope())
    return Enough(document, len(needed), len(seen) - len(needed), len(records) <= MOST_REQUESTS)


def permission_routes(context: Context) -> list[Route]:
    """Return the matrix, and policies. Errors: 400 for an address that says no filter, or nobody."""

    async def shown(request: Request) -> Response:
        chosen = context.filter(request)
        query = chosen.query
        answer = await context.reading.ask(lambda index: matrix(index, query))
        return context.page(request, "permissions.html", filter=chosen, matrix=answer.found, behind=answer.behind)

    async def policy(request: Request) -> Response:
        chosen = context.filter(request)
        query, named = chosen.query, chosen.values("principal")
        if len(named) != 1:
            raise HTTPException(400, "expected one principal")
        answer = await context.reading.ask(lambda index: enough(index, named[0], query))
        return context.page(
            request,
            "policy.html",
            filter=chosen,
            principal=named[0],
            enough=answer.found,
            most=MOST_REQUESTS,
            behind=answer.behind,
        )

    return [
        Route("/permissions", shown, methods=["GET"]),
        Route("/permissions/policy", policy, methods=["GET"]),
    ]


VIEW = View(Tab("Permissions", PERMISSIONS), permission_routes)
