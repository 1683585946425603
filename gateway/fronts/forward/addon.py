"""The forward door as an addon of mitmproxy: flows in, requests of ours to the core, answers of ours out.

mitmproxy speaks TLS and HTTP with the client, and never with a server: every flow is answered here, and a connection
to a server is refused whoever asks for it. Decides nothing but who is led where.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, MutableMapping
from weakref import WeakKeyDictionary

from mitmproxy import http
from mitmproxy.connection import Client
from mitmproxy.proxy.server_hooks import ServerConnectionHookData

from gateway.faults.overlay import Broken, Cut, Dripping, Mishap
from gateway.fronts.core import Answered, Core
from gateway.fronts.forward.destinations import Destination, Destinations
from gateway.fronts.forward.users import Users
from gateway.fronts.mishaps import PIECES
from gateway.http.messages import Headers, Request, Response

log = logging.getLogger(__name__)

_BODILESS_STATUS = frozenset({204, 304})
_CHALLENGE = (b"proxy-authenticate", b'Basic realm="EVS Gateway"')
_HOST = b"host"

Sleep = Callable[[float], Awaitable[object]]


class ForwardDoor:
    """Answers flows. `users` is None where anybody may come in."""

    def __init__(
        self, core: Core, destinations: Destinations, users: Users | None = None, sleep: Sleep = asyncio.sleep
    ) -> None:
        self._core = core
        self._destinations = destinations
        self._users = users
        self._sleep = sleep
        # Who a connection belongs to, for as long as it lives.
        self._user_of: MutableMapping[Client, str] = WeakKeyDictionary()
        self._in_flight = 0
        self._at_rest = asyncio.Event()
        self._at_rest.set()
        self._is_running = asyncio.Event()

    async def drained(self) -> None:
        """Return when nothing is in flight."""
        await self._at_rest.wait()

    async def began(self) -> None:
        """Return when the listener is there, or is known not to come."""
        await self._is_running.wait()

    # mitmproxy's hooks

    def running(self) -> None:
        """Note that mitmproxy has brought up what it could."""
        self._is_running.set()

    def http_connect(self, flow: http.HTTPFlow) -> None:
        """Let a client in, and lead it to a listed place."""
        refusal = self._admitted(flow) or self._led(flow)
        if refusal is not None:
            flow.response = refusal

    async def request(self, flow: http.HTTPFlow) -> None:
        """Answer a request."""
        self._in_flight += 1
        self._at_rest.clear()
        try:
            await self._answer(flow)
        finally:
            self._in_flight -= 1
            if not self._in_flight:
                self._at_rest.set()

    def server_connect(self, data: ServerConnectionHookData) -> None:
        """Refuse every connection to a server: what goes to the cloud goes through the core."""
        data.server.error = "the gateway asks the cloud itself"

    # What they stand on

    async def _answer(self, flow: http.HTTPFlow) -> None:
        if flow.response is not None:
            return
        refusal = self._refused_inside(flow)
        if refusal is not None:
            flow.response = refusal
            return
        request = request_of(flow)
        answered = await self._core.answer(request, self._scope(flow))
        await self._say(flow, answered)
        self._core.went_out(answered)

    def _refused_inside(self, flow: http.HTTPFlow) -> http.Response | None:
        """Judge a request by itself: behind CONNECT, it must be for the place that was asked for."""
        if flow.client_conn.tls_established or flow.client_conn.proxy_mode.type_name != "regular":
            return self._led(flow) or _misdirected(flow)
        return self._admitted(flow) or self._led(flow) or _misdirected(flow)

    def _admitted(self, flow: http.HTTPFlow) -> http.Response | None:
        if self._users is None or flow.client_conn in self._user_of:
            return None
        user = self._users.user_of(_field(flow, b"proxy-authorization"))
        if user is None:
            _tell(flow, "no or wrong proxy credentials")
            return _refusal(407, "This proxy wants to know who asks.", "http_request_denied", (_CHALLENGE,))
        self._user_of[flow.client_conn] = user
        return None

    def _led(self, flow: http.HTTPFlow) -> http.Response | None:
        reason = self._destinations.refusal(flow.request.host, flow.request.port)
        if reason is None:
            return None
        _tell(flow, reason)
        return _refusal(403, reason, "destination_ip_prohibited")

    def _scope(self, flow: http.HTTPFlow) -> str:
        return self._user_of.get(flow.client_conn, "")

    async def _say(self, flow: http.HTTPFlow, answered: Answered) -> None:
        mishap = answered.reply.mishap
        if mishap is not None and mishap.delay_s:
            await self._sleep(mishap.delay_s)
        if mishap is not None and isinstance(mishap.ending, Broken | Cut):
            flow.kill()  # type: ignore[no-untyped-call]
            return
        if mishap is not None and isinstance(mishap.ending, Dripping):
            await self._sleep(_whole_drip(mishap, answered.response))
        flow.response = response_of(answered.response)


def request_of(flow: http.HTTPFlow) -> Request:
    """Return the request of a flow, its bytes as the client sent them."""
    data = flow.request.data
    headers: Headers = tuple((name.lower(), value) for name, value in data.headers.fields)
    if data.authority and all(name != _HOST for name, _ in headers):
        # HTTP/2 says the host in a field of its own (RFC 9113, section 8.3.1).
        headers = ((_HOST, data.authority), *headers)
    ip, port = flow.client_conn.peername[:2]
    return Request(
        method=data.method.decode("latin-1"),
        target=data.path,
        headers=headers,
        body=data.content or b"",
        scheme=data.scheme.decode("latin-1"),
        connection=f"{ip}:{port}",
    )


def response_of(response: Response) -> http.Response:
    """Return an answer as mitmproxy says it."""
    made = http.Response.make(response.status, b"" if response.status in _BODILESS_STATUS else response.body)
    made.data.headers = http.Headers(_framed(response))
    return made


def _framed(response: Response) -> Headers:
    """Return the headers with the length of the body, which mitmproxy leaves to who made the answer."""
    headers = tuple(header for header in response.headers if header[0] != b"content-length")
    if response.status in _BODILESS_STATUS:
        return headers
    return (*headers, (b"content-length", b"%d" % len(response.body)))


def _misdirected(flow: http.HTTPFlow) -> http.Response | None:
    """Refuse a request whose Host is another than the place the connection leads to (RFC 9110, section 15.5.20)."""
    named = flow.request.host_header
    place = Destination(flow.request.host.lower(), flow.request.port)
    if named is None or named.lower() in (str(place), place.host, f"[{place.host}]"):
        return None
    _tell(flow, "the Host is another than the connection's")
    return _refusal(421, "The Host of this request is another than the one that was asked for.", "http_request_error")


def _refusal(status: int, message: str, error: str, headers: Headers = ()) -> http.Response:
    said = (b"proxy-status", f'evs-gateway; error={error}; details="{message}"'.encode())
    body = json.dumps({"error": {"code": "EVS.5403" if status == 403 else "EVS.5400", "message": message}}).encode()
    return response_of(Response(status, ((b"content-type", b"application/json"), said, *headers), body))


def _field(flow: http.HTTPFlow, name: bytes) -> bytes | None:
    return next((value for key, value in flow.request.data.headers.fields if key.lower() == name), None)


def _whole_drip(mishap: Mishap, response: Response) -> float:
    """Return how long a dripping body takes in all; mitmproxy says it in one piece."""
    assert isinstance(mishap.ending, Dripping), "only of a body that drips"
    return mishap.ending.pause_s * min(PIECES, max(len(response.body), 1))


def _tell(flow: http.HTTPFlow, reason: str) -> None:
    """Say in the log who was not led where. The place is the client's word: bounded, and without a path."""
    place = str(Destination(flow.request.host, flow.request.port))[:256]
    fields = {"client": flow.client_conn.peername[0], "destination": place, "reason": reason}
    log.warning("forward door: refused", extra={"fields": fields})
