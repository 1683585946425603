"""Listens for policies that are published to all gateways, beside the requests.

What is new lands in the folder that this gateway watches, so it is put in force as any other change of it. Without the
store what is in force stays.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Protocol

from gateway.errors import GatewayError
from gateway.replays import no_library
from gateway.settings import Settings

log = logging.getLogger(__name__)

# How long one look for news lasts, and how long a store that is away is left alone. The end waits for either.
LOOK_S = 1.0
PAUSE_S = 2.0


class Source(Protocol):
    """Draws what is published, waiting a while for something newer."""

    def next(self, timeout_s: float) -> int: ...

    def close(self) -> None: ...


class Listening:
    """A thread that draws, until it is closed."""

    def __init__(self, source: Source, look_s: float = LOOK_S, pause_s: float = PAUSE_S) -> None:
        self._source = source
        self._look_s = look_s
        self._pause_s = pause_s
        self._number = 0
        self._fault = ""
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="published", daemon=True)
        self._thread.start()

    async def close(self) -> None:
        self._ending.set()
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        while not self._ending.is_set():
            try:
                self._look()
            except GatewayError as error:
                self._say(str(error))
                self._ending.wait(self._pause_s)
        self._source.close()

    def _look(self) -> None:
        number = self._source.next(self._look_s)
        self._fault = ""
        if number != self._number:
            self._number = number
            log.info("policies drawn from the shared store", extra={"fields": {"publication": number}})

    def _say(self, fault: str) -> None:
        """Log once that the store is away; the last good set stays."""
        if fault != self._fault:
            log.error("policies cannot be drawn from the shared store", extra={"fields": {"reason": fault}})
        self._fault = fault


def listening_of(settings: Settings) -> Listening | None:
    """Return what listens for the policies of these settings, None where they come from no store."""
    chosen = settings.policies
    if chosen.source != "store" or settings.store is None or chosen.path is None:
        return None
    try:
        from gateway.stores.postgres.policies import Publications
    except ImportError as error:
        raise no_library(error) from error
    return Listening(Publications(settings.store, chosen.path))
