"""Coroutines that begin at once and need no task: most answers are there before their coroutine has ever waited.

A task costs a turn of the loop to begin and another after each wait. Here the first step runs in the caller, and what
waits goes on as soon as what it waits for is there. So inside there is no current task: what needs one (time-outs of
asyncio, aiohttp) runs `apart`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from contextvars import Context, copy_context
from typing import Any, Generic, TypeVar

T = TypeVar("T")

Broke = Callable[[BaseException], None]
"""Is told what a coroutine ended with when it did not return."""


class Waiting(asyncio.Future[T]):
    """A future that tells who runs without a task at once, and tasks as any future does."""

    __slots__ = ("resume",)

    resume: Callable[[], None] | None

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop=loop)
        self.resume = None

    def settle(self, result: T) -> None:
        """Have this result. Whoever waits without a task has gone on when this returns."""
        self.set_result(result)
        if self.resume is not None:
            self.resume()

    def cancel(self, msg: Any = None) -> bool:
        is_news = super().cancel(msg)
        if is_news and self.resume is not None:
            self.get_loop().call_soon(self.resume)
        return is_news


class Running(Generic[T]):
    """A coroutine that waits. `ended` and `broke` are called in its context."""

    __slots__ = ("_broke", "_context", "_coroutine", "_end", "_ended", "_is_over", "_loop", "_must_end", "_waiting")

    def __init__(
        self,
        coroutine: Coroutine[Any, None, T],
        ended: Callable[[T], None],
        broke: Broke,
        context: Context,
    ) -> None:
        self._coroutine = coroutine
        self._ended = ended
        self._broke = broke
        self._context = context
        self._loop = asyncio.get_running_loop()
        self._waiting: asyncio.Future[Any] | None = None
        self._end: asyncio.Future[None] | None = None
        self._is_over = self._must_end = False

    def cancel(self, msg: Any = None) -> None:
        """Let what waits end with an asyncio.CancelledError where it waits, as a task would."""
        if self._waiting is None or not self._waiting.cancel(msg):
            self._must_end = True

    def __await__(self) -> Generator[Any, None, None]:
        """Wait until it is over, however it ends."""
        if not self._is_over:
            self._end = self._loop.create_future()
            yield from self._end

    def wait_for(self, what: asyncio.Future[Any] | None) -> None:
        """Go on when this is there; None is the next turn of the loop."""
        self._waiting = what
        if what is None:
            self._loop.call_soon(self._go_on, context=self._context)
        elif type(what) is Waiting:
            what.resume = self._resume
        else:
            what._asyncio_future_blocking = False
            what.add_done_callback(self._wake, context=self._context)

    def _resume(self) -> None:
        self._context.run(self._go_on)

    def _wake(self, _: asyncio.Future[Any]) -> None:
        self._go_on()

    def _go_on(self) -> None:
        try:
            what = self._coroutine.throw(asyncio.CancelledError()) if self._must_end else self._coroutine.send(None)
        except StopIteration as end:
            self._finish()
            self._ended(end.value)
        except (Exception, asyncio.CancelledError) as error:
            self._finish()
            self._broke(error)
        else:
            self._must_end = False
            self.wait_for(what)

    def _finish(self) -> None:
        self._is_over, self._waiting = True, None
        if self._end is not None:
            self._end.set_result(None)


def begin(coroutine: Coroutine[Any, None, T], ended: Callable[[T], None], broke: Broke) -> Running[T] | None:
    """Run a coroutine from here until it first waits, in a context of its own, and return it; None when it is over.

    `ended` is told what it returned, or `broke` what it raised, at once or later.
    """
    context = copy_context()
    return context.run(_begun, coroutine, ended, broke, context)


def _begun(
    coroutine: Coroutine[Any, None, T], ended: Callable[[T], None], broke: Broke, context: Context
) -> Running[T] | None:
    try:
        what = coroutine.send(None)
    except StopIteration as end:
        ended(end.value)
        return None
    except (Exception, asyncio.CancelledError) as error:
        broke(error)
        return None
    running = Running(coroutine, ended, broke, context)
    running.wait_for(what)
    return running


async def apart(coroutine: Coroutine[Any, Any, T]) -> T:
    """Return what a coroutine returns that needs to be a task. Who is cancelled cancels it."""
    return await asyncio.get_running_loop().create_task(coroutine)
