"""Headers as lines of the text form. What differs in every recording stands there as a token: dates, request ids and
the lengths of bodies."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from email.utils import formatdate
from types import MappingProxyType
from uuid import NAMESPACE_URL, uuid5

from gateway.http.messages import Header, Headers

DATE = b"<date>"
REQUEST_ID = b"<request-id>"
LENGTH = b"<length>"
_TOKENS: Mapping[bytes, bytes] = MappingProxyType(
    {
        b"date": DATE,
        b"x-request-id": REQUEST_ID,
        b"x-openstack-request-id": REQUEST_ID,
        b"x-compute-request-id": REQUEST_ID,
        b"x-trans-id": REQUEST_ID,
    }
)
_LEFT_OUT = frozenset({b"x-sdk-date"})


def in_words(headers: Headers, body: bytes) -> list[str]:
    """Return the headers of a message with this body as lines."""
    return [b": ".join(_token(header, body)).decode("latin-1") for header in headers if header[0] not in _LEFT_OUT]


def from_words(lines: Iterable[str], body: bytes) -> Headers:
    """Return the headers that lines stand for, with the body's true length; other tokens stay."""
    pairs = (line.encode("latin-1").partition(b": ") for line in lines)
    return tuple((name, _length(name, value, body)) for name, _, value in pairs)


def shown(headers: Headers, at: float, seq: int) -> Headers:
    """Return headers as a client may be shown them: a date and an id of the right form for their tokens."""
    return tuple((name, _shown(name, value, at, seq)) for name, value in headers)


def _token(header: Header, body: bytes) -> Header:
    name, value = header
    if name == b"content-length" and value == str(len(body)).encode():
        return name, LENGTH
    return name, _TOKENS.get(name, value)


def _length(name: bytes, value: bytes, body: bytes) -> bytes:
    return str(len(body)).encode() if name == b"content-length" and value == LENGTH else value


def _shown(name: bytes, value: bytes, at: float, seq: int) -> bytes:
    if _TOKENS.get(name) != value:
        return value
    return formatdate(at, usegmt=True).encode() if value == DATE else _request_id(seq)


def _request_id(seq: int) -> bytes:
    return f"req-{uuid5(NAMESPACE_URL, f'evs-gateway/{seq}')}".encode()
