"""Audit records as drafts, written by a clerk's quick hand. Pure.

Clients repeat themselves, and so do records: who asked, by which statements, with which program, is the same text again
and again. It is made once and remembered by what it was made of; only what is of one request alone is written anew.
Whatever is not usual the clerk says. A property test holds both together, byte for byte.
"""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from gateway.arrivals import Arrival
from gateway.audit.drafts import Draft, Record, text_of
from gateway.audit.levels import Depth, Levels
from gateway.audit.words import plain_bytes
from gateway.auditing import (
    KEPT_HEADERS,
    LONGEST_BODY,
    Clerk,
    agent_of,
    arrival_of,
    microseconds,
    milliseconds,
    origin_by,
    upstream_of,
)
from gateway.cassette.heads import Crowded, Head
from gateway.cassette.redaction import Redacted, Redactor
from gateway.drafting.asking import Asking
from gateway.drafting.pieces import Pieces
from gateway.http.messages import Headers, Request, Response
from gateway.http.remembered import Remembered
from gateway.http.traces import trace_of
from gateway.seams import Ending, Forward, Reply, Service

_NO_BODIES = {depth: text_of({"level": depth.value}) for depth in Depth if not depth.has_request}

_SERVICES = {service: f'{{"service":{text_of(service.value)},"status":' for service in Service}


class _Shown(NamedTuple):
    """The texts of the program that asks, and of the rules that removed something from what it said."""

    agent: str
    rules: str


class _Told(NamedTuple):
    """What header fields tell: how they are stored, what they show where that is all, and the text of the trace."""

    head: Head | Crowded
    shown: _Shown
    trace: str


_NOTHING_SHOWN = _Shown("", "")


