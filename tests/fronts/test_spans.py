"""Spans of requests through a real core, read back with the SDK's own exporter in memory."""

import asyncio
from dataclasses import replace

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, ALWAYS_ON, Sampler
from opentelemetry.trace import StatusCode

from gateway.access.decisions import Decision, Kind
from gateway.cassette.redaction import Redactor
from gateway.contract.catalogue import CATALOGUE
from gateway.fronts.core import Answered
from gateway.fronts.spans import TracedCore, TracedUpstream, attributes, tracer_of
from gateway.http.links import Links
from gateway.http.messages import Header, Request, Response
from gateway.http.traces import trace_of
from gateway.pipeline import Pipeline, Rules
from gateway.seams import FailureKind, Service, UpstreamFailure
from tests.fronts.test_asgi import Cloud
from tests.test_pipeline import PROJECT, answer, ask

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
TRACED: Header = (b"traceparent", f"00-{TRACE}-{PARENT}-01".encode())
STATE: Header = (b"tracestate", b"vendor=x")
TYPES = ask("GET", f"/v2/{PROJECT}/types")


class Closing(Cloud):
    """An upstream that is told to close."""

    closed = False

    async def close(self) -> None:
        self.closed = True


class Bench:
    """A traced core, the cloud behind it and the spans it has made."""

    def __init__(self, outcome: Response | UpstreamFailure, sampler: Sampler = ALWAYS_ON) -> None:
        self.cloud = Cloud(outcome)
        self._spans = InMemorySpanExporter()
        provider = TracerProvider(sampler=sampler, shutdown_on_exit=False)
        provider.add_span_processor(SimpleSpanProcessor(self._spans))
        pipeline = Pipeline(CATALOGUE, Rules(), Redactor(b"k" * 32), Links(()))
        upstreams = {Service.EVS: self.cloud}
        self._core = TracedCore(tracer_of(provider), pipeline, upstreams, None, lambda: 1.0, lambda: "minted")

    def ask(self, request: Request, *headers: Header) -> Answered:
        return asyncio.run(self._core.answer(request.with_headers((*request.headers, *headers))))

    def spans(self) -> dict[str, ReadableSpan]:
        return {span.name: span for span in self._spans.get_finished_spans()}


def ids(span: ReadableSpan) -> tuple[str, str]:
    return f"{span.context.trace_id:032x}", f"{span.context.span_id:016x}"


def test_a_trace_goes_on_through_the_gateway() -> None:
    bench = Bench(answer(200, {}))
    bench.ask(TYPES, TRACED, STATE)
    ours, theirs = bench.spans()["cinder_list_volume_types"], bench.spans()["upstream evs"]
    assert (ids(ours)[0], ids(theirs)[0]) == (TRACE, TRACE)
    assert ours.parent is not None
    assert f"{ours.parent.span_id:016x}" == PARENT
    assert theirs.parent == ours.context
    sent = bench.cloud.heard[0]
    assert sent.header(b"traceparent") == f"00-{TRACE}-{ids(theirs)[1]}-01".encode()
    assert sent.header(STATE[0]) == STATE[1]


def test_a_span_tells_what_became_of_a_request_and_no_more() -> None:
    bench = Bench(answer(200, {}))
    bench.ask(TYPES, (b"x-request-id", b"mine"))
    span, upstream = bench.spans()["cinder_list_volume_types"], bench.spans()["upstream evs"]
    assert dict(span.attributes or {}) == {
        "http.request.method": "GET",
        "url.scheme": "http",
        "http.response.status_code": 200,
        "evs_gateway.request_id": "mine",
        "evs_gateway.operation": "cinder_list_volume_types",
        "evs_gateway.origin": "cloud",
        "evs_gateway.mode": "passthrough",
    }
    assert dict(upstream.attributes or {}) == {
        "http.request.method": "GET",
        "evs_gateway.service": "evs",
        "http.response.status_code": 200,
    }
    assert {span.status.status_code, upstream.status.status_code} == {StatusCode.UNSET}


