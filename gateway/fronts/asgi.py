"""The public door: a raw ASGI application around the pipeline, without routing and without request objects.

Reads a request whole, asks the pipeline, does the I/O the pipeline asks for, and sends the answer in one piece.
Decides nothing itself. A client that leaves does not stop what was begun: its exchange is kept all the same.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from functools import partial
from typing import Any

from gateway.access.facts import Target
from gateway.access.tokens import Trouble, Verdict
from gateway.access.values import ABSENT
from gateway.errors import StoreFullError
from gateway.fronts.identity import Tokens
from gateway.fronts.mishaps import Suffer, suffered
from gateway.fronts.protocol import TARGET
from gateway.fronts.targets import Targets
from gateway.fronts.watcher import Watcher
from gateway.http.admission import MAX_BODY_BYTES
from gateway.http.messages import Headers, Request, Response, first_header
from gateway.pipeline import READ_METHODS, Pipeline
from gateway.seams import FailureKind, Forward, Keeper, LookUp, Question, Reply, Service, Upstream, UpstreamFailure

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

REQUEST_ID = b"x-request-id"

_WELL_FORMED_ID = re.compile(rb"[A-Za-z0-9._:-]{1,128}")
_ANNOUNCING = frozenset({b"content-length", b"transfer-encoding"})
_BODILESS_STATUS = frozenset({204, 304})


class Gateway:
    """The ASGI callable. `clock` gives seconds since the epoch, `ids` a fresh request id; `scope` is the one that
    all requests here belong to, if they shall not choose."""

    def __init__(
        self,
        pipeline: Pipeline,
        upstreams: Mapping[Service, Upstream],
        keeper: Keeper | None,
        clock: Callable[[], float],
        ids: Callable[[], str],
        watcher: Watcher | None = None,
        tokens: Tokens | None = None,
        targets: Targets | None = None,
        scope: str = "",
        suffer: Suffer = suffered,
    ) -> None:
        self._pipeline = pipeline
        self._upstreams = upstreams
        self._keeper = keeper
        self._clock = clock
        self._ids = ids
        self._watcher = watcher
        self._tokens = tokens
        self._targets = targets
        self._scope = scope
        self._suffer = suffer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await _live(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1003})

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers: Headers = tuple(scope["headers"])
        body = await _body(headers, receive) if _announces_body(scope, headers) else b""
        if body is None:
            return
        request = _request(scope, headers, body)
        if self._tokens is not None:
            self._tokens.forgetting.catch_up()
        decided = self._pipeline.on_request(request, self._clock(), self._scope)
        if isinstance(decided, Question):
            decided = self._pipeline.on_verdict(decided, await self._verdict(decided))
        if isinstance(decided, LookUp):
            decided = self._pipeline.on_target(decided, await self._state(decided))
        outcome: Response | UpstreamFailure | None = None
        if isinstance(decided, Forward):
            reply, outcome = await self._forwarded(decided)
        else:
            reply = decided
        response = self._named(request, reply.response)
        if reply.mishap is None:
            await _send(request.method, response, send)
        else:
            await self._suffer(reply.mishap, scope, partial(_send, request.method, response), send)
        if self._watcher is not None:
            request_id = (response.header(REQUEST_ID) or b"").decode("latin-1")
            self._watcher.answered(request_id, reply, outcome if isinstance(outcome, Response) else None)

    async def _verdict(self, asked: Question) -> Verdict:
        if self._tokens is None:
            return Trouble("no IAM is configured")
        return await self._tokens.introspection.verdict(asked.token)

    async def _state(self, look_up: LookUp) -> Target:
        return ABSENT if self._targets is None else await self._targets.state_of(look_up)

    async def _forwarded(self, forward: Forward) -> tuple[Reply, Response | UpstreamFailure | None]:
        """Send upstream and keep the exchange: first the note of a write, then the request, then the record."""
        try:
            intent = await self._noted(forward)
        except StoreFullError as error:
            return self._pipeline.on_note_failure(forward, str(error)), None
        outcome = await self._sent(forward)
        if self._targets is not None and forward.request.method not in READ_METHODS:
            self._targets.forget()
        reply = self._pipeline.on_outcome(forward, outcome, self._clock())
        try:
            await self._keep(reply, outcome, intent)
        except StoreFullError as error:
            said = f"the cloud answered {reply.response.status}, but that cannot be kept: {error}"
            return self._pipeline.on_store_failure(forward, said), outcome
        return reply, outcome

    async def _noted(self, forward: Forward) -> int | None:
        if forward.intent is None or self._keeper is None:
            return None
        return await self._keeper.intend(forward.intent)

    async def _keep(self, reply: Reply, outcome: Response | UpstreamFailure, intent: int | None) -> None:
        """Keep the exchange, or take back the note of a request that never left. A note whose outcome nobody knows
        stays."""
        if self._keeper is None:
            return
        if reply.exchange is not None:
            await self._keeper.append(reply.exchange, intent)
        elif intent is not None and isinstance(outcome, UpstreamFailure) and not outcome.kind.was_sent:
            await self._keeper.withdraw(intent)

    async def _sent(self, forward: Forward) -> Response | UpstreamFailure:
        upstream = self._upstreams.get(forward.service)
        if upstream is None:
            return UpstreamFailure(FailureKind.UNRESOLVED, f"no upstream is configured for {forward.service.value}")
        return await upstream.send(forward.request)

    def _named(self, request: Request, response: Response) -> Response:
        """Return the response with a request id: its own, the client's if well formed, or a fresh one."""
        if response.header(REQUEST_ID) is not None:
            return response
        given = request.header(REQUEST_ID)
        if given is None or not _WELL_FORMED_ID.fullmatch(given):
            given = self._ids().encode()
        return Response(response.status, (*response.headers, (REQUEST_ID, given)), response.body)


