"""Requests as they are written down: flags, lines of JSON, entries of a HAR file. Each becomes a request or a reason.

Nothing is mended on the way: what the record holds is what gets judged.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import IO, Any
from urllib.parse import urlencode, urlsplit

from gateway.cli.check.json_stream import JsonStream, NotReadable
from gateway.contract.model import JsonValue
from gateway.http.messages import Headers, Request
from gateway.http.strict_json import Json, parse

# A body of 12 MB, each byte of it escaped.
MAX_LINE_BYTES = 80 * 1024 * 1024

_JSON: Headers = ((b"content-type", b"application/json"),)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that can be judged, under the id of its record."""

    id: JsonValue
    request: Request


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A record that is no request, and why."""

    id: JsonValue
    why: str


Record = Asked | Unreadable


def from_flags(method: str, target: str, headers: Iterable[str], body: bytes) -> Request:
    """Return the request that the flags describe. Errors: NotReadable for a header without a colon."""
    pairs = tuple(_header_line(line) for line in headers)
    return Request(method, _origin_form(target), pairs or (_JSON if body else ()), body)


def from_lines(stream: IO[bytes]) -> Iterator[Record]:
    """Yield the record of each line that is not blank; without an id, the number of the line stands for it."""
    number = 0
    while line := stream.readline(MAX_LINE_BYTES):
        number += 1
        if len(line) == MAX_LINE_BYTES and not line.endswith(b"\n"):
            yield Unreadable(number, f"line {number} is longer than {MAX_LINE_BYTES} bytes")
            _skip_line(stream)
        elif line.strip():
            yield _from_line(number, line)


def from_har(read: Callable[[int], str]) -> Iterator[Record]:
    """Yield the record of each entry of a HAR 1.2 document, counted from 1; a broken document ends the reading."""
    number = 0
    try:
        for entry in _entries(JsonStream(read)):
            number += 1
            yield _from_entry(number, entry)
    except (NotReadable, UnicodeDecodeError) as error:
        yield Unreadable(number + 1, f"the document is unreadable after entry {number}: {error}")


def _skip_line(stream: IO[bytes]) -> None:
    while (rest := stream.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
        pass


def _from_line(number: int, line: bytes) -> Record:
    record_id: JsonValue = number
    try:
        members = _members(line.decode("utf-8-sig"))
        record_id = _id_of(members, number)
        return Asked(record_id, _request(members))
    except (NotReadable, UnicodeError) as error:
        return Unreadable(record_id, f"line {number}: {error}")


def _members(text: str) -> dict[str, tuple[Any, str]]:
    """Return the members of a record, each as value and as text. Errors: NotReadable, also for a member given twice."""
    stream, members = JsonStream(io.StringIO(text).read), dict[str, tuple[Any, str]]()
    for key in stream.members():
        if key in members:
            raise NotReadable(f"{key!r} stands twice in the record")
        members[key] = stream.value()
    if stream.peek():
        raise NotReadable("more than one JSON object on the line")
    return members


def _id_of(members: Mapping[str, tuple[Any, str]], number: int) -> JsonValue:
    """Return the id of a record as it was given: numbers are such again, though the reader keeps them as text."""
    if "id" not in members:
        return number
    value, text = members["id"]
    read = parse(text.encode("utf-8", "surrogatepass"))
    return read.value if isinstance(read, Json) else value


def _request(members: Mapping[str, tuple[Any, str]]) -> Request:
    method, path = (_text(members, name) for name in ("method", "path"))
    query = _query(*members["query"]) if "query" in members else ""
    target = path + ("&" if "?" in path else "?") + query if query else path
    body = _body(*members["body"]) if "body" in members else b""
    if members.get("headers", (None,))[0] is None:
        return Request(method, target.encode(), _JSON if body else (), body)
    return Request(method, target.encode(), _headers(members["headers"][0]), body)


def _text(members: Mapping[str, tuple[Any, str]], name: str) -> str:
    value, text = members.get(name, (None, ""))
    if not isinstance(value, str) or not text.startswith('"'):
        raise NotReadable(f"{name!r} must be a string")
    return value


def _query(value: Any, text: str) -> str:
    """Return the raw query: given as it is, or made of an object whose values may be lists."""
    match value:
        case None:
            return ""
        case str() if text.startswith('"'):
            return value.removeprefix("?")
        case dict():
            return urlencode([(name, _spelled(each)) for name, values in value.items() for each in _several(values)])
    raise NotReadable("'query' must be an object or a string")


def _spelled(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case None:
            return ""
        case str():
            return value
    raise NotReadable("a value in 'query' must be a string, a number, true, false or null")


def _body(value: Any, text: str) -> bytes:
    """Return the bytes of a body: a string is the body itself, any other JSON stands for its own text."""
    if value is None:
        return b""
    return (value if text.startswith('"') else text).encode("utf-8", "surrogatepass")


def _headers(value: Any) -> Headers:
    match value:
        case dict():
            return tuple(_header(name, each) for name, values in value.items() for each in _several(values))
        case list() if all(isinstance(each, dict) for each in value):
            return tuple(_header(each.get("name"), each.get("value")) for each in value)
    raise NotReadable("'headers' must be an object, or an array of objects with name and value")


def _several(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _header(name: Any, value: Any) -> tuple[bytes, bytes]:
    if not isinstance(name, str) or not isinstance(value, str):
        raise NotReadable("the name and the value of a header must be strings")
    return name.lower().encode(), value.encode("utf-8", "surrogatepass")


def _header_line(line: str) -> tuple[bytes, bytes]:
    name, colon, value = line.partition(":")
    if not colon:
        raise NotReadable("a header is given as 'Name: value'")
    return _header(name, value.strip())


def _origin_form(url: str) -> bytes:
    """Return path and query of a URL, or the target as it is when it names no host."""
    if not url.lower().startswith(("http://", "https://")):
        return url.encode("utf-8", "surrogateescape")
    parts = urlsplit(url)
    return ((parts.path or "/") + (f"?{parts.query}" if parts.query else "")).encode("utf-8", "surrogateescape")


def _entries(stream: JsonStream) -> Iterator[Any]:
    """Yield the elements of `log.entries`, and pass by everything else."""
    for key in stream.members():
        if key == "log":
            yield from _entries_of_log(stream)
        else:
            stream.value()


def _entries_of_log(stream: JsonStream) -> Iterator[Any]:
    for key in stream.members():
        if key == "entries":
            yield from stream.elements()
        else:
            stream.value()


def _from_entry(number: int, entry: Any) -> Record:
    try:
        asked = entry.get("request") if isinstance(entry, dict) else None
        if not isinstance(asked, dict):
            raise NotReadable("no request")
        method, url = asked.get("method"), asked.get("url")
        if not isinstance(method, str) or not isinstance(url, str):
            raise NotReadable("'method' and 'url' must be strings")
        headers = tuple(each for each in _headers(asked.get("headers") or []) if not each[0].startswith(b":"))
        return Asked(number, Request(method, _origin_form(url), headers, _posted(asked.get("postData"))))
    except ValueError as error:
        return Unreadable(number, f"entry {number}: {error}")


def _posted(posted: Any) -> bytes:
    text = posted.get("text") if isinstance(posted, dict) else None
    if not isinstance(text, str):
        return b""
    if (posted.get("_evsEncoding") or posted.get("encoding")) == "base64":
        return base64.b64decode(text, validate=True)
    return text.encode("utf-8", "surrogatepass")
