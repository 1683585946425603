"""One connection to an upstream, and one message at a time on it: asyncio below, httptools for the grammar of answers.

A connection ends with the first thing that is not as it should be. After a whole answer it may be used again, unless
either side said otherwise or more came than was asked for.
"""

from __future__ import annotations

import asyncio
from typing import Final

import httptools

from gateway.fronts.answer_heads import PlainHead, plain_head
from gateway.fronts.codings import decoded
from gateway.fronts.deadline import NEVER, Deadline
from gateway.fronts.eager import Waiting
from gateway.http.messages import Header, Response, end_to_end
from gateway.seams import FailureKind, UpstreamFailure

# Tokens reach 100 KB where every project is in them.
MAX_HEAD_BYTES = 256 * 1024

_SWITCHING_PROTOCOLS = 101
_FRAMING = frozenset({b"content-length", b"transfer-encoding"})

LATE = UpstreamFailure(FailureKind.LATE, "the upstream took too long to answer")
MALFORMED = UpstreamFailure(FailureKind.MALFORMED, "the upstream's answer is not valid HTTP")
CUT_OFF = UpstreamFailure(FailureKind.CUT_OFF, "the upstream's answer ended before it was whole")
# Nothing came at all: on a kept connection it may have been closed before the message arrived.
UNANSWERED: Final = UpstreamFailure(FailureKind.CUT_OFF, "the upstream closed the connection before it answered")

Outcome = Response | UpstreamFailure


