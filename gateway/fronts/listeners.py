"""The listening sockets of a gateway, which are there before its processes and outlive each of them.

Every process has a public socket of its own on the one address, so that clients spread evenly; the parent holds all of
them, and who takes the place of a process that died takes its socket too, with whoever waits there.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace

from gateway.fronts.serving import bind, bind_each, url_of
from gateway.settings import Settings

ANY_PORT = "127.0.0.1:0"


@dataclass(frozen=True, slots=True)
class Listeners:
    """The sockets a gateway listens on from its start. One process alone serves `private`; `scopes` have names. There
    is no `public` one where somebody else listens; `others` are on the same address, for further processes."""

    public: socket.socket | None
    private: socket.socket | None = None
    forward: socket.socket | None = None
    scopes: Mapping[str, socket.socket] = field(default_factory=dict)
    others: tuple[socket.socket, ...] = ()

    def __iter__(self) -> Iterator[socket.socket]:
        return filter(None, (self.public, *self.others, self.private, self.forward, *self.scopes.values()))

    def of(self, number: int) -> Listeners:
        """Return those that the process with this number serves."""
        return self if number == 0 else replace(self, public=self.others[number - 1], private=None)

    @property
    def addresses(self) -> dict[str, str | Mapping[str, str]]:
        """Where clients find them, as the ready line says it."""
        single = {"public": self.public, "forward": self.forward, "admin": self.private}
        named: dict[str, str | Mapping[str, str]] = {
            name: url_of(listener) for name, listener in single.items() if listener is not None
        }
        if self.scopes:
            named["scopes"] = {name: url_of(listener) for name, listener in self.scopes.items()}
        return named


@contextmanager
def listening(settings: Settings) -> Iterator[Listeners]:
    """Listen on every address of the settings while the block lasts; listeners of scopes are on loopback."""
    with ExitStack() as stack:
        public, *others = [
            stack.enter_context(closing(each)) for each in bind_each(settings.listen.public, settings.listen.workers)
        ]
        private = stack.enter_context(bound(settings.listen.admin))
        forward = settings.forward.listen and stack.enter_context(bound(settings.forward.listen))
        names = map(str, range(1, settings.scopes.count + 1))
        scopes = {name: stack.enter_context(bound(ANY_PORT)) for name in names}
        yield Listeners(public, private, forward or None, scopes, tuple(others))


@contextmanager
def bound(address: str) -> Iterator[socket.socket]:
    """Listen on an address while the block lasts."""
    listener = bind(address)
    try:
        yield listener
    finally:
        listener.close()
