"""Brings what a gateway writes on its own disk to the shared store, beside the requests.

Requests never wait for it: without the store the gateway goes on as it is, and catches up when the store is back. Of
several processes on one data folder one brings; when it ends, another takes over.
"""

from __future__ import annotations

import asyncio
import fcntl
import logging
import os
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from gateway.errors import SettingsError, StoreError
from gateway.replays import data_folder, no_library
from gateway.session import cassette_path
from gateway.settings import Settings
from gateway.stores.cassettes import is_folder_form
from gateway.stores.keys import gateway_name

log = logging.getLogger(__name__)

LOCK = "shipping.lock"
# How long new records wait at most, and how long the store is left alone that did not answer.
PAUSE_S = 0.25
LONGEST_PAUSE_S = 5.0
# How long the end waits for the store, and for another process that brings.
LAST_S = 5.0


class Courier(Protocol):
    """Brings a batch of all that is new, and says what went wrong with which."""

    def round(self) -> tuple[int, Sequence[str]]: ...

    def close(self) -> None: ...


class Shipping:
    """A thread that brings, until it is closed."""

    def __init__(self, courier: Courier, folder: Path, pause_s: float = PAUSE_S) -> None:
        """`folder` is what several processes of one gateway share. Errors: StoreError for one that takes no lock."""
        self._courier = courier
        try:
            self._lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise StoreError(f"{folder / LOCK}: cannot be opened ({error.strerror})") from error
        self._pause_s = pause_s
        self._failures = 0
        self._faults: tuple[str, ...] = ()
        self._behind = 0
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._run, name="shipping", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def fault(self) -> str | None:
        """Return None when all was brought, or one sentence about what was not. No request depends on it."""
        return "; ".join(self._faults) or None

    async def close(self) -> None:
        """Bring what is left, if the store takes it in time."""
        self._ending.set()
        await asyncio.to_thread(self._thread.join, 3 * LAST_S)

    def _run(self) -> None:
        while not self._ending.wait(self._pause()):
            if self._may_bring():
                self._bring()
        if self._waited_for_turn():
            self._bring()
        self._courier.close()
        os.close(self._lock)

    def _pause(self) -> float:
        return min(self._pause_s * 2.0**self._failures, LONGEST_PAUSE_S)

    def _may_bring(self) -> bool:
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _waited_for_turn(self) -> bool:
        deadline = time.monotonic() + LAST_S
        while not self._may_bring():
            if time.monotonic() > deadline:
                return False
            time.sleep(self._pause_s)
        return True

    def _bring(self) -> None:
        """Bring batches until there is nothing new, or the store does not take them."""
        try:
            taken, faults = self._courier.round()
            while taken:
                self._behind += taken
                taken, faults = self._courier.round()
        except StoreError as error:
            self._failures += 1
            self._say((str(error),))
            return
        self._failures = 0
        self._say(tuple(faults))

    def _say(self, faults: tuple[str, ...]) -> None:
        """Log once that something cannot be brought, and once that it was, with how much."""
        if faults and faults != self._faults:
            log.error("shared store: behind", extra={"fields": {"reason": "; ".join(faults)}})
        if self._faults and not faults:
            log.warning("shared store: caught up", extra={"fields": {"taken": self._behind}})
        self._behind = 0
        self._faults = faults


def shipping_of(settings: Settings) -> Shipping | None:
    """Return what brings to the shared store of these settings, begun, or None where there is none.

    Errors: SettingsError without the library for it, StoreError for the data folder.
    """
    if settings.store is None:
        return None
    try:
        from gateway.stores.postgres.couriers import Couriers
    except ImportError as error:
        raise no_library(error) from error
    data = data_folder(settings)
    trail = settings.trail_folder if settings.audit.trail == "on" else None
    shipping = Shipping(Couriers(settings.store, trail, gateway_name(data), _recorded(settings)), data)
    shipping.start()
    return shipping


def _recorded(settings: Settings) -> Path | None:
    """Return the file in which this gateway records, None where it does not. A shadow is of one gateway alone.

    Errors: SettingsError for a cassette in the text form.
    """
    if not any(mode.keeps and not mode.shadows for mode in (settings.mode, *settings.modes.values())):
        return None
    path = cassette_path(settings)
    if is_folder_form(path):
        raise SettingsError(
            f"cassette.path: {path} is in the text form; gateways with a store record into SQLite files"
        )
    return path
