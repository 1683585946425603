"""`GET /metrics` of the admin side."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.fronts.metrics.exposition import Standing, exposed
from gateway.fronts.metrics.tallies import Memory


def metrics_route(memory: Memory, standing: Callable[[], Standing]) -> Route:
    """Return the route. How things stand is asked in the loop, and written in a thread: requests go on meanwhile."""

    async def metrics(request: Request) -> Response:
        accept = request.headers.get("accept", "")
        body, content_type = await asyncio.to_thread(exposed, memory, standing(), accept)
        return Response(body, headers={"content-type": content_type})

    return Route("/metrics", metrics)
