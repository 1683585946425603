"""Spans on their way to a collector, by OTLP over HTTP, in batches and beside the requests."""

from __future__ import annotations

import os
from dataclasses import dataclass
from threading import Timer

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import SERVICE_NAME, SERVICE_VERSION, Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

from gateway import __version__

# How long a collector that does not answer may hold up the end of a process.
LAST_S = 2.0


@dataclass(frozen=True, slots=True)
class Exporting:
    """What makes spans, and what carries them away."""

    provider: TracerProvider
    exporter: OTLPSpanExporter

    def close(self) -> None:
        """Send the last spans, if somebody takes them soon."""
        giving_up = Timer(LAST_S, self.exporter.shutdown)
        giving_up.start()
        self.provider.shutdown()
        giving_up.cancel()


def exporting() -> Exporting:
    """Return what sends spans where `OTEL_EXPORTER_OTLP_ENDPOINT` says. Its threads belong to this process.

    `OTEL_SERVICE_NAME` comes before the name given here.
    """
    name = os.environ.get("OTEL_SERVICE_NAME", "evs-gateway")
    known = Resource.create({SERVICE_NAME: name, SERVICE_VERSION: __version__})
    made = Exporting(TracerProvider(resource=known, shutdown_on_exit=False), OTLPSpanExporter())
    made.provider.add_span_processor(BatchSpanProcessor(made.exporter))
    return made