def _announces_body(scope: Scope, headers: Headers) -> bool:
    """Return whether a body follows; HTTP/1 says so in the head, and the others cost one call to find out."""
    if scope["http_version"] >= "2":
        return True
    return not _ANNOUNCING.isdisjoint([name for name, _ in headers])


async def _body(headers: Headers, receive: Receive) -> bytes | None:
    """Return the body, or None when the client left.

    One that is over the bound is not read to its end: what is there, or what the head says, suffices to refuse it.
    """
    length = first_header(headers, b"content-length") or b""
    if length.isdigit() and int(length[:20]) > MAX_BODY_BYTES:
        return b""
    body = bytearray()
    more = True
    while more and len(body) <= MAX_BODY_BYTES:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body)


def _request(scope: Scope, headers: Headers, body: bytes) -> Request:
    client = scope.get("client")
    return Request(
        method=scope["method"],
        target=scope[TARGET] if TARGET in scope else _target(scope),
        headers=headers,
        body=body,
        scheme=scope["scheme"],
        connection=f"{client[0]}:{client[1]}" if client else "",
    )


def _target(scope: Scope) -> bytes:
    """Return the target as far as other servers than ours tell it."""
    raw_path: bytes = scope["raw_path"]
    path = raw_path.partition(b"?")[0]
    return path + b"?" + scope["query_string"] if scope["query_string"] else path


async def _send(method: str, response: Response, send: Send) -> None:
    if response.status in _BODILESS_STATUS:
        body, headers = b"", _without_length(response.headers)
    elif method == "HEAD":
        body, headers = b"", response.headers
    else:
        body = response.body
        headers = (*_without_length(response.headers), (b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _without_length(headers: Headers) -> Headers:
    return tuple([header for header in headers if header[0] != b"content-length"])


async def _live(receive: Receive, send: Send) -> None:
    """Acknowledge the server's start and stop: what the app stands on is opened and closed by whoever built it."""
    for event in ("startup", "shutdown"):
        await receive()
        await send({"type": f"lifespan.{event}.complete"})
