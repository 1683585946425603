"""HTTP/1.1 read strictly from bytes: heads, bodies, ends of messages, or one fault after which nothing more is read.

Takes none of the liberties that RFC 9112 leaves to a recipient, because two readers that take different ones see
different requests: no bare LF, no folded lines, no list of lengths, no coding but `chunked`, nothing between a name and
its colon. Trailers are read and dropped. An offer to upgrade is a header like any other. Opens nothing, knows no
clock, and does not judge what a request asks for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from gateway.http.memo import Memo
from gateway.http.messages import Headers

# Two tokens of 100 KB (a caller's and a subject's) and everything else.
MAX_HEAD_BYTES = 256 * 1024
# Twice the longest target: enough to say that it is too long.
MAX_LINE_BYTES = 32 * 1024
MAX_TRAILER_BYTES = 8 * 1024
# A size, its line end, and extensions that nobody uses.
MAX_CHUNK_LINE_BYTES = 256

TOKEN_BYTES = b"!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
VALUE_BYTES = bytes({9, *range(32, 127), *range(128, 256)})
_TOKEN = rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_REQUEST_LINE = re.compile(rb"(" + _TOKEN + rb") ([^\x00-\x20\x7f]+) HTTP/([0-9]\.[0-9])")
# What cannot be in a target, and methods whose names need not be looked at.
_NO_TARGET = bytes({*range(33), 127})
_METHODS = {name.encode(): name for name in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")}
_TRAILERS = re.compile(rb"(?:" + _TOKEN + rb":[^\x00-\x08\x0a-\x1f\x7f]*\r\n)*")
_STRAY = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|(?<!\r)\n|\r(?!\n|\Z)")
_FRAMING = frozenset({b"content-length", b"transfer-encoding"})
_LENGTH = re.compile(rb"0|[1-9][0-9]{0,17}")
_CHUNK_LINE = re.compile(rb"([0-9A-Fa-f]{1,16})(?:;[\t -~]*)?\r\n")


class Head(NamedTuple):
    """The head of a request, its header names in lower case. `length` is that of the body, None for a chunked one."""

    method: str
    target: bytes
    version: str
    headers: Headers
    length: int | None
    keeps_alive: bool
    expects_continue: bool


class _Fields(NamedTuple):
    """What the header lines of an HTTP/1.1 request say, whatever its first line is."""

    headers: Headers
    length: int | None
    keeps_alive: bool
    expects_continue: bool


# A client sends the same lines with each of its requests. What was refused is not remembered.
_KNOWN: Final[Memo[bytes, _Fields]] = Memo()
_MOST_REMEMBERED_BYTES = 32 * 1024
# No header lines are these: none of them can be without its end.
_NOTHING_SAID = b"\n", _Fields((), None, False, False)


class End(Enum):
    """The end of a message."""

    OF_MESSAGE = "end of message"


@dataclass(frozen=True, slots=True)
class Fault:
    """Why nothing more is read on this connection, and the status that says so. An answer to HEAD has no body, also
    when it is a refusal."""

    status: int
    message: str
    method: str = "GET"


_TWO_WAYS = Fault(400, "A request must say the length of its body in one way only.")

Event = Head | bytes | End | Fault
END: Final = End.OF_MESSAGE


class Stage(Enum):
    """What a reader waits for."""

    NOTHING_BEGUN = "nothing begun"
    HEAD = "the rest of a head"
    BODY = "the rest of a body"
    NOTHING_MORE = "nothing more"


class Reader:
    """The requests of one connection, in whatever pieces their bytes come."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._at_head: Callable[[], Event | None] = self._read_head
        self._step = self._at_head
        # What the connection said last it is likely to say again: comparing is quicker than looking up.
        self._last = _NOTHING_SAID
        self._seen = 0
        self._has_skipped = False
        self._left = 0
        self._keeps_alive = True

    @property
    def stage(self) -> Stage:
        if self._step is self._at_head:
            return Stage.HEAD if self._buffer or self._has_skipped else Stage.NOTHING_BEGUN
        return Stage.NOTHING_MORE if self._step == self._drop else Stage.BODY

    def whole(self, data: bytes) -> tuple[Head, bytes] | None:
        """Return the head and the body of a request, when that is what came, whole and alone, under header lines that
        were read before, and nothing more is expected of us. None leaves the bytes to `feed`, which has the same to say
        about them."""
        if self._step is not self._at_head or self._buffer or self._has_skipped:
            return None
        line_end = data.find(b"\r\n")
        lines, fields = self._last
        if not data.startswith(lines, line_end + 2):
            lines = data[line_end + 2 : data.find(b"\r\n\r\n", line_end) + 4]
            known = _KNOWN.known.get(lines)
            if known is None:
                return None
            fields = known
            self._last = lines, fields
        end = line_end + 2 + len(lines)
        parts = data[:line_end].split(b" ")
        if len(parts) != 3 or fields.length != len(data) - end or end > MAX_HEAD_BYTES or fields.expects_continue:
            return None
        method, target, version = _METHODS.get(parts[0]), parts[1], parts[2]
        if method is None or version != b"HTTP/1.1" or not target or target.translate(None, _NO_TARGET) != target:
            return None
        if not fields.keeps_alive:
            self.stop()
        return Head(method, target, "1.1", *fields), data[end:]

    def feed(self, data: bytes) -> Iterator[Event]:
        """Take bytes and yield what they complete; the pieces of a body as they come."""
        self._buffer += data
        while (event := self._step()) is not None:
            yield event

    def stop(self) -> None:
        """Read nothing more, whatever comes."""
        self._step = self._drop

    def _drop(self) -> None:
        self._buffer.clear()

    def _fail(self, status: int, message: str, method: str = "GET") -> Fault:
        self.stop()
        return Fault(status, message, method)

    def _read_head(self) -> Event | None:
        """Read a head; one empty line before it passes (RFC 9112, section 2.2)."""
        buffer = self._buffer
        if not buffer:
            return None
        if not self._has_skipped and buffer.startswith(b"\r\n"):
            self._has_skipped = True
            del buffer[:2]
        end = buffer.find(b"\r\n\r\n", max(0, self._seen - 3)) + 4
        if end < 4 or end > MAX_HEAD_BYTES:
            return self._await_head()
        text = bytes(buffer) if end == len(buffer) else bytes(buffer[:end])
        del buffer[:end]
        head = head_of(text)
        if isinstance(head, Fault):
            return self._fail(head.status, head.message, "HEAD" if text.startswith(b"HEAD ") else "GET")
        return self._begin(head)

    def _await_head(self) -> Fault | None:
        """Wait for the rest of a head, unless what is there can be none."""
        buffer = self._buffer
        has_line = b"\r\n" in buffer
        if len(buffer) > MAX_HEAD_BYTES:
            return self._fail(431, f"The request head is larger than {MAX_HEAD_BYTES} bytes.")
        if not has_line and len(buffer) > MAX_LINE_BYTES:
            return self._fail(414, f"The request line is longer than {MAX_LINE_BYTES} bytes.")
        line = bytes(buffer.partition(b"\r\n")[0]) if has_line else b""
        if _STRAY.search(buffer, max(0, self._seen - 1)) or (has_line and not _REQUEST_LINE.fullmatch(line)):
            self.stop()
            return _fault_of(line)
        self._seen = len(buffer)
        return None

    def _begin(self, head: Head) -> Head:
        self._seen, self._has_skipped, self._keeps_alive = 0, False, head.keeps_alive
        if head.length is None:
            self._step = self._read_chunk_line
        else:
            self._left = head.length
            self._step = self._read_rest if head.length else self._end
        return head

    def _end(self) -> Event:
        self._step = self._at_head if self._keeps_alive else self._drop
        return END

    def _read_rest(self) -> Event | None:
        if self._left:
            return self._take()
        return self._end()

    def _take(self) -> bytes | None:
        data = bytes(self._buffer[: self._left])
        del self._buffer[: len(data)]
        self._left -= len(data)
        return data or None

    def _read_chunk_line(self) -> Event | None:
        match = _CHUNK_LINE.match(self._buffer, 0, MAX_CHUNK_LINE_BYTES)
        if match is None:
            if b"\n" in self._buffer or len(self._buffer) >= MAX_CHUNK_LINE_BYTES:
                return self._fail(400, "The size of a chunk is malformed.")
            return None
        self._left = int(match[1], 16)
        del self._buffer[: match.end()]
        self._step = self._read_chunk if self._left else self._read_trailers
        return self._step()

    def _read_chunk(self) -> Event | None:
        if self._left:
            return self._take()
        if len(self._buffer) < 2:
            return None
        if not self._buffer.startswith(b"\r\n"):
            return self._fail(400, "A chunk is longer than it says.")
        del self._buffer[:2]
        self._step = self._read_chunk_line
        return self._step()

    def _read_trailers(self) -> Event | None:
        """Read the trailers and drop them: what comes after a body can change nothing about it."""
        fields = _TRAILERS.match(self._buffer, 0, MAX_TRAILER_BYTES)
        end = fields.end() if fields is not None else 0
        if self._buffer.startswith(b"\r\n", end):
            del self._buffer[: end + 2]
            return self._end()
        if b"\n" in self._buffer[end:] or len(self._buffer) >= MAX_TRAILER_BYTES:
            return self._fail(400, "The trailers are malformed or too large.")
        return None


