"""A way to a gateway that can be cut: what a browser sees of a network that fails and comes back."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from threading import Thread
from urllib.parse import urlsplit

_MOST = 1 << 16


@dataclass(slots=True)
class Relay:
    """Listens on loopback and passes everything on. `asked` is what came from clients, connection by connection."""

    listener: socket.socket
    to: tuple[str, int]
    is_cut: bool = False
    asked: list[bytes] = field(default_factory=list)
    _open: list[socket.socket] = field(default_factory=list)
    _threads: list[Thread] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.listener.getsockname()[1]}"

    def cut(self) -> None:
        """End every connection, and each new one, until it is mended."""
        self.is_cut = True
        for each in self._open:
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self.is_cut = False

    def serve(self) -> None:
        """Take connections until the listener is closed."""
        with contextlib.suppress(OSError):
            while True:
                self._take(self.listener.accept()[0])

    def _take(self, client: socket.socket) -> None:
        if self.is_cut:
            client.close()
            return
        server = socket.create_connection(self.to)
        self._open += [client, server]
        number = len(self.asked)
        self.asked.append(b"")
        self._start(Thread(target=self._pass, args=(client, server, number)))
        self._start(Thread(target=self._pass, args=(server, client, None)))

    def _start(self, thread: Thread) -> None:
        self._threads.append(thread)
        thread.start()

    def _pass(self, one: socket.socket, other: socket.socket, number: int | None) -> None:
        with contextlib.suppress(OSError):
            while said := one.recv(_MOST):
                if number is not None:
                    self.asked[number] += said
                other.sendall(said)
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.cut()
        for thread in self._threads:
            thread.join()
        for each in self._open:
            each.close()


@contextlib.contextmanager
def relayed(url: str) -> Iterator[Relay]:
    """Lead to an address while the block lasts."""
    place = urlsplit(url)
    assert place.hostname is not None
    assert place.port is not None
    with socket.create_server(("127.0.0.1", 0)) as listener:
        relay = Relay(listener, (place.hostname, place.port))
        thread = Thread(target=relay.serve)
        thread.start()
        try:
            yield relay
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()
            relay.close()
