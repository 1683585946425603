"""An ASGI app as upstream, called in this process: the simulator behind a gateway in mode `simulate`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import unquote_to_bytes

from gateway.http.messages import Headers, Request, Response

Message = MutableMapping[str, Any]
App = Callable[[MutableMapping[str, Any], Callable[[], Awaitable[Message]], Callable[[Message], Awaitable[None]]], Any]


_NONE: Headers = ()


class AsgiUpstream:
    """An upstream without a socket."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def send(self, request: Request) -> Response:
        """Return what the app answers, whole."""
        status, headers = 500, _NONE
        chunks: list[bytes] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": request.body, "more_body": False}

        async def send(message: Message) -> None:
            nonlocal status, headers
            if message["type"] == "http.response.start":
                status, headers = message["status"], tuple((bytes(n), bytes(v)) for n, v in message["headers"])
            else:
                chunks.append(message.get("body", b""))

        await self._app(_scope(request), receive, send)
        body = b"" if request.method == "HEAD" else b"".join(chunks)
        return Response(status, headers, body)

    async def close(self) -> None:
        """Nothing is open."""


def _scope(request: Request) -> dict[str, Any]:
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "method": request.method,
        "scheme": request.scheme,
        "path": unquote_to_bytes(request.path).decode("utf-8", "replace"),
        "raw_path": request.path,
        "query_string": request.query,
        "root_path": "",
        "headers": list(request.headers),
        "client": None,
        "server": None,
    }
