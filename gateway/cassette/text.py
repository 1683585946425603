"""The text form of a cassette: a header and one JSON file per exchange, made to be reviewed and committed.

Equal recordings give equal bytes, and what was imported is exported as it was. So everything that differs between two
recordings of the same thing is out: ids are aliases, times are offsets from the first exchange, connections are
numbered, dates, request ids and lengths are tokens. Nothing names a host. Pure: files are a mapping of names to bytes.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from gateway.cassette.aliases import aliased
from gateway.cassette.exchange import Exchange
from gateway.cassette.text_body import Body, written
from gateway.cassette.text_forms import ExchangeForm, FormatForm, HeaderForm, parsed
from gateway.errors import CassetteError
from gateway.http.messages import Header, Headers, Request, Response

HEADER_FILE = "cassette.json"
FORMAT = 1
KIND = "evs-gateway cassette"
SPECIFICATION = "EVS API Reference, issue 01, 2020-09-20"
STEP = 10
_EXCHANGE_FILE = re.compile(r"([0-9]+)-[^/]*\.json")

DATE = b"<date>"
REQUEST_ID = b"<request-id>"
LENGTH = b"<length>"
_TOKENS: Mapping[bytes, bytes] = {
    b"date": DATE,
    b"x-request-id": REQUEST_ID,
    b"x-openstack-request-id": REQUEST_ID,
    b"x-compute-request-id": REQUEST_ID,
    b"x-trans-id": REQUEST_ID,
}
_LEFT_OUT = frozenset({b"x-sdk-date"})


def to_files(exchanges: Iterable[Exchange], name: str) -> dict[str, bytes]:
    """Return the files of a cassette by name, the header first."""
    recording = aliased(exchanges)
    base = min((exchange.started_at for exchange in recording), default=0.0)
    connections = _numbered(exchange.connection for exchange in recording)
    width = max(4, len(str(len(recording) * STEP)))
    files = {HEADER_FILE: _dumped(_header(name, len(recording), base))}
    for number, exchange in enumerate(recording, 1):
        title = re.sub(r"[^a-z0-9]+", "-", exchange.operation.lower()).strip("-")
        form = _exchange(exchange, base, connections[exchange.connection])
        files[f"{number * STEP:0{width}}-{title}.json"] = _dumped(form)
    return files


def from_files(files: Mapping[str, bytes]) -> list[Exchange]:
    """Return the exchanges in the order of their files' numbers.

    Errors: CassetteError that names file and member for whatever is not of the format.
    """
    header = _read_header(files)
    names = sorted((name for name in files if _EXCHANGE_FILE.fullmatch(name)), key=_number)
    if len(names) != header.exchanges:
        raise CassetteError(
            f"{HEADER_FILE}: exchanges: says {header.exchanges}, but {len(names)} exchange files are there; "
            "bring back what is missing, or correct the number"
        )
    base = _moment(header.recorded_at)
    return [_restored(name, files[name], base, seq) for seq, name in enumerate(names, 1)]


def _number(name: str) -> tuple[int, str]:
    return int(name.partition("-")[0]), name


def _dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"


def _header(name: str, count: int, base: float) -> dict[str, Any]:
    recorded_at = datetime.fromtimestamp(math.floor(base), UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if count else None
    return {
        "kind": KIND,
        "format": FORMAT,
        "name": name,
        "specification": SPECIFICATION,
        "exchanges": count,
        "recorded_at": recorded_at,
    }


def _exchange(exchange: Exchange, base: float, connection: str) -> dict[str, Any]:
    request, response = exchange.request, exchange.response
    return {
        "operation": exchange.operation,
        "started_ms": _ms(exchange.started_at - base),
        "completed_ms": _ms(exchange.completed_at - base),
        "connection": connection,
        "credential": exchange.credential.value,
        "redactions": list(exchange.redactions),
        **({"findings": list(exchange.findings)} if exchange.findings else {}),
        "request": {
            "method": request.method,
            "target": request.target.decode("latin-1"),
            **_content(request.headers, request.body),
        },
        "response": {"status": response.status, **_content(response.headers, response.body)},
    }


def _content(headers: Headers, body: bytes) -> dict[str, Any]:
    lines = [b": ".join(_tokenised(header, body)).decode("latin-1") for header in headers if header[0] not in _LEFT_OUT]
    return {"headers": lines, "body": written(body)} if body else {"headers": lines}


def _tokenised(header: Header, body: bytes) -> Header:
    name, value = header
    if name == b"content-length" and value == str(len(body)).encode():
        return name, LENGTH
    return name, _TOKENS.get(name, value)


def _ms(seconds: float) -> float | int:
    """Return milliseconds to the microsecond, which is what a time since the epoch holds as a float."""
    offset = round(seconds * 1000, 3)
    return int(offset) if offset.is_integer() else offset


def _numbered(connections: Iterable[str]) -> dict[str, str]:
    return {connection: f"c{number}" for number, connection in enumerate(dict.fromkeys(connections), 1)}


def _read_header(files: Mapping[str, bytes]) -> HeaderForm:
    if HEADER_FILE not in files:
        raise CassetteError(f"{HEADER_FILE}: is missing; expected the header of a text cassette")
    _check_format(parsed(FormatForm, HEADER_FILE, files[HEADER_FILE]).format)
    return parsed(HeaderForm, HEADER_FILE, files[HEADER_FILE])


def _check_format(number: int) -> None:
    if number != FORMAT:
        raise CassetteError(
            f"{HEADER_FILE}: format: {number} is unknown, this version reads {FORMAT}; "
            "use the evs-gateway that wrote it, or record it again with this one"
        )


def _moment(recorded_at: str | None) -> float:
    if recorded_at is None:
        return 0.0
    try:
        return datetime.strptime(recorded_at, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError as error:
        raise CassetteError(f"{HEADER_FILE}: recorded_at: {error}") from error


def _restored(name: str, content: bytes, base: float, seq: int) -> Exchange:
    form = parsed(ExchangeForm, name, content)
    completed_at = base + form.completed_ms / 1000
    request, response = form.request, form.response
    asked, answered = _body(request.body), _body(response.body)
    return Exchange(
        operation=form.operation,
        request=Request(
            method=request.method,
            target=request.target.encode("latin-1"),
            headers=_headers(request.headers, asked, completed_at, seq),
            body=asked,
            connection=form.connection,
        ),
        response=Response(response.status, _headers(response.headers, answered, completed_at, seq), answered),
        started_at=base + form.started_ms / 1000,
        completed_at=completed_at,
        credential=form.credential,
        redactions=tuple(form.redactions),
        findings=tuple(form.findings),
        seq=seq,
    )


def _headers(lines: list[str], body: bytes, at: float, seq: int) -> Headers:
    pairs = (line.encode("latin-1").partition(b": ") for line in lines)
    return tuple((name, _untokenised(name, value, body, at, seq)) for name, _, value in pairs)


def _body(form: Body | None) -> bytes:
    return form.content() if form else b""


def _untokenised(name: bytes, value: bytes, body: bytes, at: float, seq: int) -> bytes:
    """Return what a client may be shown for a token: a date and an id of the right form, the body's true length."""
    if name == b"content-length" and value == LENGTH:
        return str(len(body)).encode()
    if _TOKENS.get(name) != value:
        return value
    return formatdate(at, usegmt=True).encode() if value == DATE else _request_id(seq)


def _request_id(seq: int) -> bytes:
    return f"req-{uuid5(NAMESPACE_URL, f'evs-gateway/{seq}')}".encode()
