"""Counts what happens in one process: every request at its end, every step that takes time, every record kept.

Stands where the audit trail and the store stand, passes on to them and times them; so nothing is counted twice, and
what is refused because they take no record is counted as refused. All labels come from closed sets: a client that
asks for random paths makes no new series.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator
from time import perf_counter

from gateway.access.decisions import Decision
from gateway.auditing import origin_by
from gateway.cassette.exchange import UNDOCUMENTED, Exchange
from gateway.errors import StoreFullError
from gateway.fronts.metrics.tallies import Name, Tally
from gateway.http.marks import Marks
from gateway.http.messages import Request, Response
from gateway.seams import Auditor, Ending, FailureKind, Forward, Keeper, Reply, Service

REQUESTS = "requests"
ORIGINS = "origins"
REFUSALS = "refusals"
UPSTREAM = "upstream"
CASSETTE = "cassette"
FAULTS = "faults"
NOT_TAKEN = "not_taken"
STEPS = "steps"
STEPS_SUM = "steps_sum"
WAITING = "waiting"

# How the first word of a remark names why the gateway answered itself.
REASONS = frozenset(
    {"inadmissible", "invalid", "not let in", "undocumented", "deny", "miss", "store", "audit", "verify"}
)

# The upper bounds of the steps' times, in seconds: from a look into memory to the time an upstream may take.
BOUNDS_S = (
    *(0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05),
    *(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0),
)
BOUNDS = (*map(str, BOUNDS_S), "+Inf")

CLOUD = "cloud"
GATEWAY = "gateway"
STORE = "cassette"
TRAIL = "audit"


# Of the ways to end, so many are remembered with what they add to.
REMEMBERED = 4096

Took = Callable[[float], None]
"""Counts one time in seconds. A clock that was put back makes it short."""

Way = tuple[str, str, str, int, str, Service | None, int | FailureKind | None, str]
"""A way for a request to end, as far as it is told from others: operation, mode, decision, status; whom the answer is
from; which upstream was asked, if any, and what it said; how the cassette took part, empty where there is none."""


class Meter:
    """Counts into the numbers of one process."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally
        self._values = tally.values
        self._slots: dict[Way, tuple[int, ...]] = {}
        self._whole, self._decide, self._upstream = (step(tally, name) for name in ("whole", "decide", "upstream"))

    def over_trail(self, trail: Auditor | None) -> Auditor:
        """Return the audit trail, counted: the end of every request comes by there, where there is one or none."""
        return _CountedTrail(self, trail, self._tally)

    def over_keeper(self, keeper: Keeper | None) -> Keeper | None:
        """Return the store, counted."""
        return None if keeper is None else _CountedKeeper(keeper, self._tally)

    def ended(self, ending: Ending, status: int, audit_s: float = 0.0) -> None:
        """Count a request at its end, with the status that its client hears."""
        way = _way(ending, status)
        for slot in self._slots.get(way) or self._learnt(way):
            self._values[slot] += 1
        self._whole(ending.took_s + audit_s)
        self._decide(ending.decided_s)
        if ending.outcome is not None:
            self._upstream(ending.upstream_s)
        if way[4] != CLOUD:
            self._explain(ending.reply, _reason(ending, status) if way[4] == GATEWAY else None)

    def _learnt(self, way: Way) -> tuple[int, ...]:
        """Return where a way counts, and remember it: there are as many as there are combinations of a few words."""
        slots = tuple(map(self._tally.slot, _names(way)))
        if len(self._slots) < REMEMBERED:
            self._slots[way] = slots
        return slots

    def _explain(self, reply: Reply, reason: str | None) -> None:
        """Count why an answer is not the cloud's."""
        if reason is not None:
            self._tally.add((REFUSALS, reason))
        for name in reply.mishap.names if reply.mishap is not None else ():
            self._tally.add((FAULTS, name))


def step(tally: Tally, name: str) -> Took:
    """Return what counts the times of a step: how many were within each bound, and their sum in nanoseconds."""
    values = tally.values
    slots = [tally.slot((STEPS, name, bound)) for bound in BOUNDS]
    total = tally.slot((STEPS_SUM, name))

    def took(seconds: float) -> None:
        values[slots[bisect_left(BOUNDS_S, seconds)]] += 1
        if seconds > 0:
            values[total] += int(seconds * 1e9)

    return took


