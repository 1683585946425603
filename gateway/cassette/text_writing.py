"""From exchanges to the files of a text cassette: each in words, series by series, large bodies beside."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from gateway.cassette.exchange import Exchange
from gateway.cassette.key import READ_METHODS
from gateway.cassette.text_blobs import dumped, placed
from gateway.cassette.text_body import written
from gateway.cassette.text_headers import in_words
from gateway.cassette.text_series import Moment, Run, Series, Told
from gateway.http.messages import Headers

STEP = 10


def told(exchange: Exchange, base: float) -> Told:
    """Return an exchange in words, its times counted from `base`."""
    request, response = exchange.request, exchange.response
    question = {
        "operation": exchange.operation,
        "credential": exchange.credential.value,
        "redactions": list(exchange.redactions),
        **({"findings": list(exchange.findings)} if exchange.findings else {}),
        "request": {
            "method": request.method,
            "target": request.target.decode("latin-1"),
            **_content(request.headers, request.body),
        },
    }
    answer = {"status": response.status, **_content(response.headers, response.body)}
    moment = Moment(_ms(exchange.started_at - base), _ms(exchange.completed_at - base))
    is_write = request.method not in READ_METHODS and response.status < 400
    return Told(question, answer, moment, exchange.connection, is_write)


def document(each: Told) -> dict[str, Any]:
    """Return what the file of a single exchange says, its connection under its own name."""
    return {**each.question, **_timed(each.moment), "connection": each.connection, "response": each.answer}


def series_files(series: list[Series]) -> dict[str, bytes]:
    """Return the files of all series in order, then the blobs that they name."""
    names = _numbered(connection for each in series for run in each.runs for connection in run.connections)
    width = max(4, len(str(len(series) * STEP)))
    files: dict[str, bytes] = {}
    blobs: dict[str, bytes] = {}
    for number, each in enumerate(series, 1):
        title = re.sub(r"[^a-z0-9]+", "-", each.question["operation"].lower()).strip("-")
        files[f"{number * STEP:0{width}}-{title}.json"] = dumped(_form(each, names, blobs))
    return {**files, **dict(sorted(blobs.items()))}


def _form(series: Series, names: Mapping[str, int], blobs: dict[str, bytes]) -> dict[str, Any]:
    """Return a series in words; a single exchange has no segments."""
    question = {**series.question, "request": _placed(series.question["request"], blobs)}
    question |= {"part": series.part} if series.part > 1 else {}
    if len(series.runs) > 1 or series.runs[0].count > 1:
        return {**question, "segments": [_segment(run, names, blobs) for run in series.runs]}
    (run,) = series.runs
    answered = {"connection": _named(run, names), "response": _placed(run.answer, blobs)}
    return {**question, **_timed(run.first), **answered}


def _segment(run: Run, names: Mapping[str, int], blobs: dict[str, bytes]) -> dict[str, Any]:
    return {
        "first": _timed(run.first),
        "connection": _named(run, names),
        "response": _placed(run.answer, blobs),
        **({"count": run.count, "last": _timed(run.last)} if run.count > 1 else {}),
    }


def _timed(moment: Moment) -> dict[str, float]:
    return {"started_ms": moment.started_ms, "completed_ms": moment.completed_ms}


def _placed(message: dict[str, Any], blobs: dict[str, bytes]) -> dict[str, Any]:
    return {**message, "body": placed(message["body"], blobs)} if "body" in message else message


def _content(headers: Headers, body: bytes) -> dict[str, Any]:
    lines = in_words(headers, body)
    return {"headers": lines, "body": written(body)} if body else {"headers": lines}


def _ms(seconds: float) -> float | int:
    """Return milliseconds to the microsecond, which is what a time since the epoch holds as a float."""
    offset = round(seconds * 1000, 3)
    return int(offset) if offset.is_integer() else offset


def _numbered(connections: Iterable[str]) -> dict[str, int]:
    return {connection: number for number, connection in enumerate(dict.fromkeys(connections), 1)}


def _named(run: Run, names: Mapping[str, int]) -> str:
    """Return who asked: one connection, or from the first to the last of several that asked once each."""
    first, last = names[run.connections[0]], names[run.connections[-1]]
    return f"c{first}" if first == last else f"c{first}..c{last}"
