"""One connection to an upstream on a wire made of bytes: it does not matter in which pieces an answer comes."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.fronts.connections import CUT_OFF, LATE, MALFORMED, UNANSWERED, Connection, Outcome
from gateway.http.messages import Response

from .wires import Wire

BOUND = 200
FIRST = b"HTTP/1.1 200 OK\r\nX-A: b\r\nContent-Length: 5\r\n\r\nabcde"
HEARD = Response(200, ((b"x-a", b"b"), (b"content-length", b"5")), b"abcde")


class Peer:
    """An upstream that a test speaks for."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.wire = Wire()
        self.connection = Connection(self.loop, BOUND)
        self.connection.connection_made(self.wire)

    async def heard(self, *pieces: bytes, has_body: bool = True, ends: bool = True) -> Outcome:
        """Return what is heard when this is said, and then, if it ends, nothing more."""
        waiter = self.connection.ask(b"?", has_body, self.loop.time() + 10)
        for piece in pieces:
            if not self.wire.ends:
                self.connection.data_received(piece)
        if ends and not waiter.done():
            self.connection.connection_lost(None)
        try:
            return await waiter
        finally:
            self.connection.rest()


@pytest.mark.parametrize("cut", range(1, len(FIRST)))
def test_an_answer_in_two_pieces_is_one(cut: int) -> None:
    async def main() -> None:
        peer = Peer()
        assert await peer.heard(FIRST[:cut], FIRST[cut:]) == HEARD
        assert await peer.heard(FIRST) == HEARD
        assert (peer.connection.is_reusable, peer.connection.is_open) == (True, True)

    asyncio.run(main())


ANSWERS = st.sampled_from(
    [
        FIRST,
        b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 201\r\n\r\n" + b"x" * 201,
        b"HTTP/1.1 404 Not Found\r\nConnection: keep-alive\r\nContent-Length: 100\r\n\r\n" + b"x" * 100,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc",
        b"HTTP/1.1 100 Continue\r\n\r\n" + FIRST,
        b"HTTP/1.1 200 OK\r\n\r\nto the end",
        b"HTTP/1.1 204 No Content\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\n\r\nabc",
        b"garbage\r\n\r\n",
        b"",
    ]
)


@settings(deadline=None, max_examples=300)
@given(ANSWERS, ANSWERS | st.binary(max_size=5), st.booleans(), st.data())
def test_it_does_not_matter_how_an_answer_comes(first: bytes, second: bytes, after: bool, data: st.DataObject) -> None:
    """Whole, in pieces, or behind another one that was read the other way."""
    said = first[: data.draw(st.integers(0, len(first)))] if not after else first
    cuts = sorted(data.draw(st.lists(st.integers(0, len(said)), max_size=3)))
    pieces = [said[start:end] for start, end in zip([0, *cuts], [*cuts, len(said)], strict=True) if start < end]

    async def main() -> None:
        whole, other = Peer(), Peer()
        if second == FIRST:
            assert await other.heard(FIRST) == HEARD
        assert await other.heard(*pieces) == await whole.heard(*([said] if said else []))
        assert other.connection.is_reusable == whole.connection.is_reusable

    asyncio.run(main())


@pytest.mark.parametrize("cut", [len(FIRST) - 5, len(FIRST) - 2, len(FIRST)])
@pytest.mark.parametrize("more", [b"?", b"HTTP/1.1 200 OK\r\n"])
def test_more_than_was_asked_for_is_told_by_the_parser(cut: int, more: bytes) -> None:
    async def main() -> None:
        one, two = Peer(), Peer()
        in_one = await one.heard(FIRST + more)
        assert await two.heard(FIRST[: len(FIRST) - 2], FIRST[len(FIRST) - 2 :] + more) == in_one
        assert (one.connection.is_reusable, two.connection.is_reusable) == (False, False)

    asyncio.run(main())


def test_who_says_something_unasked_is_not_asked_again() -> None:
    async def main() -> None:
        peer = Peer()
        assert await peer.heard(FIRST) == HEARD
        peer.connection.data_received(b"!")
        assert not peer.connection.is_reusable
        assert await peer.heard() == UNANSWERED

    asyncio.run(main())


@pytest.mark.parametrize(("said", "outcome"), [((), UNANSWERED), ((FIRST[:9],), CUT_OFF), ((FIRST[:-1],), CUT_OFF)])
def test_an_answer_that_ends_too_early_is_none(said: tuple[bytes, ...], outcome: Outcome) -> None:
    async def main() -> None:
        assert await Peer().heard(*said) == outcome
        peer = Peer()
        assert isinstance(await peer.heard(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), Response)
        assert await peer.heard(*said) == outcome

    asyncio.run(main())


def test_a_late_answer_is_late_and_ends_the_connection() -> None:
    async def main() -> None:
        peer = Peer()
        waiter = peer.connection.ask(b"?", True, peer.loop.time())
        assert await waiter == LATE
        assert peer.wire.ends == ["abort"]

    asyncio.run(main())


def test_who_waits_no_more_ends_the_connection() -> None:
    async def main() -> None:
        peer = Peer()
        peer.connection.ask(b"?", True, peer.loop.time() + 10)
        peer.connection.rest()
        assert peer.wire.ends == ["abort"]
        assert not peer.connection.is_reusable

    asyncio.run(main())


def test_an_answer_that_nobody_waits_for_any_more_is_heard_by_nobody() -> None:
    async def main() -> None:
        peer = Peer()
        waiter = peer.connection.ask(b"?", True, peer.loop.time() + 10)
        waiter.cancel()
        peer.connection.data_received(FIRST)
        assert waiter.cancelled()

    asyncio.run(main())


def test_a_head_without_end_is_not_waited_for() -> None:
    async def main() -> None:
        lines = b"HTTP/1.1 200 OK\r\n" + b"X-A: b\r\n" * 40_000
        assert await Peer().heard(lines[:100], lines[100:], ends=False) == MALFORMED

    asyncio.run(main())
