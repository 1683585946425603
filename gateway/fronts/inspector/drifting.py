"""Drift: how live answers depart from the recording, from what the trail keeps of mode verify and its like."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.audit.entries import Term
from gateway.audit.search import Query
from gateway.fronts.inspector.context import MOUNT, Context, Tab, View
from gateway.inspector.drifts import Held, from_recording
from gateway.modes import MODES
from gateway.stores.audit_index import AuditIndex

DRIFT = f"{MOUNT}/drift"
# So many of the newest records are looked through.
MOST_RECORDS = 2_000
# Modes in which answers are held against a recording.
COMPARING: tuple[Term, ...] = tuple(("mode", mode.name) for mode in MODES.values() if mode.compares)


def held(index: AuditIndex, query: Query) -> Held:
    """Return how live answers departed, from the newest records that fit."""
    others = tuple(term for term in query.terms if term[0] not in ("mode", "stage"))
    asked = replace(query, terms=(*others, *COMPARING, ("stage", "complete")))
    return from_recording(islice(index.walk(asked), MOST_RECORDS))


def drift_routes(context: Context) -> list[Route]:
    """Return the page. Errors: 400 for an address that says no filter."""

    async def shown(request: Request) -> Response:
        chosen = context.filter(request)
        query = chosen.query
        answer = await context.reading.ask(lambda index: held(index, query))
        return context.page(
            request, "drift.html", filter=chosen, held=answer.found, most=MOST_RECORDS, behind=answer.behind
        )

    return [Route("/drift", shown, methods=["GET"])]


VIEW = View(Tab("Drift", DRIFT), drift_routes)
