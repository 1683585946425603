"""The log: one JSON object a line, on stderr."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest

from gateway.fronts.logs import configure


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
