"""An answer as bytes: its head written as uvicorn writes it, so that no client can tell which way it came.

Knows no connection; says of an answer whether another may follow it.
"""

from __future__ import annotations

from typing import NamedTuple

from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from gateway.fronts.hearing import BODILESS_STATUS, heard
from gateway.http.messages import Headers, Response
from gateway.http.spoken import lines_of, written
from gateway.seams import named

_CLOSE = b"connection: close\r\n"
# What is said where the gateway itself broke.
BROKEN = Response(
    500,
    ((b"content-type", b"text/plain; charset=utf-8"), (b"content-length", b"21")),
    b"Internal Server Error",
)


class Said(NamedTuple):
    """A head and what follows it; `keeps_alive` when the connection goes on behind it."""

    head: bytes
    body: bytes
    keeps_alive: bool


def said(method: str, response: Response, request_id: str, keeps_alive: bool) -> Said | None:
    """Return an answer as it is said to a request of this method, under its own id or the given one.

    None when it cannot be said: some header of it is none.
    """
    status = response.status
    if method == "HEAD" or status in BODILESS_STATUS:
        bare = heard(method, named(response, request_id))
        return head_of(bare.status, bare.headers, keeps_alive)
    lines, line = lines_of(response.headers), STATUS_LINE.get(status)
    if lines is None or line is None:
        return None
    block, own_id, closes = lines
    length = (
        b"content-length: %d\r\n\r\n" if keeps_alive or closes else b"content-length: %d\r\nconnection: close\r\n\r\n"
    )
    body = response.body
    given = b"" if own_id is not None else b"x-request-id: %b\r\n" % request_id.encode()
    return Said(b"".join((line, block, given, length % len(body))), body, keeps_alive and not closes)


def head_of(status: int, headers: Headers, keeps_alive: bool) -> Said | None:
    """Return a head with the headers as they stand, whatever they say about the body."""
    lines, line = written(headers), STATUS_LINE.get(status)
    if lines is None or line is None:
        return None
    block, _, closes = lines
    end = b"\r\n" if keeps_alive or closes else _CLOSE + b"\r\n"
    return Said(line + block + end, b"", keeps_alive and not closes)
