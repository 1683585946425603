"""Who gets to a page of the inspector, and with which headers a page goes out.

On loopback nobody is asked for a name: the connection and the `Host` have to be of this machine, so that no page from
elsewhere can borrow a browser (DNS rebinding), and no proxy may have passed the request on. Everybody else needs a
session. What a page of another origin begins is refused.
Errors: 401, 403, 421 to the client.
"""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_address
from urllib.parse import urlencode, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.inspector.visitors import Sessions, Visitor

COOKIE = "evs_inspector"
VISITOR = "evs_gateway.visitor"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
# Under `no-referrer` a browser says `Origin: null` of our own forms: a login could not be told from a trap.
_REFERRER = "same-origin"
HEADERS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": _REFERRER,
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
}
_PASSED_ON = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")
_OWN = frozenset({"same-origin", "none"})
_OPEN = ("/login", "/static/")


class Guard:
    """Lets visitors in to an application that is mounted at a path."""

    def __init__(self, app: ASGIApp, mount: str, sessions: Sessions, clock: Callable[[], float]) -> None:
        self._app = app
        self._mount = mount
        self._sessions = sessions
        self._clock = clock

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        scope[VISITOR] = self._visitor(request)
        refusal = self._refusal(request, scope[VISITOR])
        await (self._app if refusal is None else refusal)(scope, receive, _guarded(send))

    def _visitor(self, request: Request) -> Visitor | None:
        if is_neighbour(request) and is_own_host(request):
            return self._sessions.neighbour()
        session = request.cookies.get(COOKIE)
        return None if session is None else self._sessions.visitor_of(session, self._clock())

    def _refusal(self, request: Request, visitor: Visitor | None) -> Response | None:
        if is_foreign(request):
            return PlainTextResponse("A page of another origin may not do this.\n", 403)
        if is_neighbour(request) and not is_own_host(request):
            return PlainTextResponse("This listener is asked by an address of this machine.\n", 421)
        if visitor is not None or request.url.path.removeprefix(self._mount).startswith(_OPEN):
            return None
        if not self._sessions.has_holders:
            return PlainTextResponse("From elsewhere only holders of a token may look ([inspector] tokens).\n", 403)
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            return RedirectResponse(f"{self._mount}/login?{urlencode({'next': _target(request)})}", 303)
        return PlainTextResponse("A login is needed.\n", 401)


def is_neighbour(request: Request) -> bool:
    """Return whether a request comes from this machine itself, through a listener that nobody else reaches."""
    ends = (request.scope.get("client"), request.scope.get("server"))
    return all(end is not None and _is_loopback(end[0]) for end in ends) and not _is_passed_on(request)


def is_own_host(request: Request) -> bool:
    """Return whether a request names this machine as its host by an address, or as localhost."""
    host = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    return host == "localhost" or _is_loopback(host)


def is_foreign(request: Request) -> bool:
    """Return whether a page of another origin begins this: of other pages only links lead here."""
    site = request.headers.get("sec-fetch-site", "none")
    is_reading = request.method in ("GET", "HEAD")
    if site not in _OWN and not (is_reading and request.headers.get("sec-fetch-mode") == "navigate"):
        return True
    origin = request.headers.get("origin")
    return origin is not None and not is_reading and urlsplit(origin).netloc != request.headers.get("host")


def is_secure(request: Request) -> bool:
    """Return whether the browser speaks TLS, to us or to who passes its requests on."""
    return "https" in (request.url.scheme, request.headers.get("x-forwarded-proto"))


def _is_passed_on(request: Request) -> bool:
    return any(name in request.headers for name in _PASSED_ON)


def _is_loopback(host: str) -> bool:
    try:
        address = ip_address(host)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)


def _target(request: Request) -> str:
    query = request.url.query
    return f"{request.url.path}?{query}" if query else request.url.path


def _guarded(send: Send) -> Send:
    async def guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            headers.update(HEADERS)
            headers.setdefault("cache-control", "no-store")
        await send(message)

    return guarded
