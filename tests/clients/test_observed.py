"""A gateway as a process, seen by those who operate it: one id in all that is said of a request, and the metrics of all
workers."""

from __future__ import annotations

import gzip
import json
import os
import signal
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from prometheus_client.parser import text_string_to_metric_families

from .harness import ALICE, TOKENS, Server, dead_address, gateway, run, simulator

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
LIMITED = f"/v2/{ALICE}/os-nobody-documents-this"


class Collector(BaseHTTPRequestHandler):
    """Takes spans as a collector does."""

    spans: SimpleQueue[Any]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.spans.put(ExportTraceServiceRequest.FromString(body))
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def collector() -> Iterator[tuple[str, SimpleQueue[Any]]]:
    """Yield where spans are taken, and those that came."""
    spans: SimpleQueue[Any] = SimpleQueue()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Own", (Collector,), {"spans": spans}))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", spans
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def ask(url: str, *headers: tuple[str, str]) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(url, headers={"x-auth-token": TOKENS[ALICE], **dict(headers)})
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Taken())
    with opener.open(request, timeout=20) as answer:
        return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()


class _Taken(urllib.request.HTTPErrorProcessor):
    """Takes every status for an answer."""

    def http_response(self, request: Any, response: Any) -> Any:
        return response


def scraped(server: Server) -> dict[str, dict[tuple[str, ...], float]]:
    """Return the metrics by name and the values of their labels."""
    text = ask(f"{server.ready['admin']}/metrics")[2].decode()
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = tuple(value for _, value in sorted(sample.labels.items()))
            found.setdefault(sample.name.removeprefix("evs_gateway_"), {})[labels] = sample.value
    return found


def workers(server: Server) -> list[int]:
    pid = server.process.pid
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def kill_second_worker(server: Server) -> int:
    """Kill the worker that does not serve the admin side, return its id when another has taken its place."""
    begun = server.stderr.read_text().count('"serving"')
    killed = workers(server)[1]
    os.kill(killed, signal.SIGKILL)
    until = time.monotonic() + 20
    while server.stderr.read_text().count('"serving"') == begun and time.monotonic() < until:
        time.sleep(0.02)
    return killed


def logged(server: Server) -> list[dict[str, Any]]:
    return [json.loads(line) for line in server.stderr.read_text().splitlines()]


def test_an_id_is_found_in_answer_log_audit_trace_and_har(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cassette, har = tmp_path / "c.sqlite", tmp_path / "c.har"
    with collector() as (address, spans), simulator(tmp_path) as cloud:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", address)
        with gateway(tmp_path, "record", cassette, cloud.public, "--traces", "otlp") as server:
            status, headers, _ = ask(server.public + LIMITED, ("traceparent", f"00-{TRACE}-{PARENT}-01"))
            server.end()
            assert status == 404
            request_id = headers["x-request-id"]
            (line,) = [line for line in logged(server) if line["event"] == "request"]
            assert (line["request_id"], line["trace_id"]) == (request_id, TRACE)
        exported = [span for each in resource_spans(spans) for span in each.spans]
    told = {span.name: {each.key: each.value.string_value for each in span.attributes} for span in exported}
    assert told["undocumented"]["evs_gateway.request_id"] == request_id
    assert {span.trace_id.hex() for span in exported} == {TRACE}
    assert not any(secret in str(exported) for secret in (TOKENS[ALICE], LIMITED))
    records = [json.loads(line) for path in tmp_path.rglob("audit/*.jsonl") for line in path.read_text().splitlines()]
    ended = [(record["id"], record["trace"]) for record in records if record["stage"] == "complete"]
    assert ended == [(request_id, TRACE)]
    run("cassette", "export", str(cassette), str(har))
    (entry,) = json.loads(har.read_text())["log"]["entries"]
    kept = {header["name"].lower(): header["value"] for header in entry["response"]["headers"]}
    assert kept["x-request-id"] == request_id


def resource_spans(spans: SimpleQueue[Any]) -> Iterator[Any]:
    """Yield what came, by who made it."""
    while not spans.empty():
        for each in spans.get().resource_spans:
            names = {attribute.key: attribute.value.string_value for attribute in each.resource.attributes}
            assert names["service.name"] == "evs-gateway"
            yield from each.scope_spans


def test_a_collector_that_is_gone_keeps_nobody_waiting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", dead_address())
    with gateway(tmp_path, "simulate", tmp_path / "c.sqlite", None, "--traces", "otlp") as server:
        assert ask(f"{server.public}/v2/{ALICE}/types")[0] == 200


def test_metrics_are_those_of_all_workers_and_stay_few(tmp_path: Path) -> None:
    with gateway(tmp_path, "simulate", tmp_path / "c.sqlite", None, "--workers", "2", "--audit", "off") as server:
        for number in range(60):
            assert ask(f"{server.public}/random-{number}/{number}?a={number}")[0] == 404
        before = scraped(server)
        for number in range(60, 120):
            ask(f"{server.public}/random-{number}/{number}", ("x-auth-token", str(number)))
        after = scraped(server)
        assert after["requests_total"] == {("none", "simulate", "undocumented", "404"): 120}
        assert TOKENS[ALICE] not in ask(f"{server.ready['admin']}/metrics")[2].decode() + server.stderr.read_text()
        assert after["process_resident_memory_bytes"].keys() == {("0",), ("1",)}
        assert sum(map(len, after.values())) == sum(map(len, before.values())) < 200
        killed = kill_second_worker(server)
        assert scraped(server)["requests_total"] == after["requests_total"]
        assert killed not in workers(server)
