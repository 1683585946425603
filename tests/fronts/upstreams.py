"""A cloud made of bytes: takes requests apart only as far as their length, answers what it was told to, keeps all."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from types import TracebackType
from typing import Self

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"


@dataclass(frozen=True)
class HangUp:
    """Answer these bytes, then close the connection."""

    said: bytes = b""


class Silence:
    """Never answer."""


Line = bytes | HangUp | Silence


class RawUpstream:
    """A server on a free port that says its lines in turn, and the last one again and again."""

    def __init__(self, *lines: Line, tls: ssl.SSLContext | None = None) -> None:
        self._lines = list(lines) or [OK]
        self._tls = tls
        self.heard: list[bytes] = []
        self.connections = 0
        self.asked = asyncio.Event()

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.host}"

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, limit=2**20, ssl=self._tls)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while not writer.is_closing():
                self.heard.append(await _request(reader))
                self.asked.set()
                await self._answer(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, writer: asyncio.StreamWriter) -> None:
        line = self._lines.pop(0) if len(self._lines) > 1 else self._lines[0]
        if isinstance(line, Silence):
            return
        writer.write(line if isinstance(line, bytes) else line.said)
        await writer.drain()
        if isinstance(line, HangUp):
            writer.close()


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return head + await reader.readexactly(int(line.partition(b":")[2]))
    return head


def answer(status: bytes, *headers: bytes, body: bytes = b"") -> bytes:
    length = b"Content-Length: %d" % len(body)
    return b"\r\n".join((b"HTTP/1.1 " + status, *headers, length, b"", body))
