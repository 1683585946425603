"""From the files of a text cassette to exchanges: a segment is as many exchanges as it counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pydantic_core import from_json

from gateway.cassette.exchange import Exchange
from gateway.cassette.text_body import Body
from gateway.cassette.text_forms import (
    ExchangeForm,
    MomentForm,
    Question,
    RequestForm,
    ResponseForm,
    SegmentForm,
    SeriesForm,
    parsed,
)
from gateway.cassette.text_headers import from_words, shown
from gateway.cassette.text_series import Moment, spread
from gateway.errors import CassetteError
from gateway.http.messages import Request, Response

_SEVERAL = re.compile(r"c([0-9]+)\.\.c([0-9]+)")


@dataclass(frozen=True, slots=True)
class Placed:
    """An exchange of a file, its date and request id still tokens, in a part of the recording."""

    part: int
    exchange: Exchange


def exchanges_of(name: str, content: bytes, blobs: Mapping[str, bytes], base: float) -> Iterator[Placed]:
    """Yield the exchanges of a file, their times counted from `base`.

    Errors: CassetteError that names file and member.
    """
    if _is_series(content):
        series = parsed(SeriesForm, name, content, blobs)
        for place, segment in enumerate(series.segments):
            for exchange in _of_segment(series, segment, f"{name}: segments.{place}", blobs, base):
                yield Placed(series.part, exchange)
    else:
        form = parsed(ExchangeForm, name, content, blobs)
        yield Placed(form.part, _single(form, blobs, base))


def in_order(found: Iterable[Placed]) -> list[Exchange]:
    """Return exchanges in the order in which they were complete, part by part, where that is equal as they come; with
    what a client may be shown where dates and request ids were."""
    ordered = sorted(found, key=lambda each: (each.part, each.exchange.completed_at))
    return [_dated(each.exchange, seq) for seq, each in enumerate(ordered, 1)]


def _dated(exchange: Exchange, seq: int) -> Exchange:
    request, response, at = exchange.request, exchange.response, exchange.completed_at
    return replace(
        exchange,
        request=replace(request, headers=shown(request.headers, at, seq)),
        response=replace(response, headers=shown(response.headers, at, seq)),
        seq=seq,
    )


def _is_series(content: bytes) -> bool:
    try:
        document = from_json(content)
    except ValueError:
        return False
    return isinstance(document, dict) and "segments" in document


def _single(form: ExchangeForm, blobs: Mapping[str, bytes], base: float) -> Exchange:
    moment = Moment(form.started_ms, form.completed_ms)
    return _exchange(
        form, _request(form.request, blobs), _response(form.response, blobs), moment, base, form.connection
    )


def _of_segment(
    series: Question, segment: SegmentForm, place: str, blobs: Mapping[str, bytes], base: float
) -> Iterator[Exchange]:
    first = _moment(segment.first)
    moments = spread(first, _moment(segment.last) if segment.last else first, segment.count)
    request, response = _request(series.request, blobs), _response(segment.response, blobs)
    for moment, connection in zip(moments, _connections(segment, place), strict=True):
        yield _exchange(series, request, response, moment, base, connection)


def _connections(segment: SegmentForm, place: str) -> list[str]:
    several = _SEVERAL.fullmatch(segment.connection)
    if several is None:
        return [segment.connection] * segment.count
    first, last = int(several[1]), int(several[2])
    if last - first + 1 != segment.count:
        raise CassetteError(f"{place}.connection: {segment.connection} is not {segment.count} connections")
    return [f"c{number}" for number in range(first, last + 1)]


def _moment(form: MomentForm) -> Moment:
    return Moment(form.started_ms, form.completed_ms)


def _request(form: RequestForm, blobs: Mapping[str, bytes]) -> Request:
    body = _body(form.body, blobs)
    return Request(form.method, form.target.encode("latin-1"), from_words(form.headers, body), body)


def _response(form: ResponseForm, blobs: Mapping[str, bytes]) -> Response:
    body = _body(form.body, blobs)
    return Response(form.status, from_words(form.headers, body), body)


def _body(form: Body | None, blobs: Mapping[str, bytes]) -> bytes:
    return form.content(blobs) if form else b""


def _exchange(
    asked: Question, request: Request, response: Response, moment: Moment, base: float, connection: str
) -> Exchange:
    return Exchange(
        asked.operation,
        replace(request, connection=connection),
        response,
        base + moment.started_ms / 1000,
        base + moment.completed_ms / 1000,
        asked.credential,
        tuple(asked.redactions),
        tuple(asked.findings),
    )
