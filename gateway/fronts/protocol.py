"""uvicorn's HTTP protocol around our own reader: exact bytes in, one answer for each request, patience with an end.

uvicorn brings the ASGI cycle, the order of pipelined answers, flow control and the drain at a stop. Its parser is not
used: it takes trailers for headers, loses bodies behind an offer to upgrade, knows no bounds, and its refusals take the
place of the answers to requests that were legal.
"""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final
from urllib.parse import unquote

from uvicorn.config import Config
from uvicorn.protocols.http.flow_control import HIGH_WATER_LIMIT
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from gateway.http import refusals
from gateway.http.framing import END, Fault, Head, Reader, Stage

# Where the scope holds the request target as it was sent: `raw_path` and `query_string` lack an empty query and the
# authority of an absolute form.
TARGET = "evs_gateway.target"
# Where the scope holds what ends the connection under an answer: called with True it is reset, else closed.
BREAK = "evs_gateway.break"

Message = MutableMapping[str, Any]
App = Callable[[Any, Any, Callable[[Message], Awaitable[None]]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a client may take, in seconds: for a head, between requests, for a body; and how long a connection
    that was refused is still listened to, so that the refusal is not lost with what the client was saying."""

    head_s: float = 30.0
    # Longer than common clients and load balancers keep an idle connection, so that they close it and not we.
    idle_s: float = 75.0
    body_s: float = 120.0
    linger_s: float = 2.0


PATIENCE: Final = Patience()

# A socket that lingers for no time is reset when it is closed (socket(7), SO_LINGER).
AT_ONCE = struct.pack("ii", 1, 0)

LATE = {
    Stage.HEAD: Fault(408, "The request head did not come in time."),
    Stage.BODY: Fault(408, "The request body did not come in time."),
}


class ExactProtocol(HttpToolsProtocol):
    """One connection. Whatever breaks the framing ends it, after every request before that got its own answer."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        patience: Patience = PATIENCE,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self.timeout_keep_alive = patience.idle_s  # type: ignore[assignment]
        self._patience = patience
        self._reader = Reader()
        self._receiving: RequestResponseCycle | None = None
        self._stage: Stage | None = None
        self._clock: asyncio.TimerHandle | None = None
        self._is_lingering = False

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._voice = _Lingering(transport, self._linger)
        self.timeout_keep_alive_task = self.loop.call_later(self._patience.idle_s, self.timeout_keep_alive_handler)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_clock()
        self._reader.stop()
        self._unset_keepalive_if_required()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Turn bytes into requests. Whatever comes after the last answer of a connection is not looked at."""
        self._unset_keepalive_if_required()
        if self._is_lingering:
            return
        for event in self._reader.feed(data):
            if isinstance(event, Head):
                self._begin(event)
            elif event is END:
                self._end()
            elif isinstance(event, Fault):
                self._refuse(event)
            else:
                self._continue(event)
        if self._reader.stage is not self._stage:
            self._watch(self._reader.stage)

    def on_response_complete(self) -> None:
        """Go on with the next request, unless this answer was the last that the client can hear. Who has begun the
        next one is no longer idle."""
        if self._is_lingering:
            self.pipeline.clear()
        else:
            super().on_response_complete()
        if self._clock is not None:
            self._unset_keepalive_if_required()

    def _begin(self, head: Head) -> None:
        self._stage = None
        kind = RequestResponseCycle if head.length == 0 else _BodyCycle
        cycle = self._receiving = self._cycle(self._scope(head), kind, head.keeps_alive, head.expects_continue)
        cycle.scope[BREAK] = partial(self._break, cycle)  # type: ignore[literal-required]
        self._enqueue(self._receiving, self.app)

    def _cycle(
        self, scope: dict[str, Any], kind: type[RequestResponseCycle], keep_alive: bool, expects: bool = False
    ) -> RequestResponseCycle:
        return kind(
            scope=scope,  # type: ignore[arg-type]
            transport=self._voice,  # type: ignore[arg-type]
            flow=self.flow,
            logger=self.logger,
            access_logger=self.access_logger,
            access_log=False,
            default_headers=self.server_state.default_headers,
            message_event=asyncio.Event(),
            expect_100_continue=expects,
            keep_alive=keep_alive,
            on_response=self.on_response_complete,
        )

    def _continue(self, data: bytes) -> None:
        cycle = self._received()
        cycle.body += data
        if len(cycle.body) > HIGH_WATER_LIMIT:
            self.flow.pause_reading()
        cycle.message_event.set()

    def _end(self) -> None:
        cycle = self._received()
        cycle.more_body = False
        cycle.message_event.set()
        self._receiving = self._stage = None

    def _received(self) -> RequestResponseCycle:
        assert self._receiving is not None, "a body and an end come behind a head"
        return self._receiving

    def _enqueue(self, cycle: RequestResponseCycle, app: Any) -> None:
        """Answer a request when those before it have their answers."""
        before, self.cycle = self.cycle, cycle
        if before is None or before.response_complete or before.disconnected:
            task = self.loop.create_task(cycle.run_asgi(app))
            task.add_done_callback(self.tasks.discard)
            self.tasks.add(task)
        else:
            self.flow.pause_reading()
            self.pipeline.appendleft((cycle, app))

    def _scope(self, head: Head) -> dict[str, Any]:
        raw_path, _, query = head.target.partition(b"?")
        path = raw_path.decode("latin-1")
        return {
            "type": "http",
            "asgi": {"version": self.config.asgi_version, "spec_version": "2.3"},
            "http_version": head.version,
            "server": self.server,
            "client": self.client,
            "scheme": self.scheme,
            "method": head.method,
            "root_path": "",
            "path": unquote(path) if "%" in path else path,
            "raw_path": raw_path,
            "query_string": query,
            "headers": head.headers,
            "state": self.app_state.copy(),
            TARGET: head.target,
        }

    def _break(self, cycle: RequestResponseCycle, is_reset: bool) -> None:
        """End the connection under an answer, with what was said so far said, or with a reset that may overtake it."""
        cycle.disconnected = True
        self._reader.stop()
        self.pipeline.clear()
        if not is_reset:
            self.transport.close()
            return
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self.transport.abort()

    # Refusals

    def _refuse(self, fault: Fault) -> None:
        """Say what is wrong as the last answer of the connection, in its turn."""
        self._reader.stop()
        broken = self._receiving
        if broken is not None:
            self._abandon(broken)
        if broken is not None and broken.response_started:
            self._linger()
            return
        # Older versions of uvicorn say `close` only to who said it.
        scope = {"type": "http", "method": fault.method, "headers": [(b"connection", b"close")]}
        cycle = self._cycle(scope, RequestResponseCycle, keep_alive=False)
        self._enqueue(cycle, _refusing(fault))

    def _abandon(self, cycle: RequestResponseCycle) -> None:
        """Give up a request whose body broke off, so that nobody answers it but the refusal."""
        self._receiving = None
        if self.pipeline and self.pipeline[0][0] is cycle:
            self.pipeline.popleft()
            return
        cycle.disconnected = True
        cycle.message_event.set()

    def _linger(self) -> None:
        """Close for writing, and for good when the client has closed too or after a while.

        Closing at once, with bytes of the client unread, would make its system throw our answer away.
        """
        if not self.transport.is_closing():
            self._is_lingering = True
            self._reader.stop()
            self.transport.write_eof()
            self.flow.resume_reading()
            self._stop_clock()
            self._clock = self.loop.call_later(self._patience.linger_s, self.transport.close)

    # Time

    def _watch(self, stage: Stage) -> None:
        """Give the client its time for what it has begun; between requests uvicorn's keep-alive watches."""
        self._stop_clock()
        self._stage = stage
        if stage in LATE:
            patience = self._patience.head_s if stage is Stage.HEAD else self._patience.body_s
            self._clock = self.loop.call_later(patience, self._lose_patience)

    def _lose_patience(self) -> None:
        """Refuse what did not come in time, unless it is we who do not read."""
        stage = self._reader.stage
        if self.flow.read_paused:
            self._watch(stage)
        else:
            self._refuse(LATE[stage])

    def _stop_clock(self) -> None:
        if self._clock is not None:
            self._clock.cancel()
            self._clock = None


class _BodyCycle(RequestResponseCycle):
    """The cycle of a request with a body. An answer that does not wait for the end of the body is the last of its
    connection: what follows could be the rest of the body as well as the next request."""

    async def send(self, message: Any) -> None:
        if self.more_body and not self.response_started:
            message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
        await super().send(message)


class _Lingering:
    """A transport whose `close` leaves the client the time to read."""

    __slots__ = ("close", "is_closing", "write")

    def __init__(self, transport: asyncio.Transport, linger: Callable[[], None]) -> None:
        self.write = transport.write
        self.is_closing = transport.is_closing
        self.close = linger


def _refusing(fault: Fault) -> App:
    """Return an app that refuses."""
    response = refusals.inadmissible(fault.status, fault.message)

    async def refuse(_scope: Any, _receive: Any, send: Callable[[Message], Awaitable[None]]) -> None:
        await send({"type": "http.response.start", "status": response.status, "headers": response.headers})
        await send({"type": "http.response.body", "body": response.body})

    return refuse
