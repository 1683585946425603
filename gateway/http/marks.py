"""What an answer says of who gave it: Proxy-Status (RFC 9209) and Cache-Status (RFC 9211)."""

from __future__ import annotations

from typing import NamedTuple

from gateway.http.messages import Headers, first_header

_PROXY = b"proxy-status"
_CACHE = b"cache-status"
_NAMES = frozenset({_PROXY, _CACHE})


class Marks(NamedTuple):
    """The two, None where one is not said."""

    proxy: bytes | None = None
    cache: bytes | None = None


NO_MARKS = Marks()


def marks_of(headers: Headers) -> Marks:
    """Return what header fields say."""
    if _NAMES.isdisjoint([name for name, _ in headers]):
        return NO_MARKS
    return Marks(first_header(headers, _PROXY), first_header(headers, _CACHE))
