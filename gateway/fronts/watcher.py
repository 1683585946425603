"""Looks at answers that went out: what the log should say, and how the cloud's answers differ from the documented.

Comparing an answer costs more than forwarding it. So the first answers of each operation and status are all compared,
and of the later ones one now and then; they wait in a bounded line, one is taken a turn of the loop. A difference is
logged once a process. A recording can be compared whole, afterwards.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from contextvars import Context

from gateway.cassette.departures import Survey
from gateway.cassette.exchange import UNDOCUMENTED
from gateway.contract.model import Match
from gateway.drift import Weight, compare
from gateway.http.messages import Response
from gateway.seams import Reply

log = logging.getLogger(__name__)

WAITING = 64
# Of each operation and status this many answers are compared, then one in this many seconds.
FIRST = 20
PAUSE_S = 5.0
# Differences told apart: more than a contract of 58 operations can have.
KNOWN = 10_000


class Watcher:
    """Watches over the answers of one process. `scrub` takes secrets out of a text; `survey` gathers what was found
    where answers were held against a cassette."""

    def __init__(self, scrub: Callable[[bytes], bytes], survey: Survey | None = None) -> None:
        self._scrub = scrub
        self._survey = survey
        self._waiting: deque[tuple[Match, Response, str]] = deque()
        self._seen: dict[tuple[str, int], tuple[int, float]] = {}
        self._told: set[tuple[str, str, str]] = set()
        # A look belongs to no request's task: it says itself which request it is about.
        self._apart = Context()

    def answered(self, request_id: str, reply: Reply, outcome: Response | None) -> None:
        """Take note of an answer that went out; `outcome` is what the cloud said, None when it was not asked."""
        if reply.remarks:
            self._tell(request_id, reply)
        if reply.compared is not None and self._survey is not None:
            operation = reply.arrival.operation if reply.arrival is not None else None
            name = UNDOCUMENTED if operation is None else operation.id
            self._survey.add(name, reply.compared.seq, reply.compared.departures)
        if outcome is not None and reply.arrival is not None and isinstance(reply.arrival.identified, Match):
            self._line_up(reply.arrival.identified, outcome, request_id)

    def _tell(self, request_id: str, reply: Reply) -> None:
        arrival = reply.arrival
        fields = {
            "request_id": request_id,
            "status": reply.response.status,
            "operation": arrival.operation.id if arrival and arrival.operation else None,
            "method": arrival.request.method if arrival else None,
            "path": self._path(reply),
            "remarks": [self._scrub(remark.encode()).decode() for remark in reply.remarks],
        }
        log.warning("request", extra={"fields": fields})

    def _path(self, reply: Reply) -> str | None:
        """Return the path of a documented operation; elsewhere anything may stand in a path."""
        if reply.arrival is None or reply.arrival.operation is None:
            return None
        return self._scrub(reply.arrival.request.path).decode("latin-1")

    def _line_up(self, match: Match, response: Response, request_id: str) -> None:
        loop = asyncio.get_running_loop()
        if len(self._waiting) >= WAITING or not self._is_due(match, response, loop.time()):
            return
        self._waiting.append((match, response, request_id))
        if len(self._waiting) == 1:
            loop.call_soon(self._look, context=self._apart)

    def _is_due(self, match: Match, response: Response, now: float) -> bool:
        kind = (match.operation.id, response.status)
        count, at = self._seen.get(kind, (0, now))
        if count >= FIRST and now - at < PAUSE_S:
            return False
        self._seen[kind] = (count + 1, now)
        return True

    def _look(self) -> None:
        match, response, request_id = self._waiting.popleft()
        if self._waiting:
            asyncio.get_running_loop().call_soon(self._look, context=self._apart)
        for drift in compare(match, response):
            difference = (match.operation.id, drift.rule, drift.where)
            if drift.severity is Weight.WARN and difference not in self._told and len(self._told) < KNOWN:
                self._told.add(difference)
                fields = {
                    "request_id": request_id,
                    "operation": match.operation.id,
                    "rule": drift.rule,
                    "where": drift.where,
                }
                fields |= {"expected": drift.expected, "found": drift.found, "source": drift.source}
                log.warning("answer differs from the documented one", extra={"fields": fields})
