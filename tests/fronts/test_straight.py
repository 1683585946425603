"""What the public listener's protocol does beside answering: it waits, holds back, drains, gives up, and breaks."""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from uvicorn.server import ServerState

from gateway.faults.overlay import Broken, Cut, Dripping, Mishap
from gateway.fronts.asgi import Gateway
from gateway.fronts.core import Answered
from gateway.fronts.protocol import Patience
from gateway.fronts.saying import head_of
from gateway.fronts.serving import bind
from gateway.fronts.straight import StraightProtocol
from gateway.http import refusals
from gateway.http.admission import MAX_BODY_BYTES
from gateway.http.messages import Request, Response
from gateway.seams import Reply

from .test_serving import served_while, stop
from .test_serving import talk as tell
from .wires import Wire

GET = b"GET /v2 HTTP/1.1\r\nHost: gw\r\n\r\n"
LAST = b"GET /v3 HTTP/1.1\r\nHost: gw\r\nConnection: close\r\n\r\n"
POST = b"POST /v2 HTTP/1.1\r\nHost: gw\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


def ok(body: bytes, *lines: bytes) -> bytes:
    head = (b"HTTP/1.1 200 OK", b"x-request-id: minted", b"content-length: %d" % len(body), *lines, b"", b"")
    return b"\r\n".join(head) + body


class Slow:
    """Answers with what was asked, when it may; `reply` has the answer otherwise."""

    def __init__(self, *, may_answer: bool = True, reply: Reply | None = None) -> None:
        self.asked: list[Request] = []
        self.out: list[Answered] = []
        self.reply = reply
        self.may = asyncio.Event()
        if may_answer:
            self.may.set()

    async def answer(self, request: Request, scope: str = "") -> Answered:
        self.asked.append(request)
        await self.may.wait()
        reply = self.reply or Reply(Response(200, (), request.body or request.target + scope.encode()))
        return Answered(reply, "minted")

    def went_out(self, answered: Answered) -> None:
        self.out.append(answered)


class Talk:
    """A connection to a protocol, with what it says."""

    def __init__(self, core: Any, **more: Any) -> None:
        self.core = core
        self.state = ServerState()
        self.wire = Wire()
        self.protocol = StraightProtocol(None, self.state, {}, core=core, **more)  # type: ignore[arg-type]
        self.protocol.connection_made(self.wire)

    def say(self, said: bytes) -> bytes:
        """Say something and return all that was heard so far."""
        self.protocol.data_received(said)
        return self.wire.said

    async def hear(self) -> bytes:
        for _ in range(20):
            await asyncio.sleep(0)
        return self.wire.said


def run(work: Callable[[], Awaitable[None]]) -> None:
    async def main() -> None:
        await work()

    asyncio.run(main())


def test_an_answer_that_is_there_is_heard_before_the_request_is_taken_in() -> None:
    async def work() -> None:
        talk = Talk(Slow(), scope="!")
        assert talk.say(GET) == ok(b"/v2!")
        assert talk.say(GET) == ok(b"/v2!") * 2
        assert talk.state.total_requests == len(talk.core.out) == 2
        assert talk.core.asked[0] == Request("GET", b"/v2", ((b"host", b"gw"),), b"", "http", "127.0.0.1:4000")

    run(work)


def test_a_body_comes_with_its_head_or_in_pieces() -> None:
    async def work() -> None:
        talk = Talk(Slow())
        post = POST + b"Content-Length: 2\r\n\r\n"
        talk.say(post + b"{}")
        talk.say(post + b"[]")
        talk.say(post)
        talk.say(b"1")
        assert talk.say(b"2") == ok(b"{}") + ok(b"[]") + ok(b"12")

    run(work)


def test_a_large_answer_is_not_copied() -> None:
    async def work() -> None:
        body = b"x" * 100_000
        talk = Talk(Slow(reply=Reply(Response(200, (), body))))
        assert talk.say(GET) == ok(body)

    run(work)


def test_requests_that_come_together_are_answered_in_turn_one_a_turn_of_the_loop() -> None:
    async def work() -> None:
        talk = Talk(Slow())
        assert talk.say(GET + POST + b"Content-Length: 2\r\n\r\n{}" + GET) == ok(b"/v2")
        assert not talk.wire.reads
        assert await talk.hear() == ok(b"/v2") + ok(b"{}") + ok(b"/v2")
        assert talk.wire.reads

    run(work)


def test_what_comes_behind_a_queue_waits_for_it() -> None:
    async def work() -> None:
        talk = Talk(Slow(may_answer=False))
        talk.say(GET + GET)
        talk.say(LAST)
        talk.core.may.set()
        assert await talk.hear() == ok(b"/v2") * 2 + ok(b"/v3", b"connection: close")
        assert talk.wire.ends == ["eof"]

    run(work)


