"""The gateway on a real socket, before a cloud that keeps every byte and answers with the line it was asked."""

from __future__ import annotations

import os
import signal
import socket
from asyncio import StreamWriter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Self, TypeVar

from gateway.cassette.redaction import Redactor
from gateway.contract.catalogue import CATALOGUE
from gateway.fronts.asgi import Gateway
from gateway.fronts.core import Core
from gateway.fronts.protocol import Patience
from gateway.fronts.serving import Running, Served, bind, serve
from gateway.fronts.upstream import AiohttpUpstream
from gateway.http.links import Links
from gateway.pipeline import Pipeline, Rules
from gateway.seams import Service
from tests.fronts.upstreams import RawUpstream, answer

T = TypeVar("T")

QUICK = Patience(head_s=0.3, idle_s=5, body_s=0.3, linger_s=1)


class Echo(RawUpstream):
    """Answers each request with its request line."""

    async def __aenter__(self) -> Self:
        await super().__aenter__()
        self.address = self.host.encode()
        return self

    async def _answer(self, writer: StreamWriter) -> None:
        writer.write(answer(b"200 OK", body=self.heard[-1].partition(b"\r\n")[0]))


class Door:
    """A gateway that passes through. `work` runs in a thread beside it."""

    def __init__(self) -> None:
        self.cloud = Echo()
        self.listener = bind("127.0.0.1:0")
        self.address = self.listener.getsockname()

    async def _build(self) -> Running:
        await self.cloud.__aenter__()
        upstream = AiohttpUpstream(self.cloud.url)
        pipeline = Pipeline(CATALOGUE, Rules(), Redactor(b"key"), Links(()))
        gateway = Gateway(Core(pipeline, dict.fromkeys(Service, upstream), None, lambda: 1000.0, lambda: "minted"))

        async def close() -> None:
            await upstream.close()
            await self.cloud.__aexit__(None, None, None)

        return Running((Served(gateway, self.listener, QUICK),), close)

    def open_while(self, work: Callable[[], T]) -> T:
        def work_and_stop() -> T:
            try:
                return work()
            finally:
                os.kill(os.getpid(), signal.SIGTERM)

        with ThreadPoolExecutor(1) as pool:
            results: list[Future[T]] = []
            serve(self._build, lambda: results.append(pool.submit(work_and_stop)))
            return results[0].result()


class Talk:
    """One connection of a client, which reads answers as a careful client would."""

    def __init__(self, address: tuple[str, int]) -> None:
        self._socket = socket.create_connection(address, timeout=5)
        self._file = self._socket.makefile("rb")

    def say(self, said: bytes) -> None:
        """Say something, also to one who has stopped to listen."""
        with suppress(BrokenPipeError, ConnectionResetError):
            self._socket.sendall(said)

    def answer(self, method: bytes = b"GET") -> tuple[int, bytes] | None:
        """Return status and body of the next final answer, or None when the connection is closed."""
        try:
            return self._answer(method)
        except ConnectionResetError:
            return None

    def _answer(self, method: bytes) -> tuple[int, bytes] | None:
        line = self._file.readline()
        if not line:
            return None
        fields = dict(self._fields())
        if line.startswith(b"HTTP/1.1 1"):
            return self._answer(method)
        length = 0 if method == b"HEAD" else int(fields.get(b"content-length", b"0"))
        return int(line.split(b" ")[1]), self._file.read(length)

    def _fields(self) -> Iterator[tuple[bytes, bytes]]:
        while (line := self._file.readline()) not in (b"\r\n", b""):
            name, _, value = line.partition(b":")
            yield name.lower(), value.strip()

    def close(self) -> None:
        self._file.close()
        self._socket.close()


@contextmanager
def talking(address: tuple[str, int]) -> Iterator[Talk]:
    talk = Talk(address)
    try:
        yield talk
    finally:
        talk.close()
