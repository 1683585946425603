"""A cut answer as bytes, to be stored beside its exchange and fetched ready: one JSON list, bytes as Latin-1 text.

Every kind of hole has a letter and is written as the values of its fields; what encodes an asked-for name is written by
its place in a list, which only grows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import astuple, fields
from types import MappingProxyType
from typing import Any

from gateway.cassette.answers import (
    ENCODERS,
    AskedHole,
    EchoHole,
    Hole,
    IdHole,
    Piece,
    Template,
    TimeHole,
    TokenHole,
    joined,
)
from gateway.cassette.echoes import Echo
from gateway.cassette.spoken import dumped, loaded
from gateway.cassette.times import Since
from gateway.http.messages import Response

# Of a template: status, headers, body and what is rendered when it holds no hole; then marks of it.
_Headers = tuple[tuple[bytes, tuple[Piece, ...]], ...]
_MARKS = [each.name for each in fields(Template)][4:]


def packed(template: Template) -> bytes:
    """Return a template as bytes."""
    headers = [[name.decode("latin-1"), [_packed(piece) for piece in value]] for name, value in template.headers]
    body = [_packed(piece) for piece in template.body]
    return dumped([template.status, headers, body, *(getattr(template, mark) for mark in _MARKS)])


def unpacked(raw: bytes) -> Template:
    """Return the template of bytes that `packed` has made."""
    status, headers, body, *marks = loaded(raw)
    held = tuple([(name.encode("latin-1"), _pieces(value)) for name, value in headers])
    pieces = _pieces(body)
    return Template(status, held, pieces, _plain(status, held, pieces), *marks)


def _pieces(told: list[Any]) -> tuple[Piece, ...]:
    if len(told) == 1 and isinstance(told[0], str):
        return (told[0].encode("latin-1"),)
    return tuple([piece.encode("latin-1") if isinstance(piece, str) else _unpacked(piece) for piece in told])


def _plain(
    status: int, headers: tuple[tuple[bytes, tuple[Piece, ...]], ...], body: tuple[Piece, ...]
) -> Response | None:
    content = joined(body)
    whole = [] if content is None else [(name, value) for name, told in headers if (value := joined(told)) is not None]
    return None if content is None or len(whole) < len(headers) else Response(status, tuple(whole), content)


def _packed(piece: Piece) -> Any:
    if isinstance(piece, bytes):
        return piece.decode("latin-1")
    letter, write, _ = _CODES[type(piece)]
    return [letter, *write(piece)]


def _unpacked(piece: Any) -> Hole:
    return _READERS[piece[0]](*piece[1:])


# Looked up quicker than by the enumeration itself.
_SINCE: Mapping[str, Since] = MappingProxyType({each.value: each for each in Since})


def _echo(write: int, path: list[str | int], suffix: str, raw: str) -> EchoHole:
    return EchoHole(Echo(write, tuple(path), suffix), raw.encode("latin-1"))


def _asked(field: str, raw: str, encoder: int) -> AskedHole:
    return AskedHole(field, raw.encode("latin-1"), ENCODERS[encoder])


def _time(text: str, since: str, recorded_at: float, quote: str) -> TimeHole:
    return TimeHole(text, _SINCE[since], recorded_at, quote)


_Code = tuple[str, Callable[[Any], list[Any]], Callable[..., Hole]]
_CODES: Mapping[type[Hole], _Code] = MappingProxyType(
    {
        IdHole: ("i", lambda hole: [hole.alias], IdHole),
        EchoHole: ("e", lambda hole: [*astuple(hole.echo), hole.raw.decode("latin-1")], _echo),
        AskedHole: (
            "a",
            lambda hole: [hole.field, hole.raw.decode("latin-1"), ENCODERS.index(hole.encode)],
            _asked,
        ),
        TokenHole: ("t", lambda _: [], TokenHole),
        TimeHole: ("d", lambda hole: [hole.text, hole.since.value, hole.recorded_at, hole.quote], _time),
    }
)
_READERS: Mapping[str, Callable[..., Hole]] = MappingProxyType({letter: read for letter, _, read in _CODES.values()})
