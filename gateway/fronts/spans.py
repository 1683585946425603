"""A core that says in OpenTelemetry spans what it does: one span a request, and one inside it for the upstream.

A trace that the client began is continued and told the upstream as W3C has it, its `tracestate` untouched; where there
is none one begins here. A `traceparent` that the client signed stays as it is: the signature counts for more. Spans
hold no path, no query, no header and no body.
Source: W3C Trace Context, section 4; OpenTelemetry, semantic conventions for HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from opentelemetry.context import Context
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.trace import Span, SpanKind, Status, StatusCode, Tracer, set_span_in_context
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

from gateway import __version__
from gateway.auditing import origin_of
from gateway.cassette.exchange import UNDOCUMENTED
from gateway.fronts.core import Answered, Core
from gateway.http.messages import Request, Response
from gateway.http.traces import TRACEPARENT, trace_of
from gateway.pipeline import Pipeline
from gateway.seams import Service, Upstream, UpstreamFailure

_W3C = TraceContextTextMapPropagator()
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"})
_OPERATION = "evs_gateway.operation"
_SAID = frozenset({TRACEPARENT, b"tracestate"})


def tracer_of(provider: TracerProvider) -> Tracer:
    """Return what makes the gateway's spans."""
    return provider.get_tracer("evs-gateway", __version__)


class TracedCore(Core):
    """A core whose every answer is a span."""

    def __init__(self, tracer: Tracer, pipeline: Pipeline, upstreams: Mapping[Service, Upstream], *more: Any) -> None:
        traced = {service: TracedUpstream(tracer, service, upstream) for service, upstream in upstreams.items()}
        super().__init__(pipeline, traced, *more)
        self._tracer = tracer

    async def answer(self, request: Request, scope: str = "") -> Answered:
        asked = {"http.request.method": _method(request), "url.scheme": request.scheme}
        with self._tracer.start_as_current_span("request", _begun(request), SpanKind.SERVER, asked) as span:
            is_traced = trace_of(request) is not None
            answered = await super().answer(request if is_traced else continued(request, span), scope)
            _tell(span, attributes(answered), answered.response.status)
            return answered


class TracedUpstream:
    """An upstream that is told the trace, and whose answer is a span."""

    def __init__(self, tracer: Tracer, service: Service, upstream: Upstream) -> None:
        self._tracer = tracer
        self._service = service
        self._upstream = upstream

    async def send(self, request: Request) -> Response | UpstreamFailure:
        asked = {"http.request.method": _method(request), "evs_gateway.service": self._service.value}
        name = f"upstream {self._service.value}"
        with self._tracer.start_as_current_span(name, None, SpanKind.CLIENT, asked) as span:
            outcome = await self._upstream.send(continued(request, span))
            _came_back(span, outcome)
            return outcome

    async def close(self) -> None:
        await self._upstream.close()


def continued(request: Request, span: Span) -> Request:
    """Return the request as part of a span, unless its client signed what it is part of."""
    if TRACEPARENT in (request.header(b"authorization") or b"").lower():
        return request
    said: dict[str, str] = {}
    _W3C.inject(said, set_span_in_context(span))
    kept = tuple(header for header in request.headers if header[0] != TRACEPARENT)
    return request.with_headers((*kept, (TRACEPARENT, said["traceparent"].encode())))


def _begun(request: Request) -> Context:
    """Return what the client said about its trace, if anything."""
    named = {name.decode("latin-1"): value.decode("latin-1") for name, value in request.headers if name in _SAID}
    return _W3C.extract(named, Context())


def attributes(answered: Answered) -> dict[str, str | int]:
    """Return what a span says about the answer to a request."""
    arrival = answered.reply.arrival
    told: dict[str, str | int] = {
        "http.response.status_code": answered.response.status,
        "evs_gateway.request_id": answered.request_id,
        _OPERATION: UNDOCUMENTED,
        "evs_gateway.origin": origin_of(answered.reply, answered.outcome),
    }
    if arrival is None:
        return told
    told["evs_gateway.mode"] = arrival.mode.name
    if arrival.operation is not None:
        told[_OPERATION] = arrival.operation.id
    if arrival.decision is not None:
        told["evs_gateway.decision"] = arrival.decision.verdict
    return told


def _tell(span: Span, told: Mapping[str, str | int], status: int) -> None:
    span.update_name(str(told[_OPERATION]))
    span.set_attributes(told)
    if status >= 500:
        span.set_status(Status(StatusCode.ERROR))


def _came_back(span: Span, outcome: Response | UpstreamFailure) -> None:
    if isinstance(outcome, UpstreamFailure):
        span.set_attribute("error.type", outcome.kind.value)
        span.set_status(Status(StatusCode.ERROR))
        return
    span.set_attribute("http.response.status_code", outcome.status)
    if outcome.status >= 400:
        span.set_status(Status(StatusCode.ERROR))


def _method(request: Request) -> str:
    """Return the method, if it is one of HTTP's own."""
    return request.method if request.method in _METHODS else "_OTHER"
