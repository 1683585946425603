"""The scopes of one process: which there are, the listeners that some have, and what became of the recording in each.

A listener of its own puts every unmodified client into a scope. Scopes of another kind are there once something was
asked in them. What ended, by a reset or with its listener, is remembered for the report at the end.
"""

from __future__ import annotations

import re
import socket
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.cassette.player import Player
from gateway.cassette.reports import ScopeReport, document
from gateway.cassette.scoping import DEFAULT, named, shown
from gateway.contract.model import JsonObject, JsonValue
from gateway.errors import ListenError
from gateway.fronts.doors import Door, Doors, Served
from gateway.fronts.serving import bind, url_of

# Reports of ended scopes that are remembered, the latest.
REMEMBERED_REPORTS = 1000

_NAME = re.compile(r"[A-Za-z0-9._~-]{1,64}")


@dataclass(frozen=True, slots=True)
class Refused:
    """What was asked for is not done. `message` says why, in words; `status` is that of HTTP."""

    status: int
    message: str


@dataclass(frozen=True, slots=True)
class _Open:
    """A listener that was opened while the process ran."""

    door: Door
    url: str


def ignored(_: str) -> None:
    """Do nothing."""


class Scopes:
    """`app` makes the application of a scope; `lasting` are the listeners from the start, which stay open. `is_shared`
    says that other processes answer beside this one. `forgotten` is told of each scope that begins anew."""

    def __init__(
        self,
        player: Player | None,
        doors: Doors,
        app: Callable[[str], Any],
        lasting: Mapping[str, socket.socket],
        *,
        is_shared: bool,
        forgotten: Callable[[str], object] = ignored,
    ) -> None:
        self._player = player
        self._doors = doors
        self._app = app
        self._lasting = {name: url_of(listener) for name, listener in lasting.items()}
        self._open: dict[str, _Open] = {}
        self._opening: dict[str, str] = {}
        self._is_shared = is_shared
        self._forgotten = forgotten
        self._ended: deque[ScopeReport] = deque(maxlen=REMEMBERED_REPORTS)
        for name in lasting:
            self._hold(name)

    @property
    def urls(self) -> dict[str, str]:
        """The listeners that scopes have, by name."""
        return self._lasting | {name: each.url for name, each in self._open.items()} | self._opening

    def names(self) -> tuple[str, ...]:
        """Return the scopes that have listeners, in the order they got them, then those that something was asked in."""
        asked = self._player.scopes() if self._player is not None else ()
        return tuple(dict.fromkeys((*self.urls, *map(shown, asked))))

    def report(self, name: str) -> JsonObject | Refused:
        """Return what became of the recording in a scope until now."""
        if name not in self.names() and name != DEFAULT:
            return Refused(404, f"no scope {name!r}; there are {', '.join(self.names()) or 'none'}")
        return self._told(name, self._reported(name))

    def reset(self, name: str) -> JsonObject | Refused:
        """Let a scope begin anew, as if it had never been, and return what became of the recording in it until now."""
        if self._player is None:
            return _NO_REPLAY
        return self._told(name, self._ended_now(name))

    def rewind(self, name: str) -> JsonObject | Refused:
        """Set a scope back to the start of the recording, with new ids; it counts on."""
        if self._player is None:
            return _NO_REPLAY
        self._player.rewind(named(name))
        return self._told(name, self._reported(name))

    async def open(self, name: str | None, address: str) -> JsonObject | Refused:
        """Open a listener for a scope, by its name or the first number that is free."""
        refused = self._not_opened(name)
        if refused is not None:
            return refused
        name = name or next(number for number in map(str, range(1, 1 << 20)) if number not in self.names())
        try:
            listener = bind(address)
        except ListenError as error:
            return Refused(400, str(error))
        url = self._opening[name] = url_of(listener)  # from here on nobody else is given the name
        try:
            self._open[name] = _Open(await self._doors.open(Served(self._app(name), listener)), url)
        finally:
            del self._opening[name]
        self._hold(name)
        return {"name": name, "url": url}

    async def close(self, name: str) -> JsonObject | Refused:
        """Close the listener of a scope when it has answered what is in flight, and end the scope with its report."""
        if name in self._lasting:
            return Refused(
                409, f"the listener of scope {name!r} is there from the start and stays; reset the scope instead"
            )
        if name not in self._open:
            opened = ", ".join(self._open) or "none"
            return Refused(404, f"no listener was opened for a scope {name!r}; opened, and not closed yet: {opened}")
        url = self._open[name].url
        await self._open.pop(name).door.close()
        ended = self._ended_now(name)
        if self._player is not None:
            self._player.let_go(named(name))
        return self._told(name, ended) | {"url": url}

    def ended(self) -> tuple[ScopeReport, ...]:
        """Return the reports of all scopes, those that ended before first."""
        if self._player is None:
            return ()
        return (*self._ended, *map(self._player.report, self._player.scopes()))

    def overall(self) -> ScopeReport | None:
        """Return what became of the recording in all scopes together, None where nothing is replayed."""
        return self._player.overall() if self._player is not None else None

    def _hold(self, name: str) -> None:
        """Let a scope with a listener of its own be remembered, however many others there are."""
        if self._player is not None:
            self._player.hold(named(name))

    def _not_opened(self, name: str | None) -> Refused | None:
        if self._is_shared:
            return Refused(409, "several processes answer here: listeners are opened at their start, with --scopes N")
        if name is not None and (not _NAME.fullmatch(name) or name == DEFAULT):
            return Refused(400, f"{name!r}: expected a name of 1 to 64 letters, digits and . _ ~ - (not {DEFAULT!r})")
        if name in self.urls:
            return Refused(409, f"scope {name!r} has a listener already: {self.urls[name]}")
        return None

    def _reported(self, name: str) -> ScopeReport | None:
        return self._player.report(named(name)) if self._player is not None else None

    def _ended_now(self, name: str) -> ScopeReport | None:
        """End a scope. One that nothing was asked in leaves no report."""
        self._forgotten(named(name))
        report = self._reported(name)
        if self._player is None or report is None or named(name) not in self._player.scopes():
            return report
        self._ended.append(report)
        self._player.forget(named(name))
        return report

    def _told(self, name: str, report: ScopeReport | None) -> JsonObject:
        url: dict[str, JsonValue] = {"url": self.urls[name]} if name in self.urls else {}
        return {"name": name, **url, **(document(report) if report is not None else {})}


_NO_REPLAY = Refused(409, "nothing is replayed here: the mode of this gateway does not read its cassette")
