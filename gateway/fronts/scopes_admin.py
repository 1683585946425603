"""The scopes on the admin side: `/scopes` lists and opens, `/scopes/NAME` tells and closes, `/scopes/NAME/reset` and
`/scopes/NAME/rewind` begin anew. JSON; what is not done is said in words.

A page of a foreign origin is refused: a browser tells of it in `Origin`, and nobody else sends that.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.contract.model import JsonObject
from gateway.errors import StoreError
from gateway.fronts.listeners import ANY_PORT
from gateway.fronts.noting import Note, unnoted
from gateway.fronts.scopes import Refused, Scopes

_WORDS = frozenset({"name", "listen"})

Endpoint = Callable[[Request], Awaitable[Response]]


def scope_routes(scopes: Scopes, note: Note = unnoted) -> list[Route]:
    """Return the routes; `note` is told what was done. Errors: 400, 403, 404, 409, 503."""

    async def listed(_: Request) -> Response:
        urls = scopes.urls
        rows = [{"name": name, **({"url": urls[name]} if name in urls else {})} for name in scopes.names()]
        return JSONResponse({"scopes": rows})

    async def opened(request: Request) -> Response:
        asked = await _asked(request)
        if isinstance(asked, Refused):
            return _answer(asked)
        return _answer(await scopes.open(asked.get("name"), asked.get("listen", ANY_PORT)), 201)

    async def told(request: Request) -> Response:
        return _answer(scopes.report(request.path_params["name"]))

    async def closed(request: Request) -> Response:
        return _answer(await scopes.close(request.path_params["name"]))

    async def reset(request: Request) -> Response:
        return _answer(scopes.reset(request.path_params["name"]))

    async def rewound(request: Request) -> Response:
        return _answer(scopes.rewind(request.path_params["name"]))

    return [
        Route("/scopes", _of_the_store(listed), methods=["GET"]),
        Route("/scopes", _noted(_of_no_page(opened), note), methods=["POST"]),
        Route("/scopes/{name:path}/reset", _noted(_of_no_page(reset), note), methods=["POST"]),
        Route("/scopes/{name:path}/rewind", _noted(_of_no_page(rewound), note), methods=["POST"]),
        Route("/scopes/{name:path}", _of_the_store(told), methods=["GET"]),
        Route("/scopes/{name:path}", _noted(_of_no_page(closed), note), methods=["DELETE"]),
    ]


async def _asked(request: Request) -> dict[str, str] | Refused:
    """Return the members of a body that may be missing."""
    try:
        asked = await request.json() if await request.body() else {}
    except ValueError:
        asked = None
    if not isinstance(asked, dict) or not asked.keys() <= _WORDS or not all(isinstance(v, str) for v in asked.values()):
        return Refused(400, 'expected an object like {"name": "worker-1", "listen": "127.0.0.1:0"}, both optional')
    return asked


def _noted(endpoint: Endpoint, note: Note) -> Endpoint:
    async def told(request: Request) -> Response:
        answer = await endpoint(request)
        note("scope", method=request.method, path=request.url.path, status=answer.status_code)
        return answer

    return told


def _of_no_page(endpoint: Endpoint) -> Endpoint:
    async def guarded(request: Request) -> Response:
        if "origin" in request.headers:
            return _answer(Refused(403, "a web page may not do this"))
        return await _of_the_store(endpoint)(request)

    return guarded


def _of_the_store(endpoint: Endpoint) -> Endpoint:
    """Say it in words when the state that processes share cannot be read or kept."""

    async def guarded(request: Request) -> Response:
        try:
            return await endpoint(request)
        except StoreError as error:
            return _answer(Refused(503, str(error)))

    return guarded


def _answer(said: JsonObject | Refused, status: int = 200) -> Response:
    if isinstance(said, Refused):
        return JSONResponse({"error": said.message}, status_code=said.status)
    return JSONResponse(said, status_code=status)
