"""HAR 1.2, the form in which browsers, mitmproxy and many others keep traffic: written and read.

What HAR has no place for stands in `_evsGateway`, and a request body that is no text in `_evsEncoding`, as the
format asks of custom fields. Source: HAR 1.2 Spec, http://www.softwareishard.com/blog/har-12-spec/.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from http.client import responses
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, urlencode

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from gateway.cassette.exchange import Exchange
from gateway.cassette.foreign import ORIGIN, Imported, Marks, marked, octets, target_of, understood, unmarked, url_of
from gateway.cassette.text_forms import parsed
from gateway.errors import CassetteError
from gateway.http.messages import Header, Headers, Request, Response

_HEAD = {"version": "1.2", "creator": {"name": "evs-gateway", "version": "1"}, "pages": []}
_UNKNOWN_SIZE = -1
_FIRST = 100
_FIRST_FINAL = 200
_NOT_MODIFIED = 304
_BOM = b"\xef\xbb\xbf"


def _moment(text: Any) -> Any:
    return datetime.fromisoformat(text) if isinstance(text, str) else text


class _Foreign(BaseModel):
    """Other tools put members of their own everywhere."""

    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class _Pair(_Foreign):
    name: str
    value: str = ""


class _Posted(_Foreign):
    text: str | None = None
    params: list[_Pair] = Field(default_factory=list)
    encoding: str = ""
    own_encoding: str = Field(default="", alias="_evsEncoding")


class _Asked(_Foreign):
    method: str
    url: str
    headers: list[_Pair] = Field(default_factory=list)
    posted: _Posted | None = Field(default=None, alias="postData")


class _Content(_Foreign):
    text: str | None = None
    encoding: str | None = None
    size: float | None = None

    @property
    def was_dropped(self) -> bool:
        """True when there was a body and it is not here: browsers forget those of pages that are left."""
        return self.text is None and (self.size or 0) > 0


class _Answered(_Foreign):
    status: Annotated[int, Field(ge=0, le=999)]
    headers: list[_Pair] = Field(default_factory=list)
    content: _Content = _Content()


class _Entry(_Foreign):
    started: Annotated[datetime, BeforeValidator(_moment)] = Field(alias="startedDateTime")
    time_ms: Annotated[float, Field(le=1e12)] | None = Field(default=0, alias="time")
    request: _Asked
    response: _Answered
    connection: str = ""
    marks: Marks | None = Field(default=None, alias="_evsGateway")


class _Log(_Foreign):
    version: Literal["1.1", "1.2"] = "1.2"
    entries: list[_Entry]


class _Archive(_Foreign):
    log: _Log


def written(exchanges: Iterable[Exchange], origin: str = ORIGIN) -> Iterator[bytes]:
    """Yield the parts of a HAR document, one an exchange, so that its size does not matter."""
    yield b'{"log": {' + json.dumps(_HEAD)[1:-1].encode() + b', "entries": ['
    for number, exchange in enumerate(exchanges):
        yield (b",\n" if number else b"\n") + json.dumps(_entry(exchange, origin)).encode()
    yield b"\n]}}\n"


def read(document: bytes) -> Imported:
    """Return the exchanges of a HAR document, not redacted yet, and what was left out.

    Errors: CassetteError that names the member for what is no HAR.
    """
    archive = parsed(_Archive, "HAR", document.removeprefix(_BOM))
    judged = [(f"log.entries.{place}", entry, _flaw(entry)) for place, entry in enumerate(archive.log.entries)]
    found = [_exchange(entry, f"HAR: {place}") for place, entry, flaw in judged if not flaw]
    skipped = tuple(f"{place}: left out: {flaw}" for place, _, flaw in judged if flaw)
    return Imported([exchange.numbered(seq) for seq, exchange in enumerate(found, 1)], skipped)


def _flaw(entry: _Entry) -> str:
    """Return why an entry is no exchange with an EVS, nothing for one that is."""
    scheme, answered = entry.request.url.partition(":")[0].lower(), entry.response
    if scheme not in ("http", "https"):
        return f"is no HTTP request ({scheme[:20]}:)"
    if entry.request.method.upper() == "CONNECT":
        return "opens a tunnel"
    if answered.status < (_FIRST if entry.marks else _FIRST_FINAL):
        return "has no answer" if answered.status < _FIRST else f"has no final answer ({answered.status})"
    if answered.content.was_dropped and answered.status != _NOT_MODIFIED and entry.request.method.upper() != "HEAD":
        return "the body of its answer was not saved"
    return ""


def _entry(exchange: Exchange, origin: str) -> dict[str, Any]:
    request, response = exchange.request, exchange.response
    url, elapsed_ms = url_of(request.target, origin), max(exchange.elapsed_ms, 0)
    return {
        "startedDateTime": datetime.fromtimestamp(exchange.started_at, UTC).isoformat(timespec="microseconds"),
        "time": elapsed_ms,
        "request": {
            "method": request.method,
            "url": url,
            "queryString": _pairs(parse_qsl(request.query.decode("latin-1"), keep_blank_values=True)),
            **_head(request.headers),
            "bodySize": len(request.body),
            **({"postData": _posted(request)} if request.body else {}),
        },
        "response": {
            "status": response.status,
            "statusText": phrase(response.status),
            **_head(response.headers),
            "content": _content(response),
            "redirectURL": (response.header(b"location") or b"").decode("latin-1"),
            "bodySize": len(response.body),
        },
        "cache": {},
        "timings": {"send": 0, "wait": elapsed_ms, "receive": 0},
        **({"connection": exchange.connection} if exchange.connection else {}),
        "_evsGateway": marked(exchange, url),
    }


def phrase(status: int) -> str:
    """Return the usual words of a status."""
    return responses.get(status, "")


def _head(headers: Headers) -> dict[str, Any]:
    pairs = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]
    return {"httpVersion": "HTTP/1.1", "cookies": [], "headers": _pairs(pairs), "headersSize": _UNKNOWN_SIZE}


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _posted(request: Request) -> dict[str, str]:
    text, coded = _text(request.body)
    posted = {"mimeType": _media_type(request.headers), "text": text}
    return {**posted, "_evsEncoding": "base64"} if coded else posted


def _content(response: Response) -> dict[str, Any]:
    content: dict[str, Any] = {"size": len(response.body), "mimeType": _media_type(response.headers)}
    if not response.body:
        return content
    text, coded = _text(response.body)
    return {**content, "text": text, **({"encoding": "base64"} if coded else {})}


def _media_type(headers: Headers) -> str:
    return next((value for name, value in headers if name == b"content-type"), b"").decode("latin-1")


def _text(body: bytes) -> tuple[str, bool]:
    """Return a body as text, and whether it had to be base64."""
    try:
        return body.decode("utf-8"), False
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), True


def _exchange(entry: _Entry, place: str) -> Exchange:
    asked, answered = entry.request, entry.response
    body = _body(answered.content.text, answered.content.encoding, f"{place}.response.content")
    request = Request(asked.method, target_of(asked.url), _headers(asked.headers), _sent(asked.posted, place))
    response = Response(answered.status, _headers(answered.headers), body)
    if entry.marks:
        return unmarked(entry.marks, request, response)
    started = entry.started if entry.started.tzinfo else entry.started.replace(tzinfo=UTC)
    at = started.timestamp()
    known = Request(request.method, request.target, request.headers, request.body, connection=entry.connection)
    return understood(known, _without_coding(response), at, at + (entry.time_ms or 0) / 1000)


def _without_coding(response: Response) -> Response:
    """Return an answer without its content coding: a HAR holds bodies as they were read."""
    return Response(
        response.status, tuple(each for each in response.headers if each[0] != b"content-encoding"), response.body
    )


def _headers(pairs: list[_Pair]) -> Headers:
    return tuple(_header(pair) for pair in pairs)


def _header(pair: _Pair) -> Header:
    return octets(pair.name).lower(), octets(pair.value)


def _sent(posted: _Posted | None, place: str) -> bytes:
    if posted is None:
        return b""
    if posted.text is None:
        return urlencode([(pair.name, pair.value) for pair in posted.params]).encode()
    return _body(posted.text, posted.own_encoding or posted.encoding, f"{place}.request.postData")


def _body(text: str | None, encoding: str | None, place: str) -> bytes:
    if encoding != "base64" or not text:
        return (text or "").encode("utf-8")
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise CassetteError(f"{place}: is no base64: {error}") from error
