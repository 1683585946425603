"""A gateway with both doors in a thread of this process, and clients that say exactly what a test wants."""

from __future__ import annotations

import asyncio
import http.client
import io
import socket
import ssl
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from gateway.fronts.eviction import Evictions
from gateway.fronts.gateway import builder
from gateway.fronts.listeners import Listeners, bound
from gateway.fronts.serving import serve, url_of
from gateway.http.messages import Headers, Request, Response
from gateway.session import settled
from gateway.settings import Settings
from gateway.stores.ca import CERTIFICATE_FILE, ca_folder

TIMEOUT_S = 30


@dataclass(frozen=True, slots=True)
class TwoDoors:
    """Where the doors are, whose certificates the forward one shows, and what stops the gateway."""

    public: str
    forward: str
    ca: Path
    stop: Callable[[], object]


@contextmanager
def two_doors(folder: Path, upstream: str | None, clock: Callable[[], float], **sections: Any) -> Iterator[TwoDoors]:
    """Run a gateway until the block ends; `sections` are further settings."""
    settings = settled(
        Settings(
            data=folder / "data",
            upstream={"url": upstream, "iam_url": upstream, **sections.pop("upstream_settings", {})},
            forward={"listen": "127.0.0.1:0", **sections.pop("forward", {})},
            **sections,
        )
    )
    with bound("127.0.0.1:0") as public, bound("127.0.0.1:0") as forward:
        build = builder(settings, Listeners(public, forward=forward), Evictions(), clock)
        with _serving(build) as stop:
            ca = ca_folder(settings.data) / CERTIFICATE_FILE
            yield TwoDoors(url_of(public), url_of(forward), ca, stop)


@contextmanager
def _serving(build: Any) -> Iterator[Callable[[], object]]:
    ready: Future[None] = Future()
    stops: list[Callable[[], object]] = []

    @contextmanager
    def stopping(stop: Callable[[], None]) -> Iterator[None]:
        stops.append(partial(asyncio.get_running_loop().call_soon_threadsafe, stop))
        yield

    with ThreadPoolExecutor(1) as threads:
        ended = threads.submit(serve, build, lambda: ready.set_result(None), stopping)
        wait((ready, ended), return_when=FIRST_COMPLETED)
        if not ready.done():
            ended.result()
        try:
            yield stops[0]
        finally:
            # The test may have stopped it, and its loop may just be closing.
            with suppress(RuntimeError):
                stops[0]()
            ended.result()


class Wire:
    """One connection on which whole requests are said as they stand, and their answers read."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._stream = connection.makefile("rb")

    @classmethod
    def to(cls, url: str) -> Wire:
        """Connect to the public door."""
        parts = urlsplit(url)
        return cls(socket.create_connection((parts.hostname or "", parts.port or 0), TIMEOUT_S))

    @classmethod
    def through(cls, doors: TwoDoors, place: str, headers: bytes = b"", sni: str | None = None) -> Wire:
        """Connect to HOST:PORT through the forward door, with TLS."""
        plain = cls.to(doors.forward)
        status = plain.connect(place, headers)
        assert status == 200, status
        context = ssl.create_default_context(cafile=doors.ca)
        context.check_hostname = sni is None
        name = sni or place.rpartition(":")[0].strip("[]")
        return cls(context.wrap_socket(plain._connection, server_hostname=name))

    def connect(self, place: str, headers: bytes = b"") -> int:
        """Ask for a tunnel and return the status of the answer."""
        return self.head(b"CONNECT %b HTTP/1.1\r\nHost: %b\r\n%b\r\n" % (place.encode(), place.encode(), headers))

    def head(self, said: bytes) -> int:
        """Say something, and return the status of what is answered; its headers are read, and no body."""
        self._connection.sendall(said)
        status = int(self._stream.readline().split(b" ")[1])
        while self._stream.readline() not in (b"\r\n", b""):
            continue
        return status

    def ask(self, request: Request) -> Response:
        """Say a request and return its answer."""
        lines = [b"%b %b HTTP/1.1" % (request.method.encode(), request.target)]
        lines += [name + b": " + value for name, value in request.headers]
        if request.body:
            lines.append(b"content-length: %d" % len(request.body))
        self._connection.sendall(b"\r\n".join((*lines, b"", request.body)))
        answer = http.client.HTTPResponse(_Read(self._stream), method=request.method)  # type: ignore[arg-type]
        answer.begin()
        body = answer.read()
        headers: Headers = tuple((name.lower().encode(), value.encode()) for name, value in answer.getheaders())
        return Response(answer.status, headers, body)

    def close(self) -> None:
        self._stream.close()
        self._connection.close()


class _Read:
    """What http.client takes for a socket: the stream stays open between answers."""

    def __init__(self, stream: io.BufferedIOBase) -> None:
        self._stream = stream

    def makefile(self, *_: object) -> Any:
        return _Kept(self._stream)


class _Kept:
    def __init__(self, stream: io.BufferedIOBase) -> None:
        self.read, self.readline, self.readinto = stream.read, stream.readline, stream.readinto

    def close(self) -> None:
        """The stream is the connection's."""

    def flush(self) -> None:
        """Nothing is written here."""
