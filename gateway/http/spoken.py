"""The header lines of an answer as they go over the wire, and what they say about the connection and the answer.

Length and framing are not among them: whoever says the answer says those. Equal headers that are the same object are
written once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from gateway.http.memo import Memo
from gateway.http.messages import Header, Headers
from gateway.http.remembered import Remembered

REQUEST_ID: Final = b"x-request-id"
# Whoever says an answer knows its length.
FRAMING: Final = frozenset({b"content-length", b"transfer-encoding"})

_NO_NAME = re.compile(rb'[\x00-\x20\x7f()<>@,;:\[\]={}\\"]')
_STRAY = re.compile(rb"[\x00-\x08\x0a-\x1f\x7f]")


class Lines(NamedTuple):
    """Written header lines. `request_id` is the one that they name, None when they name none; `closes` that they end
    the connection."""

    block: bytes
    request_id: bytes | None
    closes: bool


_LINES: Memo[Header, bytes] = Memo()


def written(headers: Headers) -> Lines | None:
    """Return the lines of all headers, None for what no reader could read back: some name is none, or a value has
    control characters."""
    block, request_id, closes = [], None, False
    for header in headers:
        line = _LINES.known.get(header) or _line(header)
        if line is None:
            return None
        block.append(line)
        name, value = header
        if name == REQUEST_ID and request_id is None:
            request_id = value
        elif name == b"connection":
            closes = closes or b"close" in [option.strip(b" \t") for option in value.lower().split(b",")]
    return Lines(b"".join(block), request_id, closes)


def _line(header: Header) -> bytes | None:
    name, value = header
    if _NO_NAME.search(name) or _STRAY.search(value):
        return None
    line = name.lower() + b": " + value + b"\r\n"
    return _LINES.keep(header, line, 2 * len(line))


def _unframed(headers: Headers) -> Lines | None:
    return written(tuple([header for header in headers if header[0] not in FRAMING]))


lines_of: Callable[[Headers], Lines | None] = Remembered(_unframed).of
"""Return the lines of headers, but for those about length and framing; None as above."""
