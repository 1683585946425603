"""A recorded answer cut into what never changes and what is filled in for each client.

Cut once, on first use; serving it is joining the pieces. Filled in are ids, the client's own words (echoes), the name
it asked for in the `message` and the links of the same exchange, times, and a token where one was issued. Everything
else stays byte for byte as it was recorded.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from urllib.parse import quote, quote_plus

from gateway.cassette.echoes import Echo
from gateway.cassette.key import Part
from gateway.cassette.kinds import ALIAS_MARK
from gateway.cassette.leaves import Path, Span, member, spans
from gateway.cassette.times import Since, is_dated, may_be_in, since
from gateway.contract.fleeting import fleeting
from gateway.http.messages import Header, Headers, Response

TOKEN_HEADER = b"x-subject-token"


@fleeting
class IdHole:
    """The place of an id."""

    alias: str


@fleeting
class EchoHole:
    """The place of a client's own word; `raw` is the recorded text, quotes included, where the client has none."""

    echo: Echo
    raw: bytes


@fleeting
class AskedHole:
    """The place of an asked-for name in a message or link. `field` says which one."""

    field: str
    raw: bytes
    encode: Callable[[str], str]


@fleeting
class TokenHole:
    """The place of an issued token."""


@fleeting
class TimeHole:
    """The place of a time, quotes included in a body. `recorded_at` is when its answer was recorded."""

    text: str
    since: Since
    recorded_at: float
    quote: str = ""


Hole = IdHole | EchoHole | AskedHole | TokenHole | TimeHole
Piece = bytes | Hole
Fill = Callable[[Hole], bytes]
_Cut = tuple[int, int, Hole]

_ALIAS = re.compile(ALIAS_MARK)


@fleeting
class Template:
    """An answer with holes. `plain` is the whole of it when there is nothing to fill in. A `steady` one is the same
    until its client says or learns something new: it holds no asked-for name and issues no token. A `dated` one holds
    the date of its own answer."""

    status: int
    headers: tuple[tuple[bytes, tuple[Piece, ...]], ...]
    body: tuple[Piece, ...]
    plain: Response | None
    steady: bool
    dated: bool = False

    def render(self, fill: Fill) -> Response:
        """Return the answer with its holes filled and its Content-Length set to match."""
        if self.plain is not None:
            return self.plain
        body = _joined(self.body, fill)
        headers = [(name, _joined(value, fill)) for name, value in self.headers]
        if len(self.body) > 1 or not isinstance(self.body[0], bytes):
            length: Header = (b"content-length", str(len(body)).encode())
            headers = [length if header[0] == b"content-length" else header for header in headers]
        return Response(self.status, tuple(headers), body)


def template(
    response: Response, echoes: dict[Path, Echo], asked: tuple[Part, ...], issues_token: bool, recorded_at: float = 0.0
) -> Template:
    """Cut an aliased answer into pieces."""
    text, encoding = _decoded(response.body)
    cuts = sorted(_cuts(text, echoes, asked, recorded_at), key=lambda cut: cut[:2])
    body = tuple(_pieces(text, cuts, encoding))
    kept = _with_token(response.headers, issues_token)
    headers = tuple((name, _header(name, value, recorded_at)) for name, value in kept)
    pieces = (*body, *(each for _, value in headers for each in value))
    plain = None if any(not isinstance(piece, bytes) for piece in pieces) else response
    steady = not any(isinstance(piece, AskedHole | TokenHole) or _is_of(Since.TOKEN, piece) for piece in pieces)
    dated = any(_is_of(Since.ANSWER, piece) for piece in pieces)
    return Template(response.status, headers, body, plain, steady, dated)


def _is_of(since: Since, piece: Piece) -> bool:
    return isinstance(piece, TimeHole) and piece.since is since


