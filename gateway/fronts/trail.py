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
from collections.abc import Callable
from dataclasses import dataclass

from gateway.audit.anchors import Anchor, Signer
from gateway.audit.chain import Head
from gateway.auditing import Clerk, Stage, administrative, gap
from gateway.contract.model import JsonObject
from gateway.errors import StoreFullError
from gateway.pipeline import is_write
from gateway.seams import Ending, Forward
from gateway.stores.audit_files import AuditFiles

log = logging.getLogger(__name__)

ANCHOR_RECORDS = 1000
ANCHOR_S = 60.0

Tell = Callable[[Anchor], None]
"""Says an anchor to somebody who does not hold this disk."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How the trail is kept: whether reads are let through that cannot be recorded, and whether a record must outlive
    a power failure."""

    sheds_reads: bool = False
    outlives_power: bool = False


class Trail:
    """Records what happens in one process. `clock` gives seconds since the epoch."""

    def __init__(
        self, files: AuditFiles, clerk: Clerk, signer: Signer, tell: Tell, clock: Callable[[], float], terms: Terms
    ) -> None:
        self._files = files
        self._clerk = clerk
        self._signer = signer
        self._tell = tell
        self._clock = clock
        self._terms = terms
        self._shed = 0
        self._because = ""
        self._anchored = files.head.seq
        self._timer: asyncio.TimerHandle | None = None
        self._syncing: asyncio.Task[None] | None = None

    def begin(self, **facts: str | int | None) -> None:
        """Record the start, and anchor from now on. Inside the loop. Errors: StoreFullError."""
        self._append(administrative("start", self._clock(), **facts))
        self._anchor()
        self._rewind()

    async def close(self) -> None:
        """Record the stop and anchor it, if that can be written."""
        if self._timer is not None:
            self._timer.cancel()
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

    async def received(self, request_id: str, forward: Forward) -> None:
        """Return when it is on disk that a write is about to be sent.

        Errors: StoreFullError when it is not; then nothing must be sent.
        """
        self._append(self._clerk.received(request_id, forward))
        await self._lasting()

    async def complete(self, request_id: str, ending: Ending) -> None:
        """Return when the end of a request is on disk, or is counted as shed.

        Errors: StoreFullError when it is neither.
        """
        record = self._clerk.complete(request_id, ending)
        if record is None:
            return
        try:
            self._append(record)
        except StoreFullError:
            if _changed_something(ending) or not self._terms.sheds_reads:
                raise
            self._shed += 1
            return
        await self._lasting()

    def _append(self, record: JsonObject) -> Head:
        try:
            if self._shed:
                self._files.append(gap(self._shed, self._because, self._clock()))
                self._shed = 0
            head = self._files.append(record)
        except StoreFullError as error:
            self._because = str(error)
            raise
        self._because = ""
        if head.seq - self._anchored >= ANCHOR_RECORDS:
            self._try_to_anchor()
        return head

    async def _lasting(self) -> None:
        """Return when all that was written so far outlives a power failure, if it must; many share one turn."""
        if not self._terms.outlives_power:
            return
        if self._syncing is None:
            self._syncing = asyncio.create_task(self._sync())
        await asyncio.shield(self._syncing)

    async def _sync(self) -> None:
        await asyncio.sleep(0)
        self._syncing = None
        await asyncio.get_running_loop().run_in_executor(None, self._files.sync)

    def _anchor(self) -> None:
        """Sign the head, record that, and say it outside."""
        anchor = self._signer.anchor(self._files.chain, self._files.head, round(self._clock() * 1000))
        record: JsonObject = {"stage": Stage.ANCHOR, "ts_ms": anchor.at_ms, "anchor": anchor.as_json()}
        self._anchored = self._files.append(record).seq
        self._tell(anchor)

    def _rewind(self) -> None:
        self._timer = asyncio.get_running_loop().call_later(ANCHOR_S, self._tick)

    def _tick(self) -> None:
        """Anchor in idle times too: silence is told from a trail that somebody cut."""
        self._rewind()
        self._try_to_anchor()

    def _try_to_anchor(self) -> None:
        """Anchor; what cannot be anchored now is with the next one."""
        try:
            self._anchor()
        except StoreFullError as error:
            self._because = str(error)


def _changed_something(ending: Ending) -> bool:
    """Return whether a request may have changed something: one that was sent, and writes."""
    return ending.forward is not None and is_write(ending.forward.arrival)
