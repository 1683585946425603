"""How one process of a gateway stands: what `/readyz` checks, and what the metrics say about this moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Protocol

from gateway import __version__
from gateway.fronts.admin import Check
from gateway.fronts.metrics.exposition import Standing
from gateway.fronts.room import free_bytes, kept_in, room_fault
from gateway.session import Session
from gateway.settings import Settings


class _Faulty(Protocol):
    def fault(self) -> str | None: ...


class Health:
    """Looks at a session, its audit trail and its disk. `clock` gives seconds since the epoch."""

    def __init__(self, settings: Settings, session: Session, trail: _Faulty | None, clock: Callable[[], float]) -> None:
        self._facts = {"version": __version__, "mode": settings.mode.name}
        self._folders = kept_in(settings)
        self._authority = session.authority
        self._clock = clock
        self._policies = None if session.authority is None else session.authority.policies
        self._policies_at = clock()
        self.checks = self._checks(session, trail)

    def look(self) -> None:
        """Take note when other policies are in force than before."""
        policies = None if self._authority is None else self._authority.policies
        if policies is not self._policies:
            self._policies, self._policies_at = policies, self._clock()

    def standing(self) -> Standing:
        """Return how things stand now."""
        self.look()
        faults = {name: check() for name, check in self.checks.items()}
        since = None if self._policies is None else self._policies_at
        return Standing(faults, self._facts, since, free_bytes(self._folders))

    def _checks(self, session: Session, trail: _Faulty | None) -> Mapping[str, Check]:
        checks: dict[str, Check] = {}
        if session.keeper is not None:
            checks["cassette"] = session.writable
        if session.authority is not None:
            checks["policies"] = session.policy_fault
        if trail is not None:
            checks["audit"] = trail.fault
        if self._folders:
            checks["disk"] = partial(room_fault, self._folders)
        return checks