class Drafter:
    """Writes the records of one gateway, as its clerk would."""

    def __init__(self, redactor: Redactor, levels: Levels) -> None:
        self._redactor = redactor
        self._clerk = Clerk(redactor, levels)
        self._pieces = Pieces(self._clerk)
        self._asking = Asking(self._clerk, self._pieces)
        self._heads = redactor.heads(KEPT_HEADERS)
        self._told_by = Remembered(self._told).of
        self._agent_in = Remembered(_agent).of

    def received(self, request_id: str, forward: Forward) -> Draft:
        """Return the record of a write that is about to be sent."""
        arrival = forward.arrival
        request = arrival.request
        told = self._told_by(request.headers)
        clean, shown = self._by_head(request, told)
        asked = self._asking.of(clean, request, arrival, self._heads.epoch)
        return Draft(
            "{",
            f'{asked.decision}{self._from(request, shown)}"id":{text_of(request_id)},{asked.mode}',
            asked.scope,
            f'"stage":"received",{told.trace}"ts_ms":{milliseconds(arrival.at)},',
            asked.rest,
        )

    def complete(self, request_id: str, ending: Ending) -> Record | None:
        """Return the record of a request that has its answer, None where the rules leave it out."""
        arrival = arrival_of(ending)
        if arrival is None:
            return self._clerk.complete(request_id, ending)
        depth = self._clerk.depth(arrival)
        if depth is Depth.NONE:
            return None
        return self._drafted(request_id, ending, arrival, depth)

    def _drafted(self, request_id: str, ending: Ending, arrival: Arrival, depth: Depth) -> Draft:
        request, reply, began_at = ending.request, ending.reply, ending.began_at
        told = self._told_by(request.headers)
        clean, shown, bodies = self._kept(ending, arrival, depth, told)
        decision, mode, scope, rest = self._asking.of(clean, request, arrival, self._heads.epoch)
        marks = ending.marks
        cached = "null" if marks.cache is None else self._pieces.cassette(marks, reply)
        compared, missed = self._held(reply)
        response = ending.bare
        outcome = (
            f'"outcome":{{"bytes_in":{len(request.body)},"bytes_out":{len(response.body)},'
            f'"decided_us":{microseconds(ending.decided_s)},"origin":"{origin_by(marks, reply, ending.outcome)}",'
            f'"status":{response.status},"us":{microseconds(ending.took_s)}}},'
        )
        named = f'{_given(request_id, ending)}"id":{text_of(request_id)},'
        return Draft(
            f'{{"body":{bodies},"cassette":{cached},',
            f"{compared}{decision}{self._from(request, shown)}{named}{missed}{mode}{outcome}",
            f'{_noted(ending)}"recv_ms":{milliseconds(began_at)},"redactions":{shown.rules},'
            f'"remarks":{self._remarks(reply, arrival)},{scope}',
            f'"stage":"complete",{told.trace}"ts_ms":{milliseconds(began_at + ending.took_s)},'
            f'"upstream":{_upstream(ending)},',
            rest,
        )

    def _told(self, headers: Headers) -> _Told:
        head, trace = self._heads.of(headers), trace_of(Request("", b"", headers))
        named = "" if trace is None else f'"trace":{text_of(trace)},'
        if isinstance(head, Crowded):
            return _Told(head, _NOTHING_SHOWN, named)
        return _Told(head, _Shown(_agent(head.stays), self._pieces.rules(head.rules)), named)

    def _kept(self, ending: Ending, arrival: Arrival, depth: Depth, told: _Told) -> tuple[Request, _Shown, str]:
        """Return what may be kept of a request: the cassette has it, or its head is enough, or redaction tells."""
        if ending.reply.exchange is None and not depth.has_request:
            clean, shown = self._by_head(ending.request, told)
            return clean, shown, _NO_BODIES[depth]
        kept = self._clerk.kept(ending, arrival, depth)
        clean, shown = self._by_redaction(kept)
        return clean, shown, _bodies(kept, depth) if depth.has_request else _NO_BODIES[depth]

    def _by_head(self, request: Request, told: _Told) -> tuple[Request, _Shown]:
        if isinstance(told.head, Head) and self._heads.shows_none(told.head, request.target):
            return request, told.shown
        return self._by_redaction(self._redactor.head(request, KEPT_HEADERS))

    def _by_redaction(self, kept: Redacted) -> tuple[Request, _Shown]:
        return kept.request, _Shown(self._agent_in(kept.request.headers), self._pieces.rules(kept.rules))

    def _from(self, request: Request, shown: _Shown) -> str:
        return f'"from":{self._pieces.peer(request.connection)}{shown.agent}}},'

    def _remarks(self, reply: Reply, arrival: Arrival) -> str:
        return text_of(self._clerk.remarks(reply, arrival)) if reply.remarks else "[]"

    def _held(self, reply: Reply) -> tuple[str, str]:
        """Return the texts of what a live answer departs from and of what a miss came near to, most often nothing."""
        if reply.compared is None and reply.missed is None:
            return "", ""
        held = self._clerk.held(reply)
        compared, missed = (f'"{name}":{text_of(held[name])},' if name in held else "" for name in ("compared", "miss"))
        return compared, missed


def _agent(headers: Headers) -> str:
    return text_of(agent_of(Request("", b"", headers)))


def _bodies(kept: Redacted, depth: Depth) -> str:
    """Return so much of the bodies as is kept, the request's in any case."""
    answered = _body("response", kept.response.body) if depth is Depth.REQUEST_RESPONSE else ""
    return f'{{"level":"{depth.value}"{_body("request", kept.request.body)}{answered}}}'


def _body(name: str, body: bytes) -> str:
    text, digest = text_of(plain_bytes(body, LONGEST_BODY)), hashlib.sha256(body).hexdigest()
    return f',"{name}":{text},"{name}_bytes":{len(body)},"{name}_sha256":"{digest}"'


def _given(request_id: str, ending: Ending) -> str:
    """Return the id that a request had before its answer, if it was another one."""
    given = ending.given_id
    return "" if given in ("", request_id) else f'"given_id":{text_of(given)},'


def _noted(ending: Ending) -> str:
    """Return the number of the note that a request was about to be sent, if there is one."""
    return f'"received_seq":{ending.received},' if ending.received else ""


def _upstream(ending: Ending) -> str:
    """Return what came back from upstream, null where nothing was sent."""
    outcome, forward = ending.outcome, ending.forward
    if forward is None:
        return "null"
    if not isinstance(outcome, Response):
        return text_of(upstream_of(ending))
    return f'{_SERVICES[forward.service]}{outcome.status},"us":{round(ending.upstream_s * 1e6)}}}'
