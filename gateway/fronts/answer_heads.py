"""The heads of answers that are as plain as nearly all are, read without a parser: one length, nothing else that tells
how the body ends or what becomes of the connection.

Whatever is not plain is left to the parser, and a differential test holds what is plain against it. Upstreams repeat
themselves: equal heads are read once, and equal lines of different heads too.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from gateway.http.memo import Memo
from gateway.http.messages import HOP_BY_HOP, Header, Headers

# Longer heads are read anew each time.
_MOST_REMEMBERED_BYTES = 16 * 1024

_STATUS_LINE = re.compile(rb"HTTP/1\.1 ([2-5][0-9][0-9]) [\t -~\x80-\xff]*")
_FIELD = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):([\t -~\x80-\xff]*)")
_MOST_DIGITS = 15
_BODILESS_STATUS = frozenset({204, 304})
# A field that says more than another about the message is plain with these values alone.
_TELLING = frozenset({b"connection", b"proxy-connection", b"transfer-encoding", b"upgrade", b"content-encoding"})
_KEEPS_ALIVE: Final[Header] = (b"connection", b"keep-alive")


class PlainHead(NamedTuple):
    """What a plain head says: its end-to-end headers, and how many bytes follow before the connection is free again."""

    status: int
    headers: Headers
    length: int


_HEADS: Memo[bytes, PlainHead] = Memo()
_STATUSES: Memo[bytes, int] = Memo()
_FIELDS: Memo[bytes, Header] = Memo()


def plain_head(text: bytes) -> PlainHead | None:
    """Return what a head with its empty line says when it is plain."""
    return _HEADS.known.get(text) or _read(text)


def _read(text: bytes) -> PlainHead | None:
    line, *fields = text[:-4].split(b"\r\n")
    status = _STATUSES.known.get(line) or _status(line)
    headers, lengths = [], []
    for field in fields:
        header = _FIELDS.known.get(field) or _header(field)
        if header is None:
            return None
        name, value = header
        if name == b"content-length":
            lengths.append(value)
        if name not in HOP_BY_HOP:
            headers.append(header)
    if status is None or len(lengths) != 1 or not lengths[0].isdigit() or len(lengths[0]) > _MOST_DIGITS:
        return None
    head = PlainHead(status, tuple(headers), int(lengths[0]))
    return head if len(text) > _MOST_REMEMBERED_BYTES else _HEADS.keep(text, head, 2 * len(text))


def _status(line: bytes) -> int | None:
    match = _STATUS_LINE.fullmatch(line)
    status = int(match[1]) if match else 0
    if not match or status in _BODILESS_STATUS:
        return None
    return _STATUSES.keep(line, status, len(line))


def _header(field: bytes) -> Header | None:
    match = _FIELD.fullmatch(field)
    if match is None:
        return None
    name, value = match[1].lower(), match[2].strip(b" \t")
    if name in _TELLING and (name, value.lower()) != _KEEPS_ALIVE:
        return None
    return _FIELDS.keep(field, (name, value), 3 * len(field))
