"""`/inspector/tail`: records as they come, as events, for whoever has a list open, under the filters of that list.

Source: HTML, server-sent events (9.2): an event id comes back in Last-Event-ID when a connection was lost.
"""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from gateway.fronts.inspector.context import Context, View
from gateway.inspector.tailing import Heads, heads_of

# nginx would wait for more of an answer before it passes any on.
_HEADERS = {"cache-control": "no-store", "x-accel-buffering": "no"}


def tail_routes(context: Context) -> list[Route]:
    """Return the tail. Errors: 400 for a place that is none, 503 when no more may follow."""

    async def followed(request: Request) -> Response:
        chosen, since = context.filter(request), context.read(_since, request)
        if context.hub.is_full:
            return PlainTextResponse("No more may follow now ([inspector] listeners).\n", 503, {"retry-after": "30"})
        events = context.hub.follow(chosen.query, since)
        return StreamingResponse(events, media_type="text/event-stream", headers=_HEADERS)

    return [Route("/tail", followed, methods=["GET"])]


VIEW = View(None, tail_routes)


def _since(request: Request) -> Heads | None:
    """Return where somebody was, None who begins."""
    place = request.headers.get("last-event-id") or request.query_params.get("after")
    return heads_of(place) if place else None
