"""The public listener's protocol: a request goes straight from its bytes to the core, and its answer out in one write.

uvicorn still accepts, counts and drains the connections; between the reader and the core there is no ASGI, no task and
no timer for each request. What is refused, in which order answers come, how long clients may take and how a connection
ends is as in `protocol`, the way that everything else is served, and a differential test holds the two together.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections import deque
from functools import partial
from typing import Any, Protocol

from uvicorn.config import Config
from uvicorn.protocols.utils import get_remote_addr, is_ssl
from uvicorn.server import ServerState

from gateway.fronts.core import Answered
from gateway.fronts.deadline import NEVER, Deadline
from gateway.fronts.eager import Running, begin
from gateway.fronts.mishaps import Message, Suffer, suffered, told
from gateway.fronts.protocol import AT_ONCE, BREAK, LATE, PATIENCE, Patience
from gateway.fronts.saying import BROKEN, head_of, said
from gateway.http import refusals
from gateway.http.admission import MAX_BODY_BYTES
from gateway.http.framing import END, Fault, Head, Reader, Stage
from gateway.http.messages import Request, Response

log = logging.getLogger(__name__)

_CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
# Bodies from this size on are not copied behind their heads.
_LARGE_BYTES = 16 * 1024


class Answers(Protocol):
    """What answers requests: the core."""

    async def answer(self, request: Request, scope: str = "") -> Answered: ...

    def went_out(self, answered: Answered) -> None: ...


class _Turn:
    """A request and where it stands. `refusal` is the answer to what was no request."""

    __slots__ = ("body", "head", "is_asked", "is_whole", "keeps_alive", "refusal")

    def __init__(self, head: Head, body: bytes | bytearray, is_whole: bool, refusal: Response | None = None) -> None:
        self.head = head
        self.body = body
        self.is_whole = is_whole
        self.is_asked = False
        self.keeps_alive = head.keeps_alive
        self.refusal = refusal


class StraightProtocol(asyncio.Protocol):
    """One connection. Whatever breaks the framing ends it, after every request before that got its own answer."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        core: Answers,
        scope: str = "",
        patience: Patience = PATIENCE,
        suffer: Suffer = suffered,
    ) -> None:
        self._server = server_state
        self._loop = _loop or asyncio.get_running_loop()
        self._core = core
        self._scope = scope
        self._patience = patience
        self._suffer = suffer
        self._reader = Reader()
        self._stage: Stage | None = None
        self._deadline = Deadline(self._loop, self._expire)
        # The turn that is being answered or read, those behind it, and the one whose body is being read.
        self._turn: _Turn | None = None
        self._turns: deque[_Turn] = deque()
        self._receiving: _Turn | None = None
        self._running: Running[Any] | None = None
        self._has_begun = False
        self._is_mute = self._is_lingering = False
        self._is_reading, self._is_writable = True, True
        self._writable = asyncio.Event()
        self._held: Answered | None = None

    # asyncio and uvicorn

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._server.connections.add(self)  # type: ignore[arg-type]
        self.transport = transport
        client = get_remote_addr(transport)
        self._connection = f"{client[0]}:{client[1]}" if client else ""
        self._scheme = "https" if is_ssl(transport) else "http"
        self._rest()

    def connection_lost(self, exc: Exception | None) -> None:
        """Begin nothing more; what was begun goes on, and nobody hears its answer."""
        self._server.connections.discard(self)
        self._fall_silent()
        self._deadline.stop()
        self._let_write()
        if exc is None:
            self.transport.close()

    def data_received(self, data: bytes) -> None:
        """Turn bytes into requests. Whatever comes after the last answer of a connection is not looked at."""
        if self._is_lingering:
            return
        if self._turn is None and not self._turns:
            whole = self._reader.whole(data)
            if whole is not None:
                self._deadline.at = NEVER
                turn = self._turn = _Turn(*whole, True)
                self._ask(turn)
                return
        self._read(data)

    def pause_writing(self) -> None:
        self._is_writable = False
        self._writable.clear()

    def resume_writing(self) -> None:
        self._let_write()

    def shutdown(self) -> None:
        """Close when nothing is begun; else the last answer that is due is the last one."""
        newest = self._turns[-1] if self._turns else self._turn
        if newest is None:
            self.transport.close()
        else:
            newest.keeps_alive = False

    # Requests

    def _read(self, data: bytes) -> None:
        for event in self._reader.feed(data):
            if isinstance(event, Head):
                self._meet(event)
            elif event is END:
                self._end()
            elif isinstance(event, Fault):
                self._refuse(event)
            else:
                self._continue(event)
        self._has_begun = False
        turn = self._receiving
        if turn is not None and turn is self._turn and not turn.is_asked and len(turn.body) > MAX_BODY_BYTES:
            self._ask(turn)
        if self._reader.stage is not self._stage:
            self._watch(self._reader.stage)

    def _meet(self, head: Head) -> None:
        self._stage = None
        turn = _Turn(head, bytearray(), head.length == 0)
        if not turn.is_whole:
            self._receiving = turn
        self._line_up(turn)

    def _continue(self, data: bytes) -> None:
        turn = self._receiving
        assert turn is not None, "a body comes behind a head"
        if not turn.is_asked:
            turn.body += data

    def _end(self) -> None:
        turn, self._receiving, self._stage = self._receiving, None, None
        if turn is None:
            return
        turn.is_whole = True
        if turn is self._turn and not turn.is_asked:
            self._ask(turn)

    def _line_up(self, turn: _Turn) -> None:
        """Answer a request when those before it have their answers; of those that come together, one a turn of the
        loop, so that other clients have theirs."""
        if self._turn is None and not self._turns and not self._has_begun:
            self._has_begun = True
            self._begin(turn)
            return
        self._pause_reading()
        self._turns.append(turn)
        if self._turn is None and len(self._turns) == 1:
            self._loop.call_soon(self._next)

    def _next(self) -> None:
        if self._turns and not self.transport.is_closing():
            self._begin(self._turns.popleft())

    def _begin(self, turn: _Turn) -> None:
        """Answer a request that is there, or ask for what is missing of it. One that is too large is not waited for."""
        self._turn = turn
        if turn.refusal is not None:
            self._say_last(turn.head.method, turn.refusal)
        elif turn.is_whole or (turn.head.length or 0) > MAX_BODY_BYTES or len(turn.body) > MAX_BODY_BYTES:
            self._say_continue(turn)
            self._ask(turn)
        else:
            self._say_continue(turn)

    def _say_continue(self, turn: _Turn) -> None:
        if turn.head.expects_continue and (turn.head.length or 0) <= MAX_BODY_BYTES:
            self.transport.write(_CONTINUE)

    def _ask(self, turn: _Turn) -> None:
        turn.is_asked = True
        head = turn.head
        request = Request(head.method, head.target, head.headers, bytes(turn.body), self._scheme, self._connection)
        self._run(begin(self._core.answer(request, self._scope), self._answered, self._broke))

    def _run(self, running: Running[Any] | None) -> None:
        if running is not None:
            self._running = running
            self._server.tasks.add(running)  # type: ignore[arg-type]

    def _is_over(self) -> None:
        running, self._running = self._running, None
        if running is not None:
            self._server.tasks.discard(running)

    # Answers

    def _answered(self, answered: Answered) -> None:
        if self._running is not None:
            self._is_over()
        if answered.reply.mishap is not None:
            self._befall(answered)
        elif self._is_writable:
            self._say(answered)
        else:
            self._held = answered

    def _say(self, answered: Answered) -> None:
        turn = self._turn
        if turn is None or self._is_mute:
            self._core.went_out(answered)
            return
        what = said(turn.head.method, answered.reply.response, answered.request_id, turn.keeps_alive and turn.is_whole)
        if what is None:
            self._broke(ValueError("a header of the answer cannot be said"))
            return
        head, body, keeps_alive = what
        if len(body) < _LARGE_BYTES:
            self.transport.write(head + body)
        else:
            self.transport.writelines((head, body))
        self._core.went_out(answered)
        self._complete(keeps_alive)

    def _complete(self, keeps_alive: bool) -> None:
        """Go on with the next request, unless this answer was the last that the client can hear. Who has begun the
        next one is no longer idle."""
        self._turn = None
        self._server.total_requests += 1
        if not keeps_alive:
            self._linger()
            return
        if self.transport.is_closing():
            return
        if not self._is_reading:
            self._resume_reading()
        if self._turns:
            self._loop.call_soon(self._next)
        elif self._stage not in LATE:
            self._rest()

    def _broke(self, error: BaseException) -> None:
        """Say that something broke which should not, and nothing after it."""
        self._is_over()
        log.error("a request could not be answered", exc_info=error)
        if self._turn is not None and not self._is_mute:
            self._say_last(self._turn.head.method, BROKEN)

    def _say_last(self, method: str, response: Response) -> None:
        what = head_of(response.status, response.headers, keeps_alive=False)
        assert what is not None, "our own words can be said"
        self.transport.write(what.head if method == "HEAD" else what.head + response.body)
        self._complete(keeps_alive=False)

    # Mishaps

    def _befall(self, answered: Answered) -> None:
        """Let the answer come as its mishap has it, through the messages of ASGI."""
        assert answered.reply.mishap is not None, "only what has one"
        method = self._turn.head.method if self._turn is not None else "GET"
        say = partial(told, method, answered.response)
        suffering = self._suffer(answered.reply.mishap, {BREAK: self._break}, say, self._send)
        self._run(begin(suffering, lambda _: self._befell(answered), self._broke))

    def _befell(self, answered: Answered) -> None:
        self._is_over()
        self._core.went_out(answered)

    async def _send(self, message: Message) -> None:
        if not self._is_writable and not self._is_mute:
            await self._writable.wait()
        turn = self._turn
        if turn is None or self._is_mute:
            return
        if message["type"] == "http.response.start":
            what = head_of(message["status"], message["headers"], turn.keeps_alive and turn.is_whole)
            if what is None:
                raise ValueError("a header of the answer cannot be said")
            turn.keeps_alive = what.keeps_alive
            self.transport.write(what.head)
            return
        if turn.head.method != "HEAD":
            self.transport.write(message["body"])
        if not message.get("more_body", False):
            self._complete(turn.keeps_alive)

    def _break(self, is_reset: bool) -> None:
        """End the connection under an answer, with what was said so far said, or with a reset that may overtake it."""
        self._fall_silent()
        if not is_reset:
            self.transport.close()
            return
        self.transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
        self.transport.abort()

    # Refusals

    def _refuse(self, fault: Fault) -> None:
        """Say what is wrong as the last answer of the connection, in its turn. A request whose body broke off is
        nobody's, unless it has its answer already."""
        self._reader.stop()
        broken, self._receiving = self._receiving, None
        if broken is not None and broken.is_asked:
            return
        if broken is not None and broken is self._turn:
            self._turn, self._has_begun = None, False
        elif broken is not None:
            self._turns.pop()
        head = Head(fault.method, b"", "1.1", (), 0, keeps_alive=False, expects_continue=False)
        self._line_up(_Turn(head, b"", True, refusals.inadmissible(fault.status, fault.message)))

    def _fall_silent(self) -> None:
        self._is_mute = True
        self._reader.stop()
        self._turns.clear()
        self._receiving = None

    def _linger(self) -> None:
        """Close for writing, and for good when the client has closed too or after a while.

        Closing at once, with bytes of the client unread, would make its system throw our answer away.
        """
        if not self.transport.is_closing():
            self._is_lingering = True
            self._reader.stop()
            self._turns.clear()
            self.transport.write_eof()
            self._resume_reading()
            self._deadline.by(self._loop.time() + self._patience.linger_s)

    # Flow

    def _pause_reading(self) -> None:
        if self._is_reading:
            self._is_reading = False
            self.transport.pause_reading()

    def _resume_reading(self) -> None:
        if not self._is_reading:
            self._is_reading = True
            self.transport.resume_reading()

    def _let_write(self) -> None:
        self._is_writable = True
        self._writable.set()
        held, self._held = self._held, None
        if held is not None:
            self._say(held)

    # Time

    def _rest(self) -> None:
        self._deadline.by(self._loop.time() + self._patience.idle_s)

    def _watch(self, stage: Stage) -> None:
        """Give the client its time for what it has begun, or between requests."""
        self._stage = stage
        if stage in LATE and not self._is_lingering:
            patience = self._patience.head_s if stage is Stage.HEAD else self._patience.body_s
            self._deadline.by(self._loop.time() + patience)
        elif self._turn is not None or self._turns:
            self._deadline.at = NEVER

    def _expire(self) -> None:
        if self._is_lingering or self._stage not in LATE:
            self.transport.close()
        else:
            self._lose_patience()

    def _lose_patience(self) -> None:
        """Refuse what did not come in time, unless it is we who do not read."""
        stage = self._reader.stage
        if not self._is_reading:
            self._watch(stage)
        else:
            self._refuse(LATE[stage])