class _CountedTrail:
    """The audit trail with the end of each request counted, when it is recorded or is not taken."""

    def __init__(self, meter: Meter, trail: Auditor | None, tally: Tally) -> None:
        self._meter = meter
        self._trail = trail
        self._tally = tally
        self._took = step(tally, TRAIL)

    async def received(self, request_id: str, forward: Forward) -> int:
        if self._trail is None:
            return 0
        began = perf_counter()
        try:
            return await self._trail.received(request_id, forward)
        except StoreFullError:
            self._tally.add((NOT_TAKEN, TRAIL))
            raise
        finally:
            self._took(perf_counter() - began)

    async def complete(self, request_id: str, ending: Ending) -> None:
        if self._trail is None:
            self._meter.ended(ending, ending.status)
            return
        began = perf_counter()
        status = ending.status
        try:
            await self._trail.complete(request_id, ending)
        except StoreFullError:
            self._tally.add((NOT_TAKEN, TRAIL))
            status = 503
            raise
        finally:
            took_s = perf_counter() - began
            self._took(took_s)
            self._meter.ended(ending, status, took_s)


class _CountedKeeper:
    """A store with what waits for it counted, and how long it takes."""

    def __init__(self, keeper: Keeper, tally: Tally) -> None:
        self._keeper = keeper
        self._tally = tally
        self._took = step(tally, "keep")
        tally.put((WAITING,), 0)

    async def intend(self, request: Request) -> int:
        with _Kept(self._tally, self._took):
            return await self._keeper.intend(request)

    async def append(self, exchange: Exchange, intent: int | None = None) -> None:
        with _Kept(self._tally, self._took):
            await self._keeper.append(exchange, intent)

    async def withdraw(self, intent: int) -> None:
        with _Kept(self._tally, self._took):
            await self._keeper.withdraw(intent)

    def fault(self) -> str | None:
        return self._keeper.fault()


class _Kept:
    """The time during which something waits for the store."""

    __slots__ = ("_began", "_tally", "_took")

    def __init__(self, tally: Tally, took: Took) -> None:
        self._tally = tally
        self._took = took

    def __enter__(self) -> None:
        self._tally.add((WAITING,))
        self._began = perf_counter()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._took(perf_counter() - self._began)
        self._tally.add((WAITING,), -1)
        if kind is not None and issubclass(kind, StoreFullError):
            self._tally.add((NOT_TAKEN, STORE))


def _way(ending: Ending, status: int) -> Way:
    reply, forward, outcome = ending.reply, ending.forward, ending.outcome
    origin = origin_by(ending.marks, reply, outcome) if status == ending.status else GATEWAY
    service = None if forward is None else forward.service
    said = None if outcome is None else outcome.status if isinstance(outcome, Response) else outcome.kind
    arrival = reply.arrival
    if arrival is None:
        return UNDOCUMENTED, "none", "none", status, origin, service, said, ""
    operation, mode = arrival.operation, arrival.mode
    name = UNDOCUMENTED if operation is None else operation.id
    decision = "none" if arrival.decision is None else _decided(arrival.decision, origin)
    part = _part(ending.marks) if mode.needs_cassette else ""
    return name, mode.name, decision, status, origin, service, said, part


def _names(way: Way) -> Iterator[Name]:
    """Yield the numbers that a way adds to."""
    operation, mode, decision, status, origin, service, said, part = way
    yield REQUESTS, operation, mode, decision, str(status)
    yield ORIGINS, origin
    if service is not None and said is not None:
        yield UPSTREAM, service.value, _result(said)
    if part:
        yield CASSETTE, part


def _decided(decision: Decision, origin: str) -> str:
    """Return what the policies said, and whether it counted."""
    if decision.allowed:
        return "allow" if decision.would is None or decision.would.allowed else "would-deny"
    return "deny" if origin == GATEWAY else "would-deny"


def _result(said: int | FailureKind) -> str:
    """Return how an upstream answered: the class of its status, or how it failed."""
    if isinstance(said, FailureKind):
        return said.value
    return f"{said // 100}xx" if 100 <= said < 600 else "other"


def _part(marks: Marks) -> str:
    """Return how the cassette took part, from what Cache-Status says of it."""
    status = marks.cache or b""
    if b"; hit" in status:
        return "hit"
    if b"fwd=miss" in status:
        return "stored-miss" if b"; stored" in status else "miss"
    return "stored" if b"; stored" in status else "none"


def _reason(ending: Ending, status: int) -> str:
    """Return why the gateway answered itself, in one of a few words."""
    if status != ending.status:
        return TRAIL
    reply = ending.reply
    for remark in reply.remarks:
        word = remark.partition(":")[0]
        if word in REASONS:
            return word
        if word.startswith("deny "):
            return "deny"
    return "upstream" if reply.response.status in (502, 504) else "other"