def test_a_client_that_asks_first_is_told_to_continue_in_its_turn() -> None:
    async def work() -> None:
        talk = Talk(Slow(may_answer=False))
        talk.say(GET)
        assert talk.say(POST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n") == b""
        talk.core.may.set()
        assert await talk.hear() == ok(b"/v2") + b"HTTP/1.1 100 Continue\r\n\r\n"
        talk.say(b"{}")
        assert (await talk.hear()).endswith(ok(b"{}"))

    run(work)


@pytest.mark.parametrize(
    "said",
    [
        [POST + b"Expect: 100-continue\r\nContent-Length: 12582913\r\n\r\n"],
        [CHUNKED, b"fff0000\r\n" + b" " * 13_000_000],
    ],
)
def test_what_is_too_large_is_asked_about_before_its_end(said: list[bytes]) -> None:
    async def work() -> None:
        talk = Talk(Slow())
        for each in said:
            talk.say(each)
        assert len(talk.core.asked) == 1
        assert talk.wire.said.startswith(b"HTTP/1.1 200 OK\r\n")
        assert b"\r\nconnection: close\r\n\r\n" in talk.wire.said
        assert talk.wire.ends == ["eof"]

    run(work)


def test_a_large_body_in_the_queue_is_asked_about_in_its_turn() -> None:
    async def work() -> None:
        talk = Talk(Slow(may_answer=False))
        talk.say(GET)
        talk.say(CHUNKED + b"fff0000\r\n")
        talk.say(b" " * (MAX_BODY_BYTES + 1))
        talk.core.may.set()
        await talk.hear()
        assert [len(request.body) for request in talk.core.asked] == [0, MAX_BODY_BYTES + 1]
        assert talk.wire.ends == ["eof"]

    run(work)


def test_what_breaks_behind_an_early_question_does_not_answer_it_twice() -> None:
    async def work() -> None:
        talk = Talk(Slow(may_answer=False))
        talk.say(CHUNKED + b"fff0000\r\n")
        talk.say(b" " * (MAX_BODY_BYTES + 1))
        talk.say(b" " * 0xFFF0000 + b"??\r\n")
        talk.core.may.set()
        assert (await talk.hear()).count(b"HTTP/1.1 ") == 1

    run(work)


# Writing


def test_an_answer_waits_until_its_client_takes_it() -> None:
    async def work() -> None:
        talk = Talk(Slow())
        talk.protocol.pause_writing()
        assert talk.say(GET + GET) == b""
        assert await talk.hear() == b""
        talk.protocol.resume_writing()
        assert await talk.hear() == ok(b"/v2") * 2

    run(work)


def test_a_client_that_leaves_is_not_answered_and_its_request_goes_on() -> None:
    async def work() -> None:
        talk = Talk(Slow(may_answer=False))
        talk.say(GET + GET)
        talk.protocol.connection_lost(None)
        assert (talk.state.connections, len(talk.state.tasks)) == (set(), 1)
        talk.core.may.set()
        assert await talk.hear() == b""
        assert (len(talk.core.asked), len(talk.core.out), talk.state.tasks) == (1, 1, set())

    run(work)


def test_a_client_that_leaves_an_answer_lying_is_forgotten() -> None:
    async def work() -> None:
        talk = Talk(Slow())
        talk.protocol.pause_writing()
        talk.say(GET)
        talk.protocol.connection_lost(ConnectionResetError())
        assert (talk.wire.said, len(talk.core.out)) == (b"", 1)

    run(work)


# The stop


def test_a_connection_at_rest_is_closed_at_the_stop() -> None:
    async def work() -> None:
        talk = Talk(Slow())
        talk.say(GET)
        talk.protocol.shutdown()
        assert talk.wire.ends == ["close"]

    run(work)


def test_the_last_answer_that_is_due_is_the_last_one() -> None:
    async def work() -> None:
        talk = Talk(Slow(may_answer=False))
        talk.say(GET + GET)
        talk.protocol.shutdown()
        talk.core.may.set()
        assert await talk.hear() == ok(b"/v2") + ok(b"/v2", b"connection: close")

    run(work)


def test_who_is_cut_off_is_told_that_something_broke(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        talk = Talk(Slow(may_answer=False))
        talk.say(GET)
        for running in talk.state.tasks:
            running.cancel()
        assert (await talk.hear()).startswith(b"HTTP/1.1 500 Internal Server Error\r\n")

    with caplog.at_level(logging.ERROR):
        run(work)
    assert caplog.messages == ["a request could not be answered"]


def test_a_connection_that_closed_meanwhile_takes_no_further_request() -> None:
    async def work() -> None:
        talk = Talk(Slow(may_answer=False))
        talk.say(GET + GET)
        talk.wire.close()
        talk.core.may.set()
        await talk.hear()
        assert len(talk.core.asked) == 1

    run(work)


def test_a_connection_that_is_closed_is_not_closed_again() -> None:
    async def work() -> None:
        talk = Talk(Slow(may_answer=False))
        talk.say(LAST)
        talk.wire.close()
        talk.core.may.set()
        await talk.hear()
        assert talk.wire.ends == ["close"]

    run(work)


def test_what_waits_for_its_turn_is_dropped_with_its_connection() -> None:
    async def work() -> None:
        talk = Talk(Slow())
        talk.say(GET + GET)
        talk.wire.close()
        await talk.hear()
        assert len(talk.core.asked) == 1

    run(work)


class Breaking(Slow):
    async def answer(self, request: Request, scope: str = "") -> Answered:
        raise ZeroDivisionError


BROKE = (
    b"HTTP/1.1 500 Internal Server Error\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-length: 21\r\n"
    b"connection: close\r\n\r\n"
)


@pytest.mark.parametrize(("method", "body"), [(b"GET", b"Internal Server Error"), (b"HEAD", b"")])
def test_what_breaks_is_said_and_logged(method: bytes, body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        talk = Talk(Breaking())
        assert talk.say(GET.replace(b"GET", method)) == BROKE + body
        assert talk.wire.ends == ["eof"]
        assert talk.say(GET) == BROKE + body

    run(work)
    assert caplog.messages == ["a request could not be answered"]


def test_an_answer_that_cannot_be_said_is_broken(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        talk = Talk(Slow(reply=Reply(Response(200, ((b"a b", b""),)))))
        assert talk.say(GET).startswith(BROKE)

    run(work)
    assert caplog.messages == ["a request could not be answered"]


def test_nobody_hears_what_breaks_when_the_client_left(caplog: pytest.LogCaptureFixture) -> None:
    class Late(Slow):
        async def answer(self, request: Request, scope: str = "") -> Answered:
            await self.may.wait()
            raise ZeroDivisionError

    async def work() -> None:
        talk = Talk(Late(may_answer=False))
        talk.say(GET)
        talk.protocol.connection_lost(ConnectionResetError())
        talk.core.may.set()
        assert await talk.hear() == b""

    run(work)
    assert caplog.messages == ["a request could not be answered"]


# Mishaps


def befallen(ending: Any, headers: tuple[tuple[bytes, bytes], ...] = ()) -> Slow:
    return Slow(reply=Reply(Response(200, headers, b"0123456789"), mishap=Mishap(("a",), 0.0, ending)))


def test_a_dripping_answer_comes_whole_and_the_next_one_behind_it() -> None:
    async def work() -> None:
        talk = Talk(befallen(Dripping(0.0)))
        talk.say(GET)
        assert await _settled(talk, 1) == ok(b"0123456789")
        talk.say(LAST)
        assert await _settled(talk, 2) == ok(b"0123456789") + ok(b"0123456789", b"connection: close")

    run(work)


async def _settled(talk: Talk, number: int) -> bytes:
    while len(talk.core.out) < number:
        await asyncio.sleep(0)
    return talk.wire.said


def test_a_dripping_answer_stops_while_its_client_does_not_take_it() -> None:
    async def work() -> None:
        talk = Talk(befallen(Dripping(0.0)))
        talk.protocol.pause_writing()
        talk.say(GET)
        assert await talk.hear() == b""
        talk.protocol.resume_writing()
        assert await _settled(talk, 1) == ok(b"0123456789")

    run(work)


def test_a_dripping_answer_to_head_has_no_body() -> None:
    async def work() -> None:
        talk = Talk(befallen(Dripping(0.0)))
        talk.say(GET.replace(b"GET", b"HEAD"))
        assert await _settled(talk, 1) == b"HTTP/1.1 200 OK\r\nx-request-id: minted\r\n\r\n"

    run(work)


def test_an_answer_is_cut() -> None:
    async def work() -> None:
        talk = Talk(befallen(Cut(3)))
        assert talk.say(GET + GET) == ok(b"0123456789")[:-7]
        assert talk.wire.ends == ["close"]
        assert len(talk.core.out) == 1

    run(work)


def test_an_answer_is_not_said_at_all() -> None:
    async def work() -> None:
        talk = Talk(befallen(Broken(is_reset=False)))
        assert talk.say(GET) == b""
        assert talk.wire.ends == ["close"]

    run(work)


class Resetting:
    """Answers nothing, and resets."""

    async def answer(self, request: Request, scope: str = "") -> Answered:
        return Answered(Reply(Response(200), mishap=Mishap(("a",), 0.0, Broken(is_reset=True))), "minted")

    def went_out(self, answered: Answered) -> None: ...


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with bind("127.0.0.1:0") as bound:
        yield bound


def test_a_reset_is_a_reset(listener: socket.socket) -> None:
    def work() -> None:
        try:
            with pytest.raises(ConnectionResetError):
                tell(listener, GET)
        finally:
            stop()

    served_while(listener, work, Gateway(Resetting()))  # type: ignore[arg-type]


def test_a_dripping_answer_whose_client_left_is_dropped() -> None:
    async def work() -> None:
        talk = Talk(befallen(Dripping(0.0)))
        talk.say(GET)
        talk.protocol.connection_lost(ConnectionResetError())
        assert b"0" not in (await _settled(talk, 1)).partition(b"\r\n\r\n")[2]

    run(work)


def test_a_dripping_answer_that_cannot_be_said_is_broken(caplog: pytest.LogCaptureFixture) -> None:
    async def work() -> None:
        talk = Talk(befallen(Dripping(0.0), ((b"a b", b""),)))
        talk.say(GET)
        assert (await talk.hear()).startswith(BROKE)

    run(work)
    assert caplog.messages == ["a request could not be answered"]


# Time


def late(message: bytes) -> bytes:
    return b'{"error": {"message": "The request %b did not come in time.", "code": "EVSGateway.0408"}}' % message


class Passing:
    """A loop in whose time a test says what passes."""

    def __init__(self) -> None:
        self.now = 0.0
        self.timers: list[tuple[float, Callable[[], None]]] = []

    def time(self) -> float:
        return self.now

    def call_at(self, at: float, call: Callable[[], None]) -> Any:
        timer = (at, call)
        self.timers.append(timer)
        return type("Handle", (), {"cancel": lambda _: self.timers.remove(timer)})()

    def call_soon(self, call: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_soon(call)

    def pass_s(self, seconds: float) -> None:
        self.now += seconds
        for timer in [timer for timer in self.timers if timer[0] <= self.now]:
            self.timers.remove(timer)
            timer[1]()


PATIENCE = Patience(head_s=3, idle_s=7, body_s=5, linger_s=1)


def timed() -> tuple[Talk, Passing]:
    passing = Passing()
    return Talk(Slow(), _loop=passing, patience=PATIENCE), passing


def test_a_connection_may_rest_so_long() -> None:
    async def work() -> None:
        talk, passing = timed()
        passing.pass_s(6)
        talk.say(GET)
        passing.pass_s(6)
        assert talk.wire.ends == []
        passing.pass_s(1)
        assert talk.wire.ends == ["close"]

    run(work)


@pytest.mark.parametrize(
    ("said", "patience_s", "message"),
    [(b"GET", 3, b"head"), (b"\r\n", 3, b"head"), (CHUNKED, 5, b"body"), (CHUNKED + b"1\r\na\r\n", 5, b"body")],
)
def test_what_is_begun_has_its_time(said: bytes, patience_s: float, message: bytes) -> None:
    async def work() -> None:
        talk, passing = timed()
        talk.say(said)
        passing.pass_s(patience_s - 1)
        talk.say(GET[3:4] if message == b"head" else b"")
        assert talk.wire.said == b""
        passing.pass_s(1)
        assert talk.wire.said.endswith(late(message))
        assert talk.wire.ends == ["eof"]
        passing.pass_s(1)
        assert talk.wire.ends == ["eof", "close"]

    run(work)


def test_who_has_begun_the_next_request_is_not_at_rest() -> None:
    async def work() -> None:
        talk, passing = timed()
        talk.say(GET + b"G")
        passing.pass_s(3)
        assert talk.wire.said.endswith(late(b"head"))

    run(work)


def test_an_answer_does_not_put_off_what_the_client_has_begun() -> None:
    async def work() -> None:
        talk, passing = timed()
        talk.core.may.clear()
        talk.say(GET + b"G")
        passing.pass_s(2)
        talk.core.may.set()
        await talk.hear()
        passing.pass_s(1)
        assert talk.wire.said == ok(b"/v2") + late_head()

    run(work)


def late_head() -> bytes:
    response = refusals.inadmissible(408, "The request head did not come in time.")
    what = head_of(response.status, response.headers, keeps_alive=False)
    assert what is not None
    return what.head + response.body


def test_time_stands_still_while_it_is_we_who_do_not_read() -> None:
    async def work() -> None:
        talk, passing = timed()
        talk.core.may.clear()
        talk.say(GET + CHUNKED)
        passing.pass_s(5)
        passing.pass_s(4)
        assert talk.wire.said == b""
        talk.core.may.set()
        await talk.hear()
        passing.pass_s(1)
        assert talk.wire.said.endswith(late(b"body"))

    run(work)
