"""The audit trail of one process, beside its requests: records in time, anchors in turn, and what becomes of requests
that cannot be recorded.

A write is on disk before anything leaves for the cloud; every record is before its answer goes out. When the trail
takes nothing, writes are refused and reads are, or are let through and counted, as the operator has it; the count is a
record as soon as one can be written.
Source: audit design, delivery.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from gateway.audit.anchors import Anchor, Signer
from gateway.audit.chain import Head
from gateway.audit.drafts import Record
from gateway.auditing import administrative, anchored, gap, is_spared
from gateway.drafting.drafter import Drafter
from gateway.errors import StoreFullError
from gateway.seams import Ending, Forward
from gateway.stores.audit_files import AuditFiles

log = logging.getLogger(__name__)

ANCHOR_RECORDS = 1000
ANCHOR_S = 60.0
# How soon a trail that took no record is tried again.
RETRY_S = 5.0
DAY_S = 86400.0
# Ends of writes that wait until the trail takes records again. Writes are refused meanwhile, so there are few.
OWED = 1000

Tell = Callable[[Anchor], None]
"""Says an anchor to somebody who does not hold this disk."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How the trail is kept: whether reads are let through that cannot be recorded, and whether a record must outlive
    a power failure."""

    sheds_reads: bool = False
    outlives_power: bool = False


@dataclass(frozen=True, slots=True)
class _Lost:
    """How many requests are in no record since the trail took one: let through, and refused."""

    answered: int = 0
    refused: int = 0


_NONE_LOST = _Lost()


class Trail:
    """Records what happens in one process. `clock` gives seconds since the epoch."""

    def __init__(
        self, files: AuditFiles, drafter: Drafter, signer: Signer, tell: Tell, clock: Callable[[], float], terms: Terms
    ) -> None:
        self._files = files
        self._drafter = drafter
        self._signer = signer
        self._tell = tell
        self._clock = clock
        self._terms = terms
        self._open: dict[int, None] = {}
        self._owed: deque[tuple[Record, int]] = deque()
        self._lost = _NONE_LOST
        self._because = ""
        self._anchored = files.head.seq
        self._day = files.written_at // DAY_S
        self._timer: asyncio.TimerHandle | None = None
        self._syncing: asyncio.Task[None] | None = None

    def begin(self, **facts: str | int | None) -> None:
        """Record the start, and anchor from now on. Inside the loop. Errors: StoreFullError."""
        self._turn_the_day()
        self._append(administrative("start", self._clock(), **facts))
        self._anchor()
        self._wind()

    async def close(self) -> None:
        """Record the stop and anchor it, if that can be written."""
        if self._timer is not None:
            self._timer.cancel()
        if self._syncing is not None:
            await asyncio.wait([self._syncing])
        try:
            self._append(administrative("stop", self._clock()))
            self._anchor()
        except StoreFullError as error:
            log.error("audit: the stop is not recorded", extra={"fields": {"reason": str(error)}})
        self._files.close()

    def fault(self) -> str | None:
        """Return None when the last record was taken, or one sentence about why not."""
        return self._because or None

    def note(self, event: str, **facts: str | int | None) -> None:
        """Record something that is no request. It has happened: when it cannot be recorded the log says so."""
        try:
            self._append(administrative(event, self._clock(), **facts))
        except StoreFullError as error:
            log.error("audit: not recorded", extra={"fields": {"what": event, "reason": str(error)}})

    async def received(self, request_id: str, forward: Forward) -> int:
        """Return the number of the note that a write is about to be sent, when it is on disk.

        Errors: StoreFullError when it is not; then nothing must be sent.
        """
        seq = self._append(self._drafter.received(request_id, forward)).seq
        self._open[seq] = None
        if self._terms.outlives_power:
            await self._lasting()
        return seq

    async def complete(self, request_id: str, ending: Ending) -> None:
        """Return when the end of a request is on disk, or is counted as let through.

        Errors: StoreFullError when it is neither.
        """
        record = self._drafter.complete(request_id, ending)
        if record is None:
            return
        try:
            self._append(record)
            self._open.pop(ending.received, None)
            if self._terms.outlives_power:
                await self._lasting()
        except StoreFullError:
            if not self._may_go_on(record, ending):
                raise

    def _may_go_on(self, record: Record, ending: Ending) -> bool:
        """Count a request whose end is in no record, and return whether its answer may go out all the same."""
        if ending.received in self._open and len(self._owed) < OWED:
            self._owed.append((record, ending.received))
            return False
        is_let_through = self._terms.sheds_reads and is_spared(ending)
        lost = self._lost
        self._lost = (
            _Lost(lost.answered + 1, lost.refused) if is_let_through else _Lost(lost.answered, lost.refused + 1)
        )
        return is_let_through

    def _append(self, record: Record) -> Head:
        try:
            if self._because:
                self._catch_up()
            head = self._files.append(record)
        except StoreFullError as error:
            self._because = str(error)
            raise
        self._because = ""
        if head.seq - self._anchored >= ANCHOR_RECORDS:
            self._try_to_anchor()
        return head

    def _catch_up(self) -> None:
        """Write what is owed, and that something is missing, before anything else."""
        while self._owed:
            record, received = self._owed[0]
            self._files.append(record)
            self._owed.popleft()
            self._open.pop(received, None)
        if self._lost != _NONE_LOST:
            self._files.append(gap(self._lost.answered, self._lost.refused, self._because, self._clock()))
            self._lost = _NONE_LOST

    async def _lasting(self) -> None:
        """Return when all that was written so far outlives a power failure; many share one turn."""
        if self._syncing is None:
            self._syncing = asyncio.create_task(self._sync())
        await asyncio.shield(self._syncing)

    async def _sync(self) -> None:
        await asyncio.sleep(0)
        self._syncing = None
        await asyncio.get_running_loop().run_in_executor(None, self._files.unsynced())

    def _anchor(self) -> None:
        """Sign the head, record that, and say it outside."""
        self._stay_in_place()
        anchor = self._signer.anchor(self._files.chain, self._files.head, round(self._clock() * 1000))
        self._anchored = self._files.append(anchored(anchor, next(iter(self._open), None))).seq
        self._tell(anchor)

    def _stay_in_place(self) -> None:
        """Go on in a new file when somebody took the one that was written away."""
        if not self._files.is_in_place():
            log.error("audit: the file that was written is gone", extra={"fields": {"chain": self._files.chain}})
            self._files.rotate()
            self._files.append(administrative("file gone", self._clock(), chain=self._files.chain))

    def _wind(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(RETRY_S if self._because else ANCHOR_S, self._tick)

    def _tick(self) -> None:
        """Anchor in idle times too: silence is told from a trail that somebody cut."""
        self._turn_the_day()
        self._try_to_anchor()
        self._wind()

    def _turn_the_day(self) -> None:
        """Begin a file each day (UTC), so that old ones can be dropped."""
        day = self._clock() // DAY_S
        if day > self._day:
            self._files.rotate()
        self._day = day

    def _try_to_anchor(self) -> None:
        """Anchor; what cannot be anchored now is with the next one."""
        try:
            if self._because:
                self._catch_up()
            self._anchor()
            self._because = ""
        except StoreFullError as error:
            self._because = str(error)