def head_of(text: bytes) -> Head | Fault:
    """Return the head that a text with its empty line is, or the first thing that is wrong with it."""
    line, _, rest = text.partition(b"\r\n")
    known = _KNOWN.known.get(rest)
    request = _REQUEST_LINE.fullmatch(line)
    if known is not None and request is not None and request[3] == b"1.1":
        return Head(request[1].decode(), request[2], "1.1", *known)
    return _read_anew(text)


def _read_anew(text: bytes) -> Head | Fault:
    lines = text[:-4].split(b"\r\n")
    line = _REQUEST_LINE.fullmatch(lines[0])
    # What is left without plain characters are line ends; as many as there are lines, or else some are bare.
    if line is None or text.translate(None, VALUE_BYTES) != b"\r\n" * (len(lines) + 1):
        return _fault_of(lines[0])
    headers = []
    for field in lines[1:]:
        name, colon, value = field.partition(b":")
        if not colon:
            return _field_fault(field)
        headers.append((name.lower(), value.strip(b" \t")))
    fields = dict(headers)
    if b"" in fields or b"".join(fields).translate(None, TOKEN_BYTES):
        return _field_fault(*lines[1:])
    method, target, version = line.groups()
    if version not in (b"1.1", b"1.0"):
        return Fault(505, "Only HTTP/1.1 is spoken here.")
    head = _framed(method, target, version, tuple(headers), fields)
    if isinstance(head, Head) and version == b"1.1":
        _remember(text[len(lines[0]) + 2 :], head)
    return head


