"""The log: one JSON object a line on stderr. Ordinary answers are not in it; what an operator should know is.

Nothing secret comes here: no query, no body, no header, and paths of documented operations only. What is said while a
request is answered, by whatever part, says which request it is about, and which trace that belongs to.
"""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

from gateway.http.messages import Request
from gateway.http.traces import trace_of

_ABOUT: ContextVar[tuple[str, Request] | None] = ContextVar("about", default=None)


def following(request_id: str, request: Request) -> None:
    """Say what request the lines of this task are about from now on."""
    _ABOUT.set((request_id, request))


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object: time, level, event, the request it is about, and the fields given as
    `extra={"fields": {...}}`."""

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **_about(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


def _about() -> dict[str, str]:
    about = _ABOUT.get()
    if about is None:
        return {}
    trace = trace_of(about[1])
    return {"request_id": about[0]} | ({} if trace is None else {"trace_id": trace})


def configure(level: int = logging.INFO) -> None:
    """Send the log of this process to stderr. Called once, when a process starts to serve."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=level, handlers=[handler], force=True)
