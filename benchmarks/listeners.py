"""Browsers that follow the live tail, as many as asked for: open event streams, read whatever comes, count it.

Run as `python -m benchmarks.listeners HOST:PORT COUNT`. Says `listening` when every stream has begun, and at the end
of its standard input what came, as JSON. One thread and no parsing, so that it costs little beside what it measures.
"""

from __future__ import annotations

import json
import selectors
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass

TARGET = "/inspector/tail"
_MOST = 1 << 18
_TIMEOUT_S = 30
# What each event has one of.
_ID = b"\nid:"


@dataclass(slots=True)
class Heard:
    """What came on all streams. The first bytes of an answer are its head."""

    bytes: int = 0
    events: int = 0
    ended: int = 0


def opened(address: str, count: int) -> Iterator[socket.socket]:
    """Yield streams that have begun. Errors: ConnectionError for an answer that is no stream."""
    host, _, port = address.rpartition(":")
    for _ in range(count):
        stream = socket.create_connection((host, int(port)), timeout=_TIMEOUT_S)
        stream.sendall(f"GET {TARGET} HTTP/1.1\r\nHost: {address}\r\nAccept: text/event-stream\r\n\r\n".encode())
        head = stream.recv(_MOST)
        if b" 200 " not in head[:16]:
            raise ConnectionError(head[:200].decode("latin-1"))
        yield stream


def listen(streams: list[socket.socket]) -> Heard:
    """Read until standard input ends."""
    heard, buffer = Heard(), bytearray(_MOST)
    with selectors.DefaultSelector() as selector:
        selector.register(sys.stdin, selectors.EVENT_READ)
        for stream in streams:
            stream.setblocking(False)
            selector.register(stream, selectors.EVENT_READ)
        while not heard.ended:
            for key, _ in selector.select():
                if not isinstance(key.fileobj, socket.socket):
                    return heard
                _read(key.fileobj, buffer, heard)
    return heard


def _read(stream: socket.socket, buffer: bytearray, heard: Heard) -> None:
    count = stream.recv_into(buffer)
    heard.bytes += count
    heard.events += buffer.count(_ID, 0, count)
    heard.ended += count == 0


def main() -> None:
    address, count = sys.argv[1], int(sys.argv[2])
    streams = list(opened(address, count))
    print("listening", flush=True)
    heard = listen(streams)
    print(json.dumps({"bytes": heard.bytes, "events": heard.events, "ended": heard.ended}), flush=True)


if __name__ == "__main__":
    main()
