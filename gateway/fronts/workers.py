"""Several processes behind one listening socket, and a parent that only watches over them.

The parent binds, forks and waits; it has no loop and no threads, so that forking is safe at any time. The workers
inherit the sockets and build everything else themselves.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterable
from typing import NoReturn

from gateway.errors import GatewayError, RunError
from gateway.fronts.garbage import look_seldom
from gateway.fronts.serving import Build, Running, serve

log = logging.getLogger(__name__)

_READY = b"+"
_WATCHED = frozenset({signal.SIGCHLD, signal.SIGHUP, signal.SIGTERM, signal.SIGINT})


def serve_with_workers(
    build: Callable[[int], Build], count: int, listeners: Iterable[socket.socket], ready: Callable[[], None]
) -> None:
    """Serve in `count` processes until a signal; a worker that dies is replaced.

    `build` makes the builder of the worker with that number; number 0 serves what exists once, the admin side.
    `ready` is called in the parent when all workers listen.
    Errors: GatewayError when a worker cannot start, RunError when a replacement cannot.
    """
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    crew = _Crew(build, before)
    try:
        for number in range(count):
            crew.hire(number)
        ready()
        crew.watch()
    finally:
        for listener in listeners:
            listener.close()
        crew.dismiss()
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Crew:
    """The worker processes of one parent: their numbers by process id, and the pipe whose end tells them that the
    parent is gone."""

    def __init__(self, build: Callable[[int], Build], mask: Iterable[int]) -> None:
        self._build = build
        # A terminal sends SIGINT to every process; the parent's SIGTERM is the one a worker listens to.
        self._mask = {*mask, signal.SIGINT}
        self._numbers: dict[int, int] = {}
        self._lifeline, self._held = os.pipe()

    def hire(self, number: int) -> None:
        """Start a worker and wait until it listens. Errors: GatewayError with the worker's own words."""
        hears, says = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            os.close(hears)
            os.close(self._held)
            _work(_tied_to(self._lifeline, self._build(number)), says, self._mask)
        os.close(says)
        with os.fdopen(hears, "rb") as pipe:
            said = pipe.read()
        if said != _READY:
            os.waitpid(pid, 0)
            raise GatewayError(said.decode() or f"worker {number} ended before it listened")
        self._numbers[pid] = number

    def watch(self) -> None:
        """Replace workers that die and pass SIGHUP on, until another signal.

        Errors: RunError when a replacement does not start.
        """
        while (told := signal.sigwait(_WATCHED)) in (signal.SIGCHLD, signal.SIGHUP):
            if told == signal.SIGHUP:
                for pid in self._numbers:
                    os.kill(pid, signal.SIGHUP)
            for pid, number in self._buried():
                log.warning("worker %d (process %d) died and is replaced", number, pid)
                self._replace(number)

    def dismiss(self) -> None:
        """Tell all workers to stop and wait for them; a further signal tells them again."""
        number: int = signal.SIGTERM
        while self._numbers:
            for pid in self._numbers if number not in (signal.SIGCHLD, signal.SIGHUP) else ():
                os.kill(pid, signal.SIGTERM)
            self._buried()
            if self._numbers:
                number = signal.sigwait(_WATCHED)
        os.close(self._lifeline)
        os.close(self._held)

    def _replace(self, number: int) -> None:
        try:
            self.hire(number)
        except GatewayError as error:
            raise RunError(f"worker {number} cannot be replaced: {error}") from error

    def _buried(self) -> list[tuple[int, int]]:
        """Return process id and number of the workers that ended since the last look, and forget them."""
        dead = [pid for pid in self._numbers if os.waitpid(pid, os.WNOHANG)[0] == pid]
        return [(pid, self._numbers.pop(pid)) for pid in dead]


def _tied_to(lifeline: int, build: Build) -> Build:
    """Return a builder whose process stops when nobody holds the other end of the lifeline any more."""

    async def tied() -> Running:
        loop = asyncio.get_running_loop()

        def let_go() -> None:
            loop.remove_reader(lifeline)
            os.kill(os.getpid(), signal.SIGTERM)

        loop.add_reader(lifeline, let_go)
        return await build()

    return tied


def _work(build: Build, says: int, mask: Iterable[int]) -> NoReturn:
    """Be a worker, and end the process whatever happens: the stack above belongs to the parent."""
    code = 1
    try:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        with os.fdopen(says, "wb", buffering=0) as pipe:
            code = _served(build, pipe.write, pipe.close)
    finally:
        if sys.exc_info()[0] is not None:
            log.critical("a worker broke", exc_info=True)
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _served(build: Build, say: Callable[[bytes], object], hang_up: Callable[[], None]) -> int:
    def ready() -> None:
        look_seldom()
        say(_READY)
        hang_up()

    try:
        serve(build, ready)
    except GatewayError as error:
        say(str(error).encode())
        return error.exit_code
    return 0
