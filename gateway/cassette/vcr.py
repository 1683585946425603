"""Cassettes of VCR.py in YAML: written and read, with the safe loader alone, so that no file can run anything.

An interaction holds no time and no connection. Ours go along under `evs_gateway`, which VCR.py passes over. Headers of
one name stand together, as VCR.py keeps them.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from gateway.cassette.exchange import Exchange
from gateway.cassette.foreign import ORIGIN, Imported, Marks, marked, octets, target_of, understood, unmarked, url_of
from gateway.cassette.har import phrase
from gateway.errors import CassetteError
from gateway.http.messages import Headers, Request, Response, first_header

# When an interaction without a time took place: one a second, from the year of the reference on. 2020-01-01.
UNTIMED = 1_577_836_800.0
MOST_UNFOLDED = 64 * 1024 * 1024
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_WINDOWS = {b"gzip": 16 + zlib.MAX_WBITS, b"x-gzip": 16 + zlib.MAX_WBITS, b"deflate": zlib.MAX_WBITS}


class _Foreign(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Asked(_Foreign):
    method: str
    uri: str
    body: bytes | None = None
    headers: dict[str, str | list[str]] = Field(default_factory=dict)


class _Content(_Foreign):
    string: bytes | None = None


class _Status(_Foreign):
    code: int = Field(ge=100, le=999)


class _Answered(_Foreign):
    status: _Status
    headers: dict[str, str | list[str]] = Field(default_factory=dict)
    body: _Content = _Content()


class _OwnMarks(Marks):
    """Marks in YAML, where a class of credentials is a word."""

    model_config = ConfigDict(strict=False)


class _Interaction(_Foreign):
    request: _Asked
    response: _Answered
    marks: _OwnMarks | None = Field(default=None, alias="evs_gateway")


class _Cassette(_Foreign):
    version: int = Field(default=1, ge=1, le=1)
    interactions: list[_Interaction]


def written(exchanges: Iterable[Exchange], origin: str = ORIGIN) -> Iterator[bytes]:
    """Yield the parts of a cassette of VCR.py, one an exchange."""
    opening = b"interactions:\n"
    for exchange in exchanges:
        yield opening + _dumped([_interaction(exchange, origin)])
        opening = b""
    yield (b"interactions: []\n" if opening else b"") + b"version: 1\n"


def read(document: bytes) -> Imported:
    """Return the exchanges of a cassette of VCR.py, not redacted yet. Nothing is left out.

    Errors: CassetteError with the line or the member for what is no such cassette.
    """
    try:
        interactions = _Cassette.model_validate(yaml.load(document, _LOADER)).interactions  # noqa: S506 - a safe one
    except ValidationError as error:
        first = error.errors()[0]
        raise CassetteError(f"VCR: {'.'.join(map(str, first['loc'])) or 'the file'}: {first['msg']}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise CassetteError(f"VCR: {_problem(error)}; expected a cassette of VCR.py") from error
    return Imported([_exchange(each, seq) for seq, each in enumerate(interactions, 1)])


def _problem(error: Exception) -> str:
    """Return what is wrong without quoting the file, which may hold secrets."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return "cannot be read as YAML"


def _dumped(value: Any) -> bytes:
    return yaml.dump(value, Dumper=_DUMPER, sort_keys=False, allow_unicode=True).encode()


def _interaction(exchange: Exchange, origin: str) -> dict[str, Any]:
    request, response = exchange.request, exchange.response
    url = url_of(request.target, origin)
    return {
        "request": {
            "body": _text(request.body) if request.body else None,
            "headers": _grouped(request.headers),
            "method": request.method,
            "uri": url,
        },
        "response": {
            "body": {"string": _text(response.body)},
            "headers": _grouped(response.headers),
            "status": {"code": response.status, "message": phrase(response.status)},
        },
        "evs_gateway": marked(exchange, url),
    }


def _text(body: bytes) -> str | bytes:
    """Return a body as text where YAML can hold it as such, else as bytes."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body


def _grouped(headers: Headers) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for name, value in headers:
        grouped.setdefault(name.decode("latin-1"), []).append(value.decode("latin-1"))
    return grouped


def _exchange(interaction: _Interaction, seq: int) -> Exchange:
    asked, answered = interaction.request, interaction.response
    request = Request(asked.method, target_of(asked.uri), _flat(asked.headers), asked.body or b"")
    response = Response(answered.status.code, _flat(answered.headers), answered.body.string or b"")
    if interaction.marks:
        return unmarked(interaction.marks, request, response).numbered(seq)
    return understood(request, _unfolded(response), UNTIMED + seq, UNTIMED + seq).numbered(seq)


def _flat(headers: dict[str, str | list[str]]) -> Headers:
    several = ((name, [value] if isinstance(value, str) else value) for name, value in headers.items())
    return tuple((octets(name).lower(), octets(value)) for name, values in several for value in values)


def _unfolded(response: Response) -> Response:
    """Return an answer with its content coding undone; one that cannot be read stays, and redaction withholds it."""
    coding = (first_header(response.headers, b"content-encoding") or b"identity").strip().lower()
    if coding not in _WINDOWS:
        return response
    unfolding = zlib.decompressobj(_WINDOWS[coding])
    try:
        body = unfolding.decompress(response.body, MOST_UNFOLDED)
    except zlib.error:
        return response if not _is_plain(response.body) else _without_coding(response, response.body)
    return _without_coding(response, body) if unfolding.eof else response


def _is_plain(body: bytes) -> bool:
    """True for text: VCR.py leaves the header there when it has undone the coding itself."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _without_coding(response: Response, body: bytes) -> Response:
    return Response(response.status, tuple(each for each in response.headers if each[0] != b"content-encoding"), body)