def joined(pieces: tuple[Piece, ...]) -> bytes | None:
    """Return pieces without a hole as one, None for others."""
    if len(pieces) == 1:
        return pieces[0] if isinstance(pieces[0], bytes) else None
    parts = [piece for piece in pieces if isinstance(piece, bytes)]
    return b"".join(parts) if len(parts) == len(pieces) else None


def _joined(pieces: tuple[Piece, ...], fill: Fill) -> bytes:
    if len(pieces) == 1 and isinstance(pieces[0], bytes):
        return pieces[0]
    return b"".join([piece if isinstance(piece, bytes) else fill(piece) for piece in pieces])


def _decoded(body: bytes) -> tuple[str, str]:
    try:
        return body.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return body.decode("latin-1"), "latin-1"


def _cuts(text: str, echoes: dict[Path, Echo], asked: tuple[Part, ...], recorded_at: float) -> Iterator[_Cut]:
    """Yield what is filled in, but for ids: those stand anywhere in what is left."""
    for span in spans(text) if echoes or asked or may_be_in(text) else ():
        raw = text[span.start : span.end]
        counted = since(span.path, span.value)
        if span.path in echoes:
            yield span.start, span.end, EchoHole(echoes[span.path], raw.encode("utf-8", "surrogatepass"))
        elif counted is not None:
            yield span.start, span.end, TimeHole(span.value, counted, recorded_at, '"')
        else:
            yield from _asked(span, raw, asked)


def _asked(span: Span, raw: str, asked: tuple[Part, ...]) -> Iterator[_Cut]:
    for field, name in asked:
        for encode in _ENCODINGS.get(member(span.path), ()) if name else ():
            mark = encode(name)
            for match in re.finditer(rf"(?<![\w-]){re.escape(mark)}(?![\w-])", raw):
                hole = AskedHole(field, mark.encode("utf-8", "surrogatepass"), encode)
                yield span.start + match.start(), span.start + match.end(), hole


def as_json(value: object) -> str:
    """Return a JSON text as this module writes it into answers."""
    return json.dumps(value)


def _in_string(name: str) -> str:
    return as_json(name)[1:-1]


def _in_plain_string(name: str) -> str:
    return json.dumps(name, ensure_ascii=False)[1:-1]


def _in_query(name: str) -> str:
    return quote(name, safe="", errors="replace")


def _in_form(name: str) -> str:
    return quote_plus(name, errors="replace")


_ENCODINGS: dict[str, tuple[Callable[[str], str], ...]] = {
    "message": (_in_string, _in_plain_string),
    "href": (_in_query, _in_form, _in_string),
}
# How asked-for names are written in answers. Stored by place in this list: it only grows.
ENCODERS = (_in_string, _in_plain_string, _in_query, _in_form)


def _pieces(text: str, cuts: list[_Cut], encoding: str) -> Iterator[Piece]:
    at = 0
    for start, end, hole in cuts:
        if start >= at:
            yield from _with_ids(text[at:start], encoding)
            yield hole
            at = end
    yield from _with_ids(text[at:], encoding)
    if not text:
        yield b""


def _with_ids(text: str, encoding: str) -> Iterator[Piece]:
    at = 0
    for match in _ALIAS.finditer(text):
        if match.start() > at:
            yield text[at : match.start()].encode(encoding)
        yield IdHole(match.group())
        at = match.end()
    if at < len(text):
        yield text[at:].encode(encoding)


def _header(name: bytes, value: bytes, recorded_at: float) -> tuple[Piece, ...]:
    if name == TOKEN_HEADER:
        return (TokenHole(),)
    text = value.decode("latin-1")
    if is_dated(name, text):
        return (TimeHole(text, Since.ANSWER, recorded_at),)
    return tuple(_with_ids(text, "latin-1")) or (b"",)


def _with_token(headers: Headers, issues_token: bool) -> Headers:
    kept = tuple(header for header in headers if header[0] != TOKEN_HEADER)
    return (*kept, (TOKEN_HEADER, b"")) if issues_token else headers
