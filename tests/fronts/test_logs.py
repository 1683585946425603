"""The log: one JSON object a line, on stderr."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterator

import pytest

from gateway.fronts.logs import configure, following
from gateway.http.messages import Request


@pytest.fixture
def _own_root_logger() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)


@pytest.mark.usefixtures("_own_root_logger")
def test_a_line_is_one_json_object_with_its_fields(capsys: pytest.CaptureFixture[str]) -> None:
    configure()
    logging.getLogger("gateway.x").warning("request %s", "refused", extra={"fields": {"status": 400}})
    logging.getLogger("gateway.x").debug("unheard")
    (line,) = capsys.readouterr().err.splitlines()
    record = json.loads(line)
    assert record.pop("time").endswith("+00:00")
    assert record == {"level": "warning", "event": "request refused", "status": 400}


@pytest.mark.usefixtures("_own_root_logger")
def test_an_exception_stays_on_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure()
    try:
        raise ValueError("why")
    except ValueError:
        logging.getLogger("gateway.x").exception("broken")
    (line,) = capsys.readouterr().err.splitlines()
    assert "ValueError: why" in json.loads(line)["exception"]


@pytest.mark.usefixtures("_own_root_logger")
def test_whatever_is_said_about_a_request_names_it_and_its_trace(capsys: pytest.CaptureFixture[str]) -> None:
    configure()
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    traced = Request("GET", b"/", ((b"traceparent", f"00-{trace}-00f067aa0ba902b7-01".encode()),))

    async def answer(request_id: str, request: Request) -> None:
        following(request_id, request)
        logging.getLogger("gateway.x").warning("slow")

    async def both() -> None:
        await asyncio.gather(answer("one", traced), answer("two", Request("GET", b"/")))
        logging.getLogger("gateway.x").warning("idle")

    asyncio.run(both())
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [{key: line[key] for key in ("event", "request_id", "trace_id") if key in line} for line in lines] == [
        {"event": "slow", "request_id": "one", "trace_id": trace},
        {"event": "slow", "request_id": "two"},
        {"event": "idle"},
    ]
