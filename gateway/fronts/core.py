"""What every door shares: a request in, the whole answer out, and in between the I/O that the pipeline asks for.

Decides nothing itself. Doors only carry: they read requests from their clients, give them to the core, and say its
answers. A client that leaves does not stop what was begun: its exchange is kept all the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from time import perf_counter
from typing import NamedTuple

from gateway.access.facts import Target
from gateway.access.tokens import Trouble, Verdict
from gateway.access.values import ABSENT
from gateway.errors import StoreFullError
from gateway.fronts.identity import Tokens
from gateway.fronts.logs import following
from gateway.fronts.targets import Targets
from gateway.fronts.watcher import Watcher
from gateway.http.messages import Request, Response
from gateway.http.spoken import REQUEST_ID, lines_of
from gateway.pipeline import READ_METHODS, Pipeline, is_write
from gateway.seams import (
    Auditor,
    Ending,
    FailureKind,
    Forward,
    Keeper,
    LookUp,
    Question,
    Reply,
    Service,
    Upstream,
    UpstreamFailure,
    named,
)

_WELL_FORMED_ID = re.compile(rb"[A-Za-z0-9._:-]{1,128}")


class Answered:
    """A request with its answer: `reply` is how it came about, `outcome` what the upstream said, None when it was not
    asked; `request_id` is the one that the answer has, its own or the one given."""

    __slots__ = ("outcome", "reply", "request_id")

    def __init__(self, reply: Reply, given_id: str, outcome: Response | UpstreamFailure | None = None) -> None:
        lines = lines_of(reply.response.headers)
        own = None if lines is None else lines.request_id
        self.reply = reply
        self.outcome = outcome
        self.request_id = given_id if own is None else own.decode("latin-1")

    @property
    def response(self) -> Response:
        """What the door says."""
        return named(self.reply.response, self.request_id)


class _Passage(NamedTuple):
    """What came of a request that went on: its reply, what the upstream said and how long it took, and the trail's
    number for it."""

    reply: Reply
    outcome: Response | UpstreamFailure | None = None
    upstream_s: float = 0.0
    received: int = 0


class Core:
    """One of these serves all doors of a process. `clock` gives seconds since the epoch, `ids` a fresh request id."""

    def __init__(
        self,
        pipeline: Pipeline,
        upstreams: Mapping[Service, Upstream],
        keeper: Keeper | None,
        clock: Callable[[], float],
        ids: Callable[[], str],
        watcher: Watcher | None = None,
        tokens: Tokens | None = None,
        targets: Targets | None = None,
        trail: Auditor | None = None,
    ) -> None:
        self._pipeline = pipeline
        self._upstreams = upstreams
        self._keeper = keeper
        self._clock = clock
        self._ids = ids
        self._watcher = watcher
        self._tokens = tokens
        self._targets = targets
        self._trail = trail

    async def answer(self, request: Request, scope: str = "") -> Answered:
        """Return the answer to a request, when everything about it is kept. `scope` is the one that a door has for it,
        empty where it has none."""
        if self._tokens is not None:
            self._tokens.forgetting.catch_up()
        request_id = self._id_for(request)
        following(request_id, request)
        began_at, began = self._clock(), perf_counter()
        decided = self._pipeline.on_request(request, began_at, scope)
        if isinstance(decided, Question):
            decided = self._pipeline.on_verdict(decided, await self._verdict(decided))
        if isinstance(decided, LookUp):
            decided = self._pipeline.on_target(decided, await self._state(decided))
        decided_s = perf_counter() - began
        forward = None
        if isinstance(decided, Forward):
            forward = decided
            reply, outcome, upstream_s, received = await self._forwarded(decided, request_id)
        else:
            reply, outcome, upstream_s, received = decided, None, 0.0, 0
        answered = Answered(reply, request_id, outcome)
        trail = self._trail
        if trail is None:
            return answered
        took_s = self._clock() - began_at
        ending = Ending(
            request, reply, None, forward, outcome, began_at, took_s, upstream_s, received, request_id, decided_s
        )
        try:
            await trail.complete(answered.request_id, ending)
        except StoreFullError as error:
            return self._unrecorded(answered, ending, error)
        return answered

    async def turned_away(self, request: Request, reply: Reply) -> Answered:
        """Return the refusal of a request that its door does not let in, when the trail has it."""
        request_id = self._id_for(request)
        answered = Answered(reply, request_id)
        if self._trail is None:
            return answered
        ending = Ending(request, reply, began_at=self._clock(), given_id=request_id)
        try:
            await self._trail.complete(answered.request_id, ending)
        except StoreFullError as error:
            return self._unrecorded(answered, ending, error)
        return answered

    def went_out(self, answered: Answered) -> None:
        """Take note of an answer that its client has: whatever looks at it now keeps nobody waiting."""
        if self._watcher is not None:
            outcome = answered.outcome if isinstance(answered.outcome, Response) else None
            self._watcher.answered(answered.request_id, answered.reply, outcome)

    def _unrecorded(self, answered: Answered, ending: Ending, error: StoreFullError) -> Answered:
        """Return the refusal of an answer that cannot be in the audit trail."""
        if ending.forward is not None and ending.outcome is None:
            # Refused already, and it says that nothing was sent.
            return answered
        told = f"the cloud answered {ending.outcome.status}; " if isinstance(ending.outcome, Response) else ""
        unrecorded = self._pipeline.on_audit_failure(answered.reply, ending.request, f"{told}{error}")
        return Answered(unrecorded, ending.given_id, answered.outcome)

    async def _verdict(self, asked: Question) -> Verdict:
        if self._tokens is None:
            return Trouble("no IAM is configured")
        return await self._tokens.introspection.verdict(asked.token)

    async def _state(self, look_up: LookUp) -> Target:
        return ABSENT if self._targets is None else await self._targets.state_of(look_up)

    async def _forwarded(self, forward: Forward, request_id: str) -> _Passage:
        """Send upstream and keep the exchange: first the notes of a write, then the request, then the record."""
        received, intent = 0, None
        try:
            if self._trail is not None and is_write(forward.arrival):
                received = await self._trail.received(request_id, forward)
            if forward.intent is not None and self._keeper is not None:
                intent = await self._keeper.intend(forward.intent)
        except StoreFullError as error:
            return _Passage(self._pipeline.on_note_failure(forward, str(error)), received=received)
        upstream, sent_at = self._upstreams.get(forward.service), self._clock()
        outcome = await upstream.send(forward.request) if upstream is not None else _no_upstream(forward.service)
        if self._targets is not None and forward.request.method not in READ_METHODS:
            self._targets.forget()
        came_at = self._clock()
        reply = self._pipeline.on_outcome(forward, outcome, came_at)
        if self._keeper is not None and (reply.exchange is not None or intent is not None):
            reply = await self._kept(self._keeper, forward, reply, outcome, intent)
        return _Passage(reply, outcome, came_at - sent_at, received)

    async def _kept(
        self,
        keeper: Keeper,
        forward: Forward,
        reply: Reply,
        outcome: Response | UpstreamFailure,
        intent: int | None,
    ) -> Reply:
        """Keep the exchange, or take back the note of a request that never left, and return the reply; its refusal when
        it cannot be kept. A note whose outcome nobody knows stays."""
        try:
            if reply.exchange is not None:
                await keeper.append(reply.exchange, intent)
            elif intent is not None and isinstance(outcome, UpstreamFailure) and not outcome.kind.was_sent:
                await keeper.withdraw(intent)
        except StoreFullError as error:
            said = f"the cloud answered {reply.response.status}, but that cannot be kept: {error}"
            return self._pipeline.on_store_failure(forward, said)
        return reply

    def _id_for(self, request: Request) -> str:
        """Return the request's id: the client's if well formed, or a fresh one."""
        given = request.header(REQUEST_ID)
        if given is None or not _WELL_FORMED_ID.fullmatch(given):
            return self._ids()
        return given.decode()


def _no_upstream(service: Service) -> UpstreamFailure:
    return UpstreamFailure(FailureKind.UNRESOLVED, f"no upstream is configured for {service.value}")