def _remember(lines: bytes, head: Head) -> None:
    if len(lines) <= _MOST_REMEMBERED_BYTES:
        said = _Fields(head.headers, head.length, head.keeps_alive, head.expects_continue)
        _KNOWN.keep(lines, said, 2 * len(lines))


def _framed(
    method: bytes, target: bytes, version: bytes, headers: Headers, fields: Mapping[bytes, bytes]
) -> Head | Fault:
    """Return the head with what its fields say about the connection. `fields` are the last ones of each name."""
    speaks_1_1 = version == b"1.1"
    if b"host" not in fields and speaks_1_1:
        return Fault(400, "A request must have one Host header.")
    if len(fields) != len(headers):
        fault = _repetition_fault([name for name, _ in headers])
        if fault is not None:
            return fault
    length = 0 if _FRAMING.isdisjoint(fields) else _length_of(fields, speaks_1_1)
    if isinstance(length, Fault):
        return length
    keeps_alive = speaks_1_1 and (b"connection" not in fields or not _says_close(headers))
    expects = speaks_1_1 and length != 0 and fields.get(b"expect", b"").lower() == b"100-continue"
    return Head(method.decode(), target, "1.1" if speaks_1_1 else "1.0", headers, length, keeps_alive, expects)


def _repetition_fault(names: list[bytes]) -> Fault | None:
    if names.count(b"host") > 1:
        return Fault(400, "A request must have one Host header.")
    if names.count(b"content-length") > 1 or names.count(b"transfer-encoding") > 1:
        return _TWO_WAYS
    return None


def _length_of(fields: Mapping[bytes, bytes], speaks_1_1: bool) -> int | Fault | None:
    """Return the length of the body, None for a chunked one. What two readers might frame differently is a fault."""
    length, coding = fields.get(b"content-length"), fields.get(b"transfer-encoding")
    if coding is None:
        digits = _LENGTH.fullmatch(length or b"")
        return int(digits[0]) if digits else Fault(400, "The Content-Length must be a decimal number.")
    if length is not None or not speaks_1_1:
        return _TWO_WAYS
    return None if coding.lower() == b"chunked" else Fault(501, "The only transfer coding known here is chunked.")


def _says_close(headers: Headers) -> bool:
    options = b",".join([value for name, value in headers if name == b"connection"]).lower()
    return b"close" in options and b"close" in [option.strip(b" \t") for option in options.split(b",")]


def _fault_of(line: bytes) -> Fault:
    """Return what is wrong with a head, or with the beginning of one: its line, or some character."""
    if not _REQUEST_LINE.fullmatch(line):
        return Fault(400, "The request line is malformed.")
    return Fault(400, "The request head holds a control character or a bare line break.")


def _field_fault(*lines: bytes) -> Fault:
    if any(line[:1] in (b" ", b"\t") for line in lines):
        return Fault(400, "A header line is folded.")
    return Fault(400, "A header name is malformed.")
