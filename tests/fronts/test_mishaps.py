"""What a fault on purpose does to an answer, message by message, and to a connection of our own server."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import pytest

from gateway.faults.overlay import Broken, Cut, Dripping, Faulty, Mishap
from gateway.fronts.mishaps import PIECES, suffered
from gateway.fronts.protocol import BREAK
from gateway.fronts.serving import bind

from .test_protocol import answer, get, said_by
from .test_serving import served_while, stop, talk


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with bind("127.0.0.1:0") as bound:
        yield bound


def story(mishap: Mishap, body: bytes = b"0123456789", *, breaks: bool = True) -> list[object]:
    """Return what an answer with this mishap comes to: pauses, messages and the end of the connection, in order."""
    told: list[object] = []

    async def send(message: Any) -> None:
        told.append(message["status"] if "status" in message else (message["body"], message.get("more_body", False)))

    async def sleep(seconds: float) -> None:
        told.append(f"pause {seconds}")

    scope = {BREAK: lambda is_reset: told.append("reset" if is_reset else "close")} if breaks else {}
    asyncio.run(suffered(mishap, scope, lambda to: answer(to, body), send, sleep))
    return told


@pytest.mark.parametrize(
    ("mishap", "told"),
    [
        (Mishap(("a",), 1.5), ["pause 1.5", 200, (b"0123456789", False)]),
        (Mishap(("a",), 0.0, Faulty(500)), [200, (b"0123456789", False)]),
        (Mishap(("a",), 0.0, Broken(is_reset=True)), ["reset"]),
        (Mishap(("a",), 2.0, Broken(is_reset=False)), ["pause 2.0", "close"]),
        (Mishap(("a",), 0.0, Cut(3)), [200, (b"012", True), "close"]),
        (Mishap(("a",), 0.0, Cut(10)), [200, (b"012345678", True), "close"]),
    ],
)
def test_each_ending_has_its_story(mishap: Mishap, told: list[object]) -> None:
    assert story(mishap) == told


def test_a_body_drips_in_pieces_of_one_size() -> None:
    said = story(Mishap(("a",), 0.0, Dripping(0.25)), b"x" * 41)
    sizes = [len(piece[0]) for piece in said[2::2] if isinstance(piece, tuple)]
    assert said[1::2] == ["pause 0.25"] * 14
    assert sizes == [3] * 13 + [2]
    assert [piece[1] for piece in said[2::2] if isinstance(piece, tuple)] == [True] * 13 + [False]
    assert len(sizes) <= PIECES


def test_an_empty_body_drips_once() -> None:
    assert story(Mishap(("a",), 0.0, Dripping(1)), b"") == [200, "pause 1", (b"", False)]


@pytest.mark.parametrize("ending", [Broken(is_reset=True), Broken(is_reset=False), Cut(3)])
def test_a_server_that_cannot_break_a_connection_answers_whole(ending: Broken | Cut) -> None:
    assert story(Mishap(("a",), 0.0, ending), breaks=False) == [200, (b"0123456789", False)]


def serving(mishap: Mishap) -> Any:
    async def app(scope: Any, receive: Any, send: Any) -> None:
        await suffered(mishap, scope, lambda to: answer(to, b"0123456789"), send)

    return app


def test_a_cut_answer_announces_more_than_it_has(listener: socket.socket) -> None:
    heard = said_by(serving(Mishap(("a",), 0.0, Cut(3))), listener, get() + get())
    assert heard == b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n012"


def test_no_answer_is_an_end_without_a_word(listener: socket.socket, caplog: pytest.LogCaptureFixture) -> None:
    assert said_by(serving(Mishap(("a",), 0.0, Broken(is_reset=False))), listener, get()) == b""
    assert caplog.records == []


def test_a_reset_is_a_reset(listener: socket.socket, caplog: pytest.LogCaptureFixture) -> None:
    def work() -> None:
        try:
            with pytest.raises(ConnectionResetError):
                talk(listener, get())
        finally:
            stop()

    served_while(listener, work, serving(Mishap(("a",), 0.0, Broken(is_reset=True))))
    assert caplog.records == []
