"""Asks a live service what a recording asked, and holds the answers against the recorded ones.

Waits between polls and sends; what is asked, and what is made of it, is settled elsewhere.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field

from gateway.cassette.comparing import Compare, Departure, Weight
from gateway.cassette.departures import Survey
from gateway.cassette.kinds import kind_of
from gateway.cassette.reissuing import Live, Step, Unasked, departures, mark
from gateway.http.messages import Request, Response
from gateway.seams import UpstreamFailure

Ask = Callable[[Step, Request], Awaitable[Response | UpstreamFailure]]
"""Sends the request of a step, with credentials where the recorded one had some."""
Sleep = Callable[[float], Awaitable[object]]

# Kinds of things that stay where they were made until somebody deletes them.
_LASTING = frozenset({"volume", "snapshot", "transfer"})
_REFUSED = 400


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a read is asked again while it shows something else than the recording, and with what pauses."""

    polls: int = 60
    pause_s: float = 1.0


@dataclass(slots=True)
class Reissue:
    """One comparison under way: what was found, what could not be asked, and which things were made and deleted."""

    live: Live
    ask: Ask
    compare: Compare
    sleep: Sleep
    patience: Patience
    survey: Survey = field(default_factory=Survey)
    unasked: list[Unasked] = field(default_factory=list)
    _left: dict[str, str] = field(default_factory=dict)

    @property
    def left(self) -> tuple[str, ...]:
        """The things that were made on the way and are there still, as kind and live id."""
        return tuple(f"{kind_of(alias)} {value}" for alias, value in self._left.items())

    async def in_order(self, steps: Iterable[Step]) -> None:
        """Ask everything in its order. What cannot be asked, because what it names was never made, is told."""
        for step in steps:
            request = self.live.asked(step)
            if isinstance(request, Unasked):
                self.unasked.append(request)
            else:
                await self._compared(step, request)

    async def as_known(self, steps: Iterable[Step]) -> None:
        """Ask whatever can be asked, again and again while the answers tell more ids; the rest is told."""
        waiting, learnt = list(steps), True
        while waiting and learnt:
            learnt, blocked = False, list[Step]()
            for step in waiting:
                request = self.live.asked(step)
                if isinstance(request, Unasked):
                    blocked.append(step)
                else:
                    learnt = await self._compared(step, request) or learnt
            waiting = blocked
        self.unasked.extend(told for step in waiting if isinstance(told := self.live.asked(step), Unasked))

    async def _compared(self, step: Step, request: Request) -> bool:
        """Ask, compare, and return whether ids became known."""
        outcome = await self._settled(step, request)
        if isinstance(outcome, UpstreamFailure):
            failed = Departure("failed", Weight.ERROR, "status", "an answer", outcome.kind.value)
            self.survey.add(step.operation, step.seq, (failed,))
            return False
        self.survey.add(step.operation, step.seq, departures(step, outcome, self.compare))
        known = set(self.live.values)
        has_learnt = self.live.learn(step, outcome)
        self._account(step, outcome, known)
        return has_learnt

    async def _settled(self, step: Step, request: Request) -> Response | UpstreamFailure:
        """Ask, and ask a read again until it shows what the recording shows, or patience ends."""
        outcome = await self.ask(step, request)
        for _ in range(self.patience.polls if step.is_read else 0):
            if isinstance(outcome, UpstreamFailure) or mark(outcome) in step.answers:
                break
            await self.sleep(self.patience.pause_s)
            outcome = await self.ask(step, request)
        return outcome

    def _account(self, step: Step, live: Response, known: set[str]) -> None:
        """Note what a write made, and what one deleted."""
        if live.status < _REFUSED and (ended := _ended(step.request)) in self._left:
            del self._left[ended]
        elif not step.is_read:
            new = {alias: value for alias, value in self.live.values.items() if alias not in known}
            self._left |= {alias: value for alias, value in new.items() if kind_of(alias) in _LASTING}


def _ended(request: Request) -> str | None:
    """Return the alias of what is no more when this is done: what is deleted, or accepted."""
    path = request.path.removesuffix(b"/accept")
    is_end = request.method == "DELETE" or path != request.path
    return path.rpartition(b"/")[2].decode("latin-1") if is_end else None
