"""Flow files of mitmproxy: read with its own reader, which knows its older formats too, and written with its writer.

What a flow has no place for goes along in its metadata, as with every foreign form. Nothing here redacts: whoever
imports does that after the reading and before anything else.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urlsplit

from mitmproxy import connection, exceptions, http
from mitmproxy import flow as flows
from mitmproxy.io import FlowReader, FlowWriter
from pydantic import ValidationError

from gateway.cassette.exchange import Exchange
from gateway.cassette.foreign import Imported, Marks, marked, understood, unmarked, url_of
from gateway.contract.model import JsonObject
from gateway.errors import CassetteError
from gateway.fronts.codings import decoded
from gateway.fronts.forward import request_of
from gateway.http.messages import Request, Response

MARKS = "evs_gateway"
MOST_UNFOLDED = 64 * 1024 * 1024
_PORTS = {"http": 80, "https": 443}
# Of no connection of ours: the client and the server of an exchange are not kept.
_NOWHERE = ("127.0.0.1", 0)


def read(document: bytes) -> Imported:
    """Return the exchanges of a flow file, not redacted yet, and what was left out.

    Errors: CassetteError for what is no such file, and for one that a newer mitmproxy wrote.
    """
    found: list[Exchange] = []
    skipped: list[str] = []
    for place, each in enumerate(_flows(document), 1):
        flaw = _flaw(each)
        if isinstance(each, http.HTTPFlow) and not flaw:
            found.append(_exchange(each, f"flow {place}").numbered(len(found) + 1))
        else:
            skipped.append(f"flow {place}: left out: {flaw}")
    return Imported(found, tuple(skipped))


def written(exchanges: Iterable[Exchange], origin: str) -> Iterator[bytes]:
    """Yield a flow file, a flow at a time; `origin` is the address that its URLs carry."""
    for exchange in exchanges:
        part = io.BytesIO()
        FlowWriter(part).add(_flow(exchange, origin))
        yield part.getvalue()


def shown(document: bytes) -> list[JsonObject]:
    """Return all that a flow file holds and where secrets may stand, whether or not we would read it, as a document
    with headers spelled as HAR spells them. Errors: CassetteError for what is no such file."""
    return [_shown(flow) for flow in _flows(document)]


def _shown(flow: flows.Flow) -> JsonObject:
    told: JsonObject = {"metadata": {str(key): str(value) for key, value in flow.metadata.items()}}
    if not isinstance(flow, http.HTTPFlow):
        return told | {"messages": [_text(each.content) for each in getattr(flow, "messages", ())]}
    told["request"] = {"url": flow.request.url, **_message(flow.request)}
    told["response"] = _message(flow.response) if flow.response is not None else None
    told["messages"] = [_text(each.content) for each in flow.websocket.messages] if flow.websocket else []
    return told


def _message(message: http.Message) -> JsonObject:
    headers: list[JsonObject] = [
        {"name": _text(name).lower(), "value": _text(value)} for name, value in message.headers.fields
    ]
    return {"headers": [*headers], "body": _text(message.get_content(strict=False) or b"")}


def _text(part: bytes) -> str:
    return part.decode("utf-8", "replace")


def _flows(document: bytes) -> Iterator[flows.Flow]:
    try:
        yield from FlowReader(io.BytesIO(document)).stream()
    except exceptions.FlowReadException as error:
        raise CassetteError(f"flows: {str(error).rstrip('.')}; expected a file that mitmproxy wrote") from error


def _flaw(flow: flows.Flow) -> str:
    """Return why a flow is no exchange, empty for one that is."""
    if not isinstance(flow, http.HTTPFlow):
        return f"it is {flow.type}, and not HTTP"
    if flow.request.method == "CONNECT":
        return "a tunnel, and no request"
    if flow.response is None:
        return "without an answer"
    if flow.request.raw_content is None or flow.response.raw_content is None:
        return "its body was not kept"
    return ""


def _exchange(flow: http.HTTPFlow, place: str) -> Exchange:
    answer = flow.response
    assert answer is not None, "what has no answer is left out"
    request = request_of(flow)
    headers = tuple((name.lower(), value) for name, value in answer.headers.fields)
    response = Response(answer.status_code, headers, answer.raw_content or b"")
    if MARKS in flow.metadata:
        return unmarked(_marks(flow.metadata[MARKS], place), replace(request, scheme="http"), response)
    plain = decoded(response, MOST_UNFOLDED)
    readable = plain if isinstance(plain, Response) else response
    ended_at = answer.timestamp_end or answer.timestamp_start
    return understood(request, readable, flow.request.timestamp_start, ended_at)


def _marks(text: object, place: str) -> Marks:
    try:
        return Marks.model_validate_json(str(text))
    except ValidationError as error:
        raise CassetteError(f"flows: {place}: {error.errors()[0]['msg']}") from error


def _flow(exchange: Exchange, origin: str) -> http.HTTPFlow:
    url = url_of(exchange.request.target, origin)
    client = connection.Client(peername=_NOWHERE, sockname=_NOWHERE, timestamp_start=exchange.started_at)
    flow = http.HTTPFlow(client, connection.Server(address=_place(origin)[1:]))
    flow.request = _request(exchange, origin)
    flow.response = _response(exchange.response, exchange.completed_at)
    flow.metadata[MARKS] = json.dumps(marked(exchange, url))
    return flow


def _place(origin: str) -> tuple[str, str, int]:
    parts = urlsplit(origin)
    return parts.scheme, parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 443)


def _request(exchange: Exchange, origin: str) -> http.Request:
    scheme, host, port = _place(origin)
    request: Request = exchange.request
    return http.Request(
        host=host,
        port=port,
        method=request.method.encode(),
        scheme=scheme.encode(),
        authority=b"",
        path=request.target,
        http_version=b"HTTP/1.1",
        headers=http.Headers(request.headers),
        content=request.body,
        trailers=None,
        timestamp_start=exchange.started_at,
        timestamp_end=exchange.started_at,
    )


def _response(response: Response, at: float) -> http.Response:
    known = response.status in HTTPStatus.__members__.values()
    reason = HTTPStatus(response.status).phrase if known else ""
    headers = http.Headers(response.headers)
    return http.Response(b"HTTP/1.1", response.status, reason.encode(), headers, response.body, None, at, at)
