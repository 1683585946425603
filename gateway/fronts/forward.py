"""The forward door: an addon of mitmproxy that turns its flows into our requests, and our answers into flows.

mitmproxy brings the proxy's side of HTTP/1 and HTTP/2, and TLS with certificates made for the client. It carries
nothing to the cloud and opens no connection: every request is answered by the core, whose upstreams do that.
`evs-gateway serve --forward-listen` runs it; `gateway.fronts.mitmdump` has it for a mitmdump of somebody's own.
"""

from __future__ import annotations

import asyncio
import logging
import weakref
from collections.abc import Awaitable, Callable
from http import HTTPStatus

from mitmproxy import connection, http, tcp, udp
from mitmproxy.proxy import server_hooks

from gateway.faults.overlay import Broken, Cut, Dripping, Mishap
from gateway.fronts.core import Answered
from gateway.fronts.hearing import heard
from gateway.fronts.proxying import Place, ProxyDoor
from gateway.http.messages import Headers, Request, Response

log = logging.getLogger(__name__)

# What mitmproxy must not do by itself, wherever it runs: ask the cloud for its certificate, or carry what is not HTTP.
HANDS_OFF = {"connection_strategy": "lazy", "upstream_cert": False, "rawtcp": False, "websocket": False}
NO_CONNECTIONS = "the gateway's core asks the cloud, and mitmproxy does not"
# A dripping answer cannot go out in pieces here; the pauses between them come before it.
_PIECES = 20

Sleep = Callable[[float], Awaitable[object]]


class Forward:
    """The addon. What is open in a connection is known from the head of a request until its answer is out. Nothing
    goes through while there is no door."""

    def __init__(self, door: ProxyDoor | None, sleep: Sleep = asyncio.sleep) -> None:
        self._door = door
        self._sleep = sleep
        self._users: weakref.WeakKeyDictionary[connection.Client, str] = weakref.WeakKeyDictionary()
        self._open: dict[str, int] = {}

    def is_busy(self, client: connection.Client) -> bool:
        """Return whether a client waits for an answer."""
        return client.id in self._open

    async def http_connect(self, flow: http.HTTPFlow) -> None:
        """Let a tunnel begin, or refuse it."""
        if self._door is None:
            flow.kill()
            return
        told = await self._door.connect(place_of(flow), request_of(flow))
        if isinstance(told, Answered):
            await self._say(self._door, flow, told)
        else:
            self._users[flow.client_conn] = told

    def requestheaders(self, flow: http.HTTPFlow) -> None:
        """Take note of a request that begins."""
        self._open[flow.client_conn.id] = self._open.get(flow.client_conn.id, 0) + 1

    async def request(self, flow: http.HTTPFlow) -> None:
        """Answer a request. Whatever comes after this hook finds an answer, or a flow that was ended."""
        if self._door is None:
            flow.kill()
        elif flow.response is None and flow.error is None:
            await self._answer(self._door, flow)

    def response(self, flow: http.HTTPFlow) -> None:
        """Take note of an answer: mitmproxy writes it when this has returned, before the loop's next turn."""
        asyncio.get_running_loop().call_soon(self._done, flow.client_conn.id)

    def error(self, flow: http.HTTPFlow) -> None:
        """Tell of a request that has no answer of ours: mitmproxy did not understand it, or the client has left."""
        self._done(flow.client_conn.id)
        said = str(flow.error.msg if flow.error else "")[:200]
        log.warning(
            "a request at the proxy came to nothing", extra={"fields": {"to": str(place_of(flow)), "why": said}}
        )

    def client_disconnected(self, client: connection.Client) -> None:
        self._open.pop(client.id, None)

    def server_connect(self, data: server_hooks.ServerConnectionHookData) -> None:
        """Let no connection begin that the core did not begin."""
        data.server.error = NO_CONNECTIONS

    def tcp_start(self, flow: tcp.TCPFlow) -> None:
        flow.kill()

    def udp_start(self, flow: udp.UDPFlow) -> None:
        flow.kill()

    def _done(self, client_id: str) -> None:
        left = self._open.pop(client_id, 1) - 1
        if left > 0:
            self._open[client_id] = left

    async def _answer(self, door: ProxyDoor, flow: http.HTTPFlow) -> None:
        place, request = place_of(flow), request_of(flow)
        user: str | Answered | None = self._users.get(flow.client_conn)
        if user is None:
            user = await door.connect(place, request)
        if isinstance(user, Answered):
            await self._say(door, flow, user)
        else:
            await self._say(door, flow, await door.answer(place, user, flow.client_conn.sni, request))

    async def _say(self, door: ProxyDoor, flow: http.HTTPFlow, answered: Answered) -> None:
        """Put the answer into the flow, as a mishap has it where there is one."""
        door.went_out(answered)
        mishap, response = answered.reply.mishap, flow_response(flow.request, answered.response)
        if mishap is not None:
            await self._sleep(_pause_s(mishap))
            if isinstance(mishap.ending, Broken):
                flow.kill()
                return
            if isinstance(mishap.ending, Cut):
                _cut(response, mishap.ending.after_bytes)
        flow.response = response


def place_of(flow: http.HTTPFlow) -> Place:
    """Return where a flow is going: as a CONNECT named it, or as the target of a plain request does."""
    scheme = flow.request.scheme or "https"
    return Place(scheme, flow.request.host, flow.request.port)


def request_of(flow: http.HTTPFlow) -> Request:
    """Return the request in a flow as the core takes it: target and headers byte for byte, names in lower case."""
    sent = flow.request
    headers: Headers = tuple((name.lower(), value) for name, value in sent.headers.fields)
    if (sent.is_http2 or sent.is_http3) and not any(name == b"host" for name, _ in headers):
        headers = ((b"host", sent.data.authority), *headers)
    client = flow.client_conn.peername
    return Request(
        method=sent.method,
        target=sent.data.authority if sent.method == "CONNECT" else sent.data.path,
        headers=headers,
        body=sent.raw_content or b"",
        scheme=sent.scheme,
        connection=f"{client[0]}:{client[1]}" if client else "",
    )


def flow_response(request: http.Request, response: Response) -> http.Response:
    """Return an answer as a flow takes it."""
    said = heard(request.method, response)
    reason = HTTPStatus(said.status).phrase if said.status in HTTPStatus.__members__.values() else ""
    version = b"HTTP/2.0" if request.is_http2 else b"HTTP/1.1"
    headers = http.Headers(said.headers)
    return http.Response(version, said.status, reason.encode(), headers, said.body, None, 0.0, 0.0)


def _pause_s(mishap: Mishap) -> float:
    pauses = mishap.ending.pause_s * _PIECES if isinstance(mishap.ending, Dripping) else 0.0
    return mishap.delay_s + pauses


def _cut(response: http.Response, after: int) -> None:
    """Let a body end before its announced length, and the connection with it."""
    body = response.raw_content or b""
    response.data.content = body[: min(after, max(len(body) - 1, 0))]
    response.headers["connection"] = "close"
