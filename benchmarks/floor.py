"""The floor of the platform: the least that a server in Python does, on the loop and transports that the gateway has.

With an origin every message is passed on over a kept connection, and nothing of it is read but where it ends; without,
each gets an answer that was made before. It judges nothing, keeps nothing, and knows no time-outs: what the gateway
costs beyond it is the gateway's own work, and no gateway in Python can cost less.
"""

from __future__ import annotations

import argparse
import asyncio
import re
from collections import deque
from collections.abc import Sequence

import uvloop

from benchmarks.workloads import ALL, Workload

_LENGTH = re.compile(rb"content-length: *([0-9]+)", re.IGNORECASE)
_END = b"\r\n\r\n"


def whole(data: bytes) -> bool:
    """Say whether a message is complete: its head, and as many bytes more as the head says."""
    end = data.find(_END)
    if end < 0:
        return False
    length = _LENGTH.search(data, 0, end)
    return len(data) == end + len(_END) + (int(length[1]) if length else 0)


class Origin(asyncio.Protocol):
    """A kept connection to the origin, which answers one client at a time."""

    def __init__(self, idle: deque[Origin]) -> None:
        self._idle = idle
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]

    def ask(self, message: bytes, client: asyncio.Transport) -> None:
        self._client = client
        self._transport.write(message)

    def data_received(self, data: bytes) -> None:
        self._data += data
        if whole(self._data):
            answer, self._data = self._data, b""
            self._idle.append(self)
            if not self._client.is_closing():
                self._client.write(answer)


class Forwarding(asyncio.Protocol):
    """A client whose messages are passed on."""

    def __init__(self, port: int, idle: deque[Origin]) -> None:
        self._port = port
        self._idle = idle
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self._data += data
        if whole(self._data):
            message, self._data = self._data, b""
            if self._idle:
                # The origin keeps connections for longer than a run.
                self._idle.pop().ask(message, self._transport)
            else:
                self._opening = asyncio.ensure_future(self._first(message))

    async def _first(self, message: bytes) -> None:
        loop = asyncio.get_running_loop()
        _, origin = await loop.create_connection(lambda: Origin(self._idle), "127.0.0.1", self._port)
        origin.ask(message, self._transport)


class Answering(asyncio.Protocol):
    """A client that gets answers that were made before, by target."""

    def __init__(self, answers: dict[bytes, bytes]) -> None:
        self._answers = answers
        self._data = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]

    def data_received(self, data: bytes) -> None:
        self._data += data
        if whole(self._data):
            message, self._data = self._data, b""
            self._transport.write(self._answers[message.split(b" ", 2)[1]])


def answer_to(workload: Workload) -> bytes:
    head = f"HTTP/1.1 {workload.status} \r\ncontent-type: application/json\r\ncontent-length: {len(workload.answer)}"
    return head.encode() + _END + workload.answer


def answers() -> dict[bytes, bytes]:
    """Return the answer to every target of every workload."""
    return {target.encode(): answer_to(each) for each in ALL for target in each.sent_targets}


async def serve(port: int, origin: int | None) -> None:
    idle: deque[Origin] = deque()
    known = answers()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: Answering(known) if origin is None else Forwarding(origin, idle), "127.0.0.1", port
    )
    await server.serve_forever()


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.floor")
    parser.add_argument("port", type=int)
    parser.add_argument("--origin", type=int, metavar="PORT", help="pass messages on to this port")
    arguments = parser.parse_args(argv)
    uvloop.run(serve(arguments.port, arguments.origin))


if __name__ == "__main__":
    main()
