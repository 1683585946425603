"""Where the events of scopes go, so that a scope is the same for whoever else replays it.

A request takes a turn: it is told what others have appended to its scope since this process last looked, decides, and
appends its own events; nobody else's turn in the scope comes between. One process alone has nobody to tell.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import TracebackType
from typing import Protocol

from gateway.cassette.events import Event


class Turn(Protocol):
    """One request's turn in a scope. What was appended counts when the turn has ended well."""

    @property
    def news(self) -> Sequence[Event]:
        """What others appended since this process last had a turn."""
        ...

    @property
    def is_long(self) -> bool:
        """True when so much was appended that a snapshot is due."""
        ...

    def append(self, event: Event) -> Event:
        """Append an event and return it as it was kept."""
        ...

    def __enter__(self) -> Turn: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class Journal(Protocol):
    """Gives turns, and knows the scopes that anybody has had one in."""

    def turn(self, scope: str) -> Turn: ...

    def scopes(self) -> Sequence[str]:
        """Return the names of the scopes that others may have events in, in the order in which they began."""
        ...

    def let_go(self, scope: str) -> bool:
        """Forget what this process has seen of a scope, so that its next turn tells all of it; False where nobody
        else keeps it."""
        ...


class Alone:
    """The journal of a process that shares its scopes with nobody, and the one turn there is."""

    news: Sequence[Event] = ()
    is_long = False

    def turn(self, _: str) -> Alone:
        return self

    def scopes(self) -> Sequence[str]:
        return ()

    def let_go(self, _: str) -> bool:
        return False

    def append(self, event: Event) -> Event:
        return event

    def __enter__(self) -> Alone:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        return None
