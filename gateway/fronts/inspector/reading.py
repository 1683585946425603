"""Questions to the index of a trail, asked off the loop: whoever waits for a page keeps no request waiting.

A trail that is a little ahead of its index is drawn first; one that is far ahead is drawn by a process of its own,
and pages say how far that is.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from gateway.errors import StoreError
from gateway.stores.audit_files import chains_in
from gateway.stores.audit_index import AuditIndex

Result = TypeVar("Result")

# So much of a trail is drawn while somebody waits: a tenth of a second.
AT_ONCE_BYTES = 512 * 1024
_THREADS = 3
_NICE = 10


@dataclass(frozen=True, slots=True)
class Answer(Generic[Result]):
    """What a question found. `behind` is how many bytes of the trail it could not know of."""

    found: Result
    behind: int = 0


def drawing_of(folder: Path) -> list[str]:
    """Return the command that draws the index of a trail."""
    return [sys.executable, "-m", "gateway", "audit", "search", "--limit", "1", "--trail", str(folder)]


class Reading:
    """Asks the index of one trail. Used from one loop. `drawing` is the command that draws the index of a folder."""

    def __init__(self, folder: Path, drawing: Callable[[Path], list[str]] = drawing_of) -> None:
        self.folder = folder
        self._command = drawing
        self._threads = ThreadPoolExecutor(_THREADS, "evs-inspector")
        self._drawing: subprocess.Popen[bytes] | None = None

    async def ask(self, question: Callable[[AuditIndex], Result]) -> Answer[Result]:
        """Return what the index answers. Errors: StoreError, also for a folder without a trail."""
        return await self.run(lambda: self._asked(question))

    async def run(self, work: Callable[[], Result]) -> Result:
        """Return what some work off the loop comes to."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    def drawn(self) -> None:
        """Return when the process that draws, if there is one, has drawn all there was."""
        if self._drawing is not None:
            self._drawing.wait()

    def close(self) -> None:
        """Take no more questions."""
        self._threads.shutdown(wait=True, cancel_futures=True)
        if self._drawing is not None:
            self._drawing.terminate()
            self.drawn()

    def _asked(self, question: Callable[[AuditIndex], Result]) -> Answer[Result]:
        if not chains_in(self.folder):
            raise StoreError(f"{self.folder}: holds no audit trail")
        with AuditIndex(self.folder) as index:
            return Answer(question(index), 0) if self._caught_up(index) else Answer(question(index), index.behind())

    def _caught_up(self, index: AuditIndex) -> bool:
        """Draw what is new, unless it is much: then see to it that somebody else does."""
        if self._is_drawing():
            return False
        behind = index.behind()
        if behind > AT_ONCE_BYTES:
            self._begin_drawing()
            return False
        if behind:
            index.catch_up()
        return True

    def _is_drawing(self) -> bool:
        return self._drawing is not None and self._drawing.poll() is None

    def _begin_drawing(self) -> None:
        silent = subprocess.DEVNULL
        words = self._command(self.folder)
        self._drawing = subprocess.Popen(words, stdin=silent, stdout=silent, stderr=silent)  # noqa: S603 - our own
        with suppress(ProcessLookupError):
            os.setpriority(os.PRIO_PROCESS, self._drawing.pid, _NICE)
