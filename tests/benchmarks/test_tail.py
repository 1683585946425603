"""The benchmark of the tail: its browsers hear what comes, and its table says what they cost."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import threading
from pathlib import Path

from benchmarks.tail import Rounds, table

ROOT = Path(__file__).parents[2]
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n"
EVENT = b"event: record\nid: a:1\ndata: {}\n\n"


def tell(listener: socket.socket, has_begun: threading.Event) -> None:
    """Take a stream, tell it one event once it has begun, and end it."""
    with listener.accept()[0] as stream:
        stream.recv(1 << 16)
        stream.sendall(HEAD)
        has_begun.wait(30)
        stream.sendall(EVENT)


def test_browsers_count_what_they_hear() -> None:
    has_begun = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=tell, args=(listener, has_begun))
        thread.start()
        place = f"127.0.0.1:{listener.getsockname()[1]}"
        command = [sys.executable, "-m", "benchmarks.listeners", place, "1"]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            assert process.stdout.readline() == "listening\n"
            has_begun.set()
            heard = process.stdout.read()
        thread.join()
    assert json.loads(heard) == {"bytes": len(EVENT), "events": 1, "ended": 1}


def test_the_table_says_what_followers_cost() -> None:
    alone, followed = Rounds(0, [100.0, 110.0, 90.0], [50.0]), Rounds(2, [98.0], [51.0], events=10)
    assert list(table(alone, followed))[2:] == [
        "| 0 | 100 | 50 | 0 | 0 |",
        "| 2 | 98 | 51 | 5 | 0 |",
        "| cost | 2.0% | 2.0% | | |",
    ]
