"""From settings to traces: cores that say in spans what they do, where the operator wants it. OpenTelemetry is loaded
here alone, and only then; where spans go, and how many, it takes from its own environment (`OTEL_…`)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from gateway.errors import SettingsError
from gateway.fronts.core import Core
from gateway.settings import Settings


async def _nothing() -> None:
    """There is nothing to close."""


@dataclass(frozen=True, slots=True)
class Tracing:
    """What makes the cores of a process, and what sends the last spans at its end."""

    core: Callable[..., Core] = Core
    close: Callable[[], Awaitable[None]] = _nothing


def tracing_of(settings: Settings) -> Tracing:
    """Return how a process of these settings traces. Errors: SettingsError without OpenTelemetry."""
    if settings.traces.export == "off":
        return Tracing()
    try:
        from gateway.fronts.spans import TracedCore, tracer_of
        from gateway.fronts.spans_export import exporting
    except ModuleNotFoundError as error:
        raise SettingsError(f"traces.export: {error.name} is missing; pip install 'evs-gateway[otel]'") from error
    made = exporting()
    return Tracing(partial(TracedCore, tracer_of(made.provider)), partial(asyncio.to_thread, made.close))
