"""The header lines of an answer as they go over the wire, and what they say about the connection and the answer.

Length and framing are not among them: whoever says the answer says those. Equal headers that are the same object are
written once.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from gateway.http.memo import HeadersMemo, Memo
from gateway.http.messages import Header, Headers

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


def _written(headers: Headers) -> Lines | None:
    """Return the lines, None for what no reader could read back: some name is none, or a value has control
    characters."""
    block, request_id, closes = [], None, False
    for header in headers:
        name, value = header
        line = _LINES.known.get(header)
        if line is None:
            if _NO_NAME.search(name) or _STRAY.search(value):
                return None
            name = name.lower()
            line = b"" if name in FRAMING else name + b": " + value + b"\r\n"
            _LINES.keep(header, line, len(line))
        block.append(line)
        if name == REQUEST_ID and request_id is None:
            request_id = value
        elif name == b"connection":
            closes = closes or b"close" in [option.strip(b" \t") for option in value.lower().split(b",")]
    return Lines(b"".join(block), request_id, closes)


lines_of = HeadersMemo(_written)
