import asyncio
from collections.abc import Callable, Coroutine
from contextvars import ContextVar
from typing import Any

import pytest

from gateway.fronts.eager import Running, Waiting, apart, begin

ABOUT: ContextVar[str] = ContextVar("ABOUT", default="nobody")


class Told:
    """What became of a coroutine, in the words of those who are told."""

    def __init__(self) -> None:
        self.story: list[object] = []

    def begin(self, coroutine: Coroutine[Any, None, object]) -> Running[object] | None:
        return begin(coroutine, self._ended, self._broke)

    def _ended(self, result: object) -> None:
        self.story.append((result, ABOUT.get()))

    def _broke(self, error: BaseException) -> None:
        self.story.append((type(error), ABOUT.get()))


async def turns(number: int = 5) -> None:
    for _ in range(number):
        await asyncio.sleep(0)


def test_what_does_not_wait_is_over_at_once() -> None:
    async def work() -> str:
        ABOUT.set("somebody")
        return "done"

    async def main() -> None:
        told = Told()
        assert told.begin(work()) is None
        assert told.story == [("done", "somebody")]
        assert ABOUT.get() == "nobody"

    asyncio.run(main())


def test_what_breaks_at_once_is_told() -> None:
    async def work() -> None:
        raise ValueError

    async def main() -> None:
        told = Told()
        assert told.begin(work()) is None
        assert told.story == [(ValueError, "nobody")]

    asyncio.run(main())


async def _future(loop: asyncio.AbstractEventLoop) -> object:
    future = loop.create_future()
    loop.call_soon(future.set_result, 3)
    return await future


async def _turn(loop: asyncio.AbstractEventLoop) -> object:
    await asyncio.sleep(0)
    return 3


async def _task(loop: asyncio.AbstractEventLoop) -> object:
    async def inner() -> int:
        async with asyncio.timeout(5):
            return 3

    return await apart(inner())


async def _settled(loop: asyncio.AbstractEventLoop) -> object:
    waiting: Waiting[int] = Waiting(loop)
    waiting.settle(3)
    return await waiting


async def _settled_later(loop: asyncio.AbstractEventLoop) -> object:
    waiting: Waiting[int] = Waiting(loop)
    loop.call_soon(waiting.settle, 3)
    return await waiting


WAITS = (_future, _turn, _task, _settled, _settled_later)


@pytest.mark.parametrize("wait", WAITS)
def test_what_waits_goes_on_in_its_own_context(wait: Callable[..., Coroutine[Any, Any, object]]) -> None:
    async def work() -> object:
        ABOUT.set("somebody")
        return await wait(asyncio.get_running_loop()), await wait(asyncio.get_running_loop())

    async def main() -> None:
        told = Told()
        running = told.begin(work())
        assert (told.story, running is None) in (([], False), ([((3, 3), "somebody")], True))
        await turns(8)
        assert told.story == [((3, 3), "somebody")]
        assert ABOUT.get() == "nobody"

    asyncio.run(main())


@pytest.mark.parametrize("wait", WAITS)
def test_a_task_waits_for_the_same(wait: Callable[..., Coroutine[Any, Any, object]]) -> None:
    async def main() -> object:
        return await asyncio.create_task(wait(asyncio.get_running_loop()))

    assert asyncio.run(main()) == 3


def test_who_waits_without_a_task_goes_on_before_the_settling_returns() -> None:
    async def main() -> None:
        told, waiting = Told(), Waiting[int](asyncio.get_running_loop())

        async def work() -> int:
            return await waiting

        assert told.begin(work()) is not None
        waiting.settle(3)
        assert told.story == [(3, "nobody")]

    asyncio.run(main())


def test_what_breaks_later_is_told() -> None:
    async def work() -> None:
        await asyncio.sleep(0)
        raise ValueError

    async def main() -> None:
        told = Told()
        told.begin(work())
        await turns()
        assert told.story == [(ValueError, "nobody")]

    asyncio.run(main())


@pytest.mark.parametrize("makes", [lambda loop: Waiting(loop), lambda loop: loop.create_future()])
def test_who_is_cancelled_ends_where_it_waits(makes: Callable[[Any], asyncio.Future[None]]) -> None:
    async def main() -> None:
        told, waiting = Told(), makes(asyncio.get_running_loop())

        async def work() -> None:
            try:
                await waiting
            finally:
                told.story.append("cleaned")

        running = told.begin(work())
        assert running is not None
        running.cancel()
        await asyncio.gather(running)
        assert told.story == ["cleaned", (asyncio.CancelledError, "nobody")]
        running.cancel()
        await asyncio.gather(running)

    asyncio.run(main())


def test_a_task_that_waits_for_it_can_be_cancelled() -> None:
    async def main() -> None:
        waiting = Waiting[None](asyncio.get_running_loop())

        async def work() -> None:
            await waiting

        task = asyncio.create_task(work())
        await turns(1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert waiting.cancelled()
        assert not waiting.cancel()

    asyncio.run(main())


def test_who_is_cancelled_between_two_waits_ends_at_the_next_turn() -> None:
    async def main() -> None:
        told = Told()

        async def work() -> None:
            try:
                await asyncio.sleep(0)
            finally:
                await asyncio.sleep(0)
                told.story.append("cleaned")

        running = told.begin(work())
        assert running is not None
        running.cancel()
        await running
        assert told.story == ["cleaned", (asyncio.CancelledError, "nobody")]
        await running

    asyncio.run(main())