@pytest.mark.parametrize("said", [(), ((b"traceparent", b"00-nonsense"),)])
def test_where_there_is_no_trace_one_begins(said: tuple[Header, ...]) -> None:
    bench = Bench(answer(200, {}))
    answered = bench.ask(TYPES, *said)
    begun = ids(bench.spans()["cinder_list_volume_types"])
    assert bench.spans()["cinder_list_volume_types"].parent is None
    assert answered.reply.arrival is not None
    told = answered.reply.arrival.request.header(b"traceparent") or b""
    assert told.startswith(f"00-{begun[0]}-{begun[1]}-".encode())
    assert trace_of(bench.cloud.heard[0]) == begun[0]


def test_what_a_client_signed_stays_as_it_is() -> None:
    bench = Bench(answer(200, {}))
    signed = (b"authorization", b"SDK-HMAC-SHA256 Access=AK, SignedHeaders=host;traceparent, Signature=00")
    bench.ask(TYPES, TRACED, signed)
    assert bench.cloud.heard[0].header(b"traceparent") == TRACED[1]


def test_whoever_does_not_sample_still_tells_the_trace() -> None:
    bench = Bench(answer(200, {}), ALWAYS_OFF)
    bench.ask(TYPES, TRACED)
    assert bench.spans() == {}
    sent = bench.cloud.heard[0].header(b"traceparent") or b""
    assert (sent.startswith(f"00-{TRACE}-".encode()), sent.endswith(b"-00")) == (True, True)


@pytest.mark.parametrize(
    ("outcome", "status", "fact", "codes"),
    [
        (answer(404, {}), 404, ("http.response.status_code", 404), (StatusCode.UNSET, StatusCode.ERROR)),
        (answer(500, {}), 500, ("http.response.status_code", 500), (StatusCode.ERROR, StatusCode.ERROR)),
        (
            UpstreamFailure(FailureKind.LATE, "late"),
            504,
            ("error.type", "http_response_timeout"),
            (StatusCode.ERROR, StatusCode.ERROR),
        ),
    ],
)
def test_trouble_is_an_error_to_whom_it_is_one(
    outcome: Response | UpstreamFailure, status: int, fact: tuple[str, object], codes: tuple[StatusCode, StatusCode]
) -> None:
    bench = Bench(outcome)
    bench.ask(TYPES)
    span, upstream = bench.spans()["cinder_list_volume_types"], bench.spans()["upstream evs"]
    assert (span.attributes or {})["http.response.status_code"] == status
    assert (upstream.attributes or {})[fact[0]] == fact[1]
    assert (span.status.status_code, upstream.status.status_code) == codes


def test_what_was_not_let_in_is_a_span_too() -> None:
    bench = Bench(answer(200, {}))
    bench.ask(Request("BREW", b"/v2/../x"))
    assert dict(bench.spans()["undocumented"].attributes or {}) == {
        "http.request.method": "_OTHER",
        "url.scheme": "http",
        "http.response.status_code": 501,
        "evs_gateway.request_id": "minted",
        "evs_gateway.operation": "undocumented",
        "evs_gateway.origin": "gateway",
    }


def test_what_nobody_documents_has_no_name_of_its_own() -> None:
    bench = Bench(answer(404, {}))
    bench.ask(ask("GET", "/random/1"))
    assert (bench.spans()["undocumented"].attributes or {})["evs_gateway.mode"] == "passthrough"


def test_decisions_are_told() -> None:
    bench = Bench(answer(200, {}))
    answered = bench.ask(TYPES)
    assert answered.reply.arrival is not None
    decided = replace(answered.reply.arrival, decision=Decision(Kind.ALLOW))
    told = attributes(Answered(replace(answered.reply, arrival=decided), answered.request_id))
    assert told["evs_gateway.decision"] == "allow"


def test_connections_are_closed_behind_it() -> None:
    cloud = Closing(answer(200, {}))
    asyncio.run(TracedUpstream(tracer_of(TracerProvider(shutdown_on_exit=False)), Service.EVS, cloud).close())
    assert cloud.closed
