import asyncio
from collections.abc import Callable
from typing import Any

from gateway.fronts.deadline import NEVER, Deadline


class Handle:
    def __init__(self, at: float, call: Callable[[], None]) -> None:
        self.at = at
        self.call = call
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


class Clock:
    """A loop whose time is what the test says."""

    def __init__(self) -> None:
        self.now = 0.0
        self.handles: list[Handle] = []
        self.reached: list[float] = []
        self.deadline = Deadline(self, lambda: self.reached.append(self.now))  # type: ignore[arg-type]

    def time(self) -> float:
        return self.now

    def call_at(self, at: float, call: Callable[[], None]) -> Any:
        self.handles.append(Handle(at, call))
        return self.handles[-1]

    @property
    def wound(self) -> list[float]:
        return [handle.at for handle in self.handles if not handle.is_cancelled and handle.at > self.now]

    def pass_to(self, now: float) -> None:
        self.now = now
        for handle in list(self.handles):
            if handle.at <= now and not handle.is_cancelled:
                handle.is_cancelled = True
                handle.call()


def test_a_moment_is_reached_once() -> None:
    clock = Clock()
    clock.deadline.by(5)
    clock.pass_to(4)
    clock.pass_to(5)
    clock.pass_to(6)
    assert clock.reached == [5]
    assert clock.wound == []


def test_what_is_put_off_costs_no_timer_of_its_own() -> None:
    clock = Clock()
    clock.deadline.by(5)
    for later in (6, 7, 8):
        clock.deadline.by(later)
    assert clock.wound == [5]
    clock.pass_to(5)
    assert (clock.reached, clock.wound) == ([], [8])
    clock.pass_to(8)
    assert clock.reached == [8]


def test_what_is_brought_in_is_wound_anew() -> None:
    clock = Clock()
    clock.deadline.by(5)
    clock.deadline.by(2)
    assert clock.wound == [2]
    clock.pass_to(2)
    assert clock.reached == [2]


def test_what_is_set_aside_is_not_reached() -> None:
    clock = Clock()
    clock.deadline.by(5)
    clock.deadline.at = NEVER
    clock.pass_to(5)
    assert (clock.reached, clock.wound) == ([], [])
    clock.deadline.by(9)
    clock.pass_to(9)
    assert clock.reached == [9]


def test_what_stops_holds_no_timer() -> None:
    clock = Clock()
    clock.deadline.stop()
    clock.deadline.by(5)
    clock.deadline.stop()
    assert clock.wound == []
    clock.deadline.by(6)
    assert clock.wound == [6]


def test_a_loop_calls_it() -> None:
    async def main() -> None:
        reached, loop = asyncio.Event(), asyncio.get_running_loop()
        Deadline(loop, reached.set).by(loop.time())
        await asyncio.wait_for(reached.wait(), 5)

    asyncio.run(main())
