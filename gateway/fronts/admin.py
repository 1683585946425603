"""The admin side: whether the process lives, and whether it could do its work now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

Check = Callable[[], str | None]
"""Returns None when all is well, or one sentence about what is not."""


def admin(checks: Mapping[str, Check], routes: Iterable[BaseRoute] = ()) -> Starlette:
    """Return the admin application with its readiness checks by name, and with what else it can do."""

    async def healthz(_: Request) -> JSONResponse:
        return JSONResponse({"status": "ok"})

    async def readyz(_: Request) -> JSONResponse:
        faults = {name: fault for name, check in checks.items() if (fault := check()) is not None}
        results = {name: faults.get(name, "ok") for name in checks}
        status = "unready" if faults else "ready"
        return JSONResponse({"status": status, "checks": results}, status_code=503 if faults else 200)

    return Starlette(routes=[Route("/healthz", healthz), Route("/readyz", readyz), *routes])