class Connection(asyncio.Protocol):
    """A connection. `bound` is the most bytes that a body may have."""

    def __init__(self, loop: asyncio.AbstractEventLoop, bound: int) -> None:
        self._loop = loop
        self._bound = bound
        self._transport: asyncio.Transport | None = None
        self._waiter: Waiting[Outcome] | None = None
        self._deadline = Deadline(loop, self._lose_patience)
        self._parser = httptools.HttpResponseParser(self)
        self._has_body = True
        # A plain answer that is not all there: its head, how much is missing, what came first, and its body so far.
        self._plain: PlainHead | None = None
        self._left = 0
        self._first = b""
        self._pieces: list[bytes] = []
        # Any other answer, as the parser tells it.
        self._seen = 0
        self._head_seen = False
        self._is_bodiless = True
        self._answer: Outcome | None = None
        self._headers: list[Header] = []
        self._body: list[bytes] = []
        self._size = 0
        self.is_reusable = True

    def ask(self, wire: bytes, has_body: bool, deadline: float) -> Waiting[Outcome]:
        """Write a message and return what its answer, or why there is none, will be there as. `has_body` is False for
        an answer that ends with its head; `deadline` is a time of the loop. Whoever asks says `rest` when it waits no
        more."""
        transport = self._transport
        waiter: Waiting[Outcome] = Waiting(self._loop)
        if transport is None or transport.is_closing():
            waiter.settle(UNANSWERED)
            return waiter
        self._waiter = waiter
        self._has_body = has_body
        self._seen = 0
        self._deadline.by(deadline)
        transport.write(wire)
        return waiter

    def rest(self) -> None:
        """Wait for nothing more; what is still to come makes the connection useless."""
        self._deadline.at = NEVER
        if self._waiter is not None:
            self._waiter = None
            self.close()

    def close(self) -> None:
        """End the connection at once."""
        self.is_reusable = False
        if self._transport is not None:
            self._transport.abort()

    @property
    def is_open(self) -> bool:
        return self._transport is not None and not self._transport.is_closing()

    # asyncio

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Read what came. Who waits for an answer goes on before this returns, and may ask again."""
        if self._waiter is None:
            self.close()
        elif self._seen == 0:
            self._begin(data)
        elif self._plain is not None:
            self._go_on(self._plain, data)
        else:
            self._parse(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        self.is_reusable = False
        self._deadline.stop()
        if self._waiter is None:
            return
        if (
            self._seen
            and self._plain is None
            and self._head_seen
            and _FRAMING.isdisjoint([name for name, _ in self._headers])
        ):
            self._finish(self._response())
        else:
            self._finish(CUT_OFF if self._seen else UNANSWERED)

    # Plain answers

    def _begin(self, data: bytes) -> None:
        """Read the first bytes of an answer: all of it, if it is as most are."""
        self._seen = len(data)
        end = data.find(b"\r\n\r\n") + 4
        head = plain_head(data[:end]) if self._has_body and end > 3 else None
        if head is None or head.length > self._bound or head.length < len(data) - end:
            self._parse_anew(data)
        elif head.length == len(data) - end:
            self._finish(Response(head.status, head.headers, data[end:]))
        else:
            self._plain, self._first, self._pieces = head, data, [data[end:]]
            self._left = head.length - len(data) + end

    def _go_on(self, head: PlainHead, data: bytes) -> None:
        self._left -= len(data)
        self._pieces.append(data)
        if self._left > 0:
            return
        first, pieces = self._first, self._pieces
        self._plain, self._first, self._pieces = None, b"", []
        if self._left < 0:
            # More came than was asked for.
            self._parse_anew(b"".join((first, *pieces[1:])))
        else:
            self._finish(Response(head.status, head.headers, b"".join(pieces)))

    # All others

    def _parse_anew(self, data: bytes) -> None:
        self._head_seen, self._is_bodiless, self._answer = False, True, None
        self._seen = self._size = 0
        self._headers, self._body = [], []
        self._parse(data)

    def _parse(self, data: bytes) -> None:
        self._seen += len(data)
        try:
            self._parser.feed_data(data)
        except (httptools.HttpParserUpgrade, httptools.HttpParserError):
            if not isinstance(self._answer, UpstreamFailure):
                self._fail(MALFORMED)
        if self._answer is not None:
            self._finish(self._answer)
        elif self._head_seen and not self._has_body:
            self._finish_bodiless()
        elif not self._head_seen and self._seen > MAX_HEAD_BYTES:
            self._finish(MALFORMED)

    # httptools

    def on_header(self, name: bytes, value: bytes) -> None:
        # Trailers and what follows a whole answer are no headers of it.
        if not self._head_seen:
            self._headers.append((name.lower(), value.rstrip(b" \t")))

    def on_headers_complete(self) -> None:
        if self._answer is not None:
            return
        status = self._parser.get_status_code()
        if not 200 <= status < 600:
            if status >= 600 or status in (0, _SWITCHING_PROTOCOLS):
                says = f"the upstream answered with the status {status}"
                self._fail(UpstreamFailure(FailureKind.MALFORMED, says))
            return
        self._head_seen = True

    def on_body(self, body: bytes) -> None:
        if self._answer is not None:
            return
        self._is_bodiless = False
        self._size += len(body)
        if self._size > self._bound:
            says = f"the upstream's answer is larger than {self._bound} bytes"
            self._fail(UpstreamFailure(FailureKind.TOO_LARGE, says))
        else:
            self._body.append(body)

    def on_message_complete(self) -> None:
        if self._answer is not None:
            return
        if not self._head_seen:
            self._headers.clear()
            return
        self.is_reusable = self.is_reusable and self._parser.should_keep_alive()
        if self._has_body:
            self._answer = self._response()

    def on_message_begin(self) -> None:
        # A second answer to one request: the first one counts, and nobody is asked here again.
        if self._answer is not None:
            self.is_reusable = False

    def on_chunk_header(self) -> None:
        self._is_bodiless = False

    def _finish_bodiless(self) -> None:
        """End with the head. The parser still waits for the body that it speaks of, and is not asked again."""
        self.is_reusable = self.is_reusable and self._parser.should_keep_alive()
        answer = self._response() if self._is_bodiless else MALFORMED
        self._parser = httptools.HttpResponseParser(self)
        self._finish(answer)

    def _response(self) -> Outcome:
        body = self._body[0] if len(self._body) == 1 else b"".join(self._body)
        response = Response(self._parser.get_status_code(), end_to_end(tuple(self._headers)), body)
        return decoded(response, self._bound)

    def _fail(self, failure: UpstreamFailure) -> None:
        """Have a failure as the answer; nobody is told before the parser is done."""
        self._answer = failure

    def _lose_patience(self) -> None:
        self._finish(LATE)

    def _finish(self, outcome: Outcome) -> None:
        """Tell who waits; whatever is no answer ends the connection."""
        waiter, self._waiter, self._answer, self._plain = self._waiter, None, None, None
        if isinstance(outcome, UpstreamFailure):
            self.close()
        if waiter is not None and not waiter.done():
            waiter.settle(outcome)
