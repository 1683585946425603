import asyncio
import sys
from functools import partial

import pytest

from gateway.errors import SettingsError
from gateway.fronts.core import Core
from gateway.fronts.spans import TracedCore
from gateway.fronts.tracing import tracing_of
from gateway.settings import Settings, TraceSettings

ON = Settings(traces=TraceSettings(export="otlp"))


def test_nobody_traces_unasked() -> None:
    tracing = tracing_of(Settings())
    asyncio.run(tracing.close())
    assert tracing.core is Core


def test_whoever_is_asked_makes_traced_cores() -> None:
    tracing = tracing_of(ON)
    asyncio.run(tracing.close())
    assert isinstance(tracing.core, partial)
    assert tracing.core.func is TracedCore


def test_without_opentelemetry_it_is_said_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "gateway.fronts.spans")
    monkeypatch.setitem(sys.modules, "opentelemetry.context", None)
    with pytest.raises(
        SettingsError, match=r"^traces.export: opentelemetry.context is missing; pip install 'evs-gatew"
    ):
        tracing_of(ON)
