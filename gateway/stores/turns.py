"""Turns in scopes that several processes share, whatever keeps their events: begun by hearing what others appended,
ended by appending one's own, given up when anything went wrong in between."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import Protocol

from gateway.cassette.events import Event, Forgotten, Snapshot, without_secrets

# A scope is written down whole after so many events.
LONG = 1000


def is_whole(event: Event) -> bool:
    """Return whether an event says all of its scope, so that nothing before it counts any more."""
    return isinstance(event, Snapshot | Forgotten)


class Lengths:
    """How many events a scope has since it was last written down whole."""

    def __init__(self) -> None:
        self._since: dict[str, int] = {}

    def count(self, scope: str, events: Iterable[Event]) -> None:
        for event in events:
            self._since[scope] = 0 if is_whole(event) else self._since.get(scope, 0) + 1

    def is_long(self, scope: str) -> bool:
        return self._since.get(scope, 0) >= LONG

    def let_go(self, scope: str) -> None:
        self._since.pop(scope, None)


class Ledger(Protocol):
    """What keeps the events of scopes, and lets one turn in at a time."""

    lengths: Lengths

    def begun(self, scope: str) -> Sequence[Event]: ...

    def ended(self, scope: str, events: Sequence[Event]) -> None: ...

    def given_up(self) -> None: ...


class SharedTurn:
    """One turn in a scope, as a context."""

    def __init__(self, ledger: Ledger, scope: str) -> None:
        self._ledger = ledger
        self._scope = scope
        self._appended: list[Event] = []
        self.news: Sequence[Event] = ()

    @property
    def is_long(self) -> bool:
        return self._ledger.lengths.is_long(self._scope)

    def append(self, event: Event) -> Event:
        kept = without_secrets(event)
        self._appended.append(kept)
        return kept

    def __enter__(self) -> SharedTurn:
        self.news = self._ledger.begun(self._scope)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None:
            self._ledger.ended(self._scope, self._appended)
        else:
            self._ledger.given_up()
