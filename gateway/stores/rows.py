"""An exchange as a row of the store, and back. Headers are JSON arrays of pairs; bodies are bytes as they are, but for
answers that the file holds packed.

Also the bytes that stand for a row in its hash: every value, so that none can be changed unseen, and each with its
length, so that none can be moved to its neighbour.
"""

from __future__ import annotations

from operator import itemgetter
from typing import Any

import orjson

from gateway.cassette.exchange import CredentialClass, Exchange
from gateway.http.memo import Memo
from gateway.http.messages import Headers, Request, Response
from gateway.stores.bodies import Packing, unpacked
from gateway.stores.ulid import new_id

Row = tuple[Any, ...]

REQUEST_COLUMNS = ("method", "target", "started_at", "connection", "request_headers", "request_body")
EXCHANGE_COLUMNS = (
    *("id", "operation", *REQUEST_COLUMNS),
    *("status", "completed_at", "credential", "response_headers", "response_body", "redactions", "findings"),
)
# What binds a row to its content and to the row before it.
CHAIN_COLUMNS = ("key", "prev", "mac")
STORED_COLUMNS = (*EXCHANGE_COLUMNS, *CHAIN_COLUMNS)
_PACKED: Memo[int, tuple[Headers, str]] = Memo(512)
_TARGET, _ASKED = EXCHANGE_COLUMNS.index("target"), EXCHANGE_COLUMNS.index("request_body")
_ANSWERED = EXCHANGE_COLUMNS.index("response_body")


_LONG = ("target", "request_headers", "request_body")
_long_asked = itemgetter(*map(REQUEST_COLUMNS.index, _LONG))
_long_ones = itemgetter(*map(EXCHANGE_COLUMNS.index, (*_LONG, "response_headers", "response_body", "findings")))


def request_row(request: Request, started_at: float) -> Row:
    """Return the values of `REQUEST_COLUMNS`."""
    target = request.target.decode("latin-1")
    return (request.method, target, started_at, request.connection, _packed(request.headers), request.body)


def exchange_row(exchange: Exchange) -> Row:
    """Return the values of `EXCHANGE_COLUMNS`."""
    response = exchange.response
    return (
        exchange.id or new_id(exchange.started_at),
        exchange.operation,
        *request_row(exchange.request, exchange.started_at),
        response.status,
        exchange.completed_at,
        exchange.credential.value,
        _packed(response.headers),
        response.body,
        _listed(exchange.redactions),
        _listed(exchange.findings),
    )


def _listed(texts: tuple[str, ...]) -> str:
    return orjson.dumps(texts).decode() if texts else "[]"


def request_of(row: Row) -> Request:
    """Return the request of a row of `REQUEST_COLUMNS`."""
    method, target, _, connection, headers, body = row
    return Request(method, target.encode("latin-1"), _unpacked(headers), body, connection=connection)


def exchange_of(row: Row) -> Exchange:
    """Return the exchange of a row of `seq` and `EXCHANGE_COLUMNS`.

    Errors: ValueError or TypeError for a row that this module did not write.
    """
    seq, identifier, operation, *asked, status, completed_at, credential, headers, body, redactions, findings = row
    return Exchange(
        operation=operation,
        request=request_of(tuple(asked)),
        response=Response(status, _unpacked(headers), unpacked(body)),
        started_at=asked[2],
        completed_at=completed_at,
        credential=CredentialClass(credential),
        redactions=tuple(orjson.loads(redactions)),
        findings=tuple(orjson.loads(findings)),
        seq=seq,
        id=identifier,
    )


def as_stored(row: Row, packing: Packing) -> Row:
    """Return the values of `EXCHANGE_COLUMNS` as a file holds them."""
    body = row[_ANSWERED]
    stored = packing.of(body, row[_TARGET])
    return row if stored is body else (*row[:_ANSWERED], stored, *row[_ANSWERED + 1 :])


def as_it_was(row: Row) -> Row:
    """Return the values of `EXCHANGE_COLUMNS` from what a file holds. Errors: ValueError for a body packed wrongly."""
    stored = row[_ANSWERED]
    body = unpacked(stored)
    return row if body is stored else (*row[:_ANSWERED], body, *row[_ANSWERED + 1 :])


def canonical(row: Row) -> bytes:
    """Return the bytes that stand for the values of a row, in one piece. Errors: ValueError for text without UTF-8."""
    return b"".join(canonical_pieces(row))


def canonical_pieces(row: Row) -> tuple[bytes, bytes, bytes]:
    """Return the bytes that stand for the values of `EXCHANGE_COLUMNS`: the same for a row to write and one read back.

    Errors: ValueError for text that has no UTF-8.
    """
    asked, answered = row[_ASKED], row[_ANSWERED]
    others = list(row)
    others[_ASKED], others[_ANSWERED] = len(asked), len(answered)
    try:
        return orjson.dumps(others), asked, answered
    except TypeError as error:
        raise ValueError(f"has no canonical form: {error}") from error


def weight(row: Row) -> int:
    """Return about how many bytes a row holds in memory: the texts in it that may be long."""
    return sum(map(len, _long_ones(row)))


def request_weight(row: Row) -> int:
    """Return the same for a row of `REQUEST_COLUMNS`."""
    return sum(map(len, _long_asked(row)))


def _packed(headers: Headers) -> str:
    """Return headers as JSON. Those that are the same object again are the same text again."""
    known = _PACKED.known.get(id(headers))
    if known is not None and known[0] is headers:
        return known[1]
    text = _written(headers)
    _PACKED.keep(id(headers), (headers, text), len(text))
    return text


def _written(headers: Headers) -> str:
    return orjson.dumps([(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]).decode()


def _unpacked(text: str) -> Headers:
    return tuple((name.encode("latin-1"), value.encode("latin-1")) for name, value in orjson.loads(text))
