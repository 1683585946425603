import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from gateway.fronts.protocol import ExactProtocol, Patience
from gateway.fronts.serving import bind

from .test_serving import answer_to, served_while, stop, talk

UPGRADE = b"Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n"
POST = b"POST /v2 HTTP/1.1\r\nHost: gw\r\n"
CHUNKED = POST + b"Transfer-Encoding: chunked\r\n\r\n"


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with bind("127.0.0.1:0") as bound:
        yield bound


def get(target: bytes = b"/v2", *lines: bytes) -> bytes:
    return b"\r\n".join((b"GET " + target + b" HTTP/1.1", b"Host: gw", *lines, b"", b""))


class Body:
    """An app that answers with the body it got, after it has kept the paths in the order they came."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.paths.append(scope["path"])
        body, more = b"", True
        while more:
            event = await receive()
            if event["type"] == "http.disconnect":
                return
            body += event["body"]
            more = event["more_body"]
        await answer(send, body)


async def answer(send: Any, body: bytes) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


App = Callable[[Any, Any, Any], Awaitable[None]]


def said_by(app: App, listener: socket.socket, said: bytes) -> bytes:
    """Serve an app to one connection that says this, and return everything that comes back."""

    def work() -> bytes:
        try:
            return talk(listener, said)
        finally:
            stop()

    return served_while(listener, work, app)


def statuses(heard: bytes) -> list[bytes]:
    return [part.partition(b" ")[0] for part in heard.split(b"HTTP/1.1 ")[1:]]


@pytest.mark.parametrize("target", [b"/v2?", b"/a;b/%2f?x=+&y", b"http://other.host/v2?a", b"/\xe9\xff", b"//", b"*"])
def test_the_target_is_told_byte_for_byte(listener: socket.socket, target: bytes) -> None:
    assert b"\r\n\r\n" + target + b" [" in answer_to(get(target, b"Connection: close"), listener)


def test_the_path_is_told_decoded(listener: socket.socket) -> None:
    app = Body()
    said_by(app, listener, get(b"/v2/%64etail/\xc3?x=%20") + get(b"/v2", b"Connection: close"))
    assert app.paths == ["/v2/detail/\xc3", "/v2"]


def test_a_trailer_is_no_header(listener: socket.socket) -> None:
    said = CHUNKED + b"2\r\n{}\r\n0\r\nX-Auth-Token: stolen\r\n\r\n" + get(b"/v3", b"Connection: close")
    heard = answer_to(said, listener)
    assert statuses(heard) == [b"200", b"200"]
    assert b"stolen" not in heard


@pytest.mark.parametrize("framing", [b"\r\n", b"Content-Length: 0\r\n\r\n"])
def test_an_offer_to_upgrade_is_ignored(
    listener: socket.socket, framing: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    assert b"\r\n\r\n/v2 [" in answer_to(get()[:-2] + UPGRADE + framing, listener)
    assert caplog.messages == []


@pytest.mark.parametrize("upgrade", [b"h2c", b"websocket"])
@pytest.mark.parametrize(
    "framing", [b"Content-Length: 2\r\n\r\n{}", b"Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n"]
)
def test_an_offer_to_upgrade_takes_no_body_away(listener: socket.socket, upgrade: bytes, framing: bytes) -> None:
    said = POST + b"Connection: Upgrade\r\nUpgrade: " + upgrade + b"\r\n" + framing + get(b"/v2", b"Connection: close")
    heard = said_by(Body(), listener, said)
    assert statuses(heard) == [b"200", b"200"]
    assert b"\r\n\r\n{}" in heard


def test_a_body_comes_whole_one_byte_a_packet(listener: socket.socket) -> None:
    said = CHUNKED + b"2\r\n{}\r\n0\r\n\r\n" + get(b"/v2", b"Connection: close")

    def work() -> bytes:
        with socket.create_connection(listener.getsockname()) as connection:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for at in range(len(said)):
                connection.send(said[at : at + 1])
            heard = b"".join(iter(lambda: connection.recv(65536), b""))
        stop()
        return heard

    heard = served_while(listener, work, Body())
    assert statuses(heard) == [b"200", b"200"]
    assert b"\r\n\r\n{}HTTP/1.1 200" in heard


def test_a_large_body_comes_whole(listener: socket.socket) -> None:
    body = b"x" * 1_000_000
    said = POST + b"Connection: close\r\nContent-Length: 1000000\r\n\r\n" + body
    assert said_by(Body(), listener, said).endswith(b"\r\n\r\n" + body)


def test_a_client_that_asks_first_is_told_to_continue(listener: socket.socket) -> None:
    def work() -> bytes:
        with socket.create_connection(listener.getsockname()) as connection:
            connection.sendall(POST + b"Connection: close\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
            first = connection.recv(65536)
            connection.sendall(b"{}")
            heard = b"".join(iter(lambda: connection.recv(65536), b""))
        stop()
        return first + heard

    assert served_while(listener, work, Body()) == (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}"
    )


def refusal(status: bytes, message: bytes, code: bytes = b"EVS.5400") -> bytes:
    body = b'{"error": {"message": "%b", "code": "%b"}}' % (message, code)
    return (
        b"HTTP/1.1 "
        + status
        + b"\r\ncontent-type: application/json\r\ncontent-length: %d\r\n" % len(body)
        + b'proxy-status: evs-gateway; error=http_request_error; details="%b"\r\n' % message
        + b"connection: close\r\n\r\n"
        + body
    )


LINE = refusal(b"400 Bad Request", b"The request line is malformed.")


def test_what_is_no_request_is_refused_in_the_envelope(listener: socket.socket) -> None:
    assert answer_to(b"garbage\r\n\r\n", listener) == LINE


def test_a_legal_request_before_garbage_gets_its_own_answer(listener: socket.socket) -> None:
    app = Body()
    heard = said_by(app, listener, get(b"/a") + get(b"/b") + b"garbage\r\n" + get(b"/c"))
    ok = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"
    assert heard == ok + ok + LINE
    assert app.paths == ["/a", "/b"]


def test_garbage_behind_an_answer_ends_the_connection(listener: socket.socket) -> None:
    def work() -> bytes:
        with socket.create_connection(listener.getsockname()) as connection:
            connection.sendall(get())
            first = connection.recv(1)
            connection.sendall(b"garbage\r\n" + get())
            heard = b"".join(iter(lambda: connection.recv(65536), b""))
        stop()
        return first + heard

    assert served_while(listener, work, Body()) == b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" + LINE


BROKEN = refusal(b"400 Bad Request", b"The size of a chunk is malformed.")


def test_a_body_that_breaks_off_is_nobodys_request(listener: socket.socket) -> None:
    assert said_by(Body(), listener, CHUNKED + b"2\r\n{}\r\nzz\r\n\r\n" + get()) == BROKEN


def test_a_body_that_breaks_off_in_the_queue_never_starts(listener: socket.socket) -> None:
    app = Body()
    heard = said_by(app, listener, get(b"/a") + CHUNKED.replace(b"/v2", b"/b") + b"zz\r\n")
    assert heard == b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" + BROKEN
    assert app.paths == ["/a"]


async def early(scope: Any, receive: Any, send: Any) -> None:
    """Answer without the body."""
    await answer(send, scope["path"].encode())


def test_an_answer_before_the_end_of_the_body_is_the_last(listener: socket.socket) -> None:
    said = POST + b"Content-Length: 4\r\nExpect: 100-continue\r\n\r\n"

    def work() -> bytes:
        with socket.create_connection(listener.getsockname()) as connection:
            connection.sendall(said)
            first = connection.recv(65536)
            connection.sendall(get(b"/poison") * 2)
            heard = b"".join(iter(lambda: connection.recv(65536), b""))
        stop()
        return first + heard

    heard = served_while(listener, work, early)
    assert heard == b"HTTP/1.1 200 OK\r\ncontent-length: 3\r\nconnection: close\r\n\r\n/v2"


def test_requests_behind_an_early_answer_are_not_asked(listener: socket.socket) -> None:
    asked = []

    async def app(scope: Any, receive: Any, send: Any) -> None:
        asked.append(scope["path"])
        if scope["method"] == "POST":
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"0")]})
            while (await receive())["more_body"]:
                pass
            await send({"type": "http.response.body", "body": b""})
        else:
            await answer(send, b"")

    def work() -> bytes:
        with socket.create_connection(listener.getsockname()) as connection:
            connection.sendall(POST + b"Content-Length: 2\r\n\r\n")
            first = connection.recv(65536)
            connection.sendall(b"{}" + get(b"/b"))
            heard = b"".join(iter(lambda: connection.recv(65536), b""))
        stop()
        return first + heard

    assert statuses(served_while(listener, work, app)) == [b"200"]
    assert asked == ["/v2"]


def test_an_answer_that_has_begun_is_not_mixed_with_a_refusal(listener: socket.socket) -> None:
    begun = threading.Event()

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"9")]})
        begun.set()
        while (await receive())["type"] != "http.disconnect":
            pass

    def work() -> bytes:
        with socket.create_connection(listener.getsockname()) as connection:
            connection.sendall(CHUNKED)
            begun.wait()
            connection.sendall(b"zz\r\n")
            heard = b"".join(iter(lambda: connection.recv(65536), b""))
        stop()
        return heard

    heard = served_while(listener, work, app)
    assert heard == b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\nconnection: close\r\n\r\n"


# Time

QUICK = Patience(head_s=0.05, idle_s=0.05, body_s=0.05, linger_s=0.05)
HEAD_LATE = refusal(b"408 Request Timeout", b"The request head did not come in time.", b"EVSGateway.0408")
BODY_LATE = refusal(b"408 Request Timeout", b"The request body did not come in time.", b"EVSGateway.0408")


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (b"", b""),
        (b"GET / HTTP/1.1\r\nHos", HEAD_LATE),
        (b"\r\n", HEAD_LATE),
        (POST + b"Content-Length: 4\r\n\r\n{}", BODY_LATE),
        (CHUNKED + b"2\r\n{}\r\n", BODY_LATE),
        (CHUNKED + b"0\r\nA: b\r\n", BODY_LATE),
        (get(), b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"),
        (get() + b"G", b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n" + HEAD_LATE),
    ],
)
def test_patience_has_an_end(listener: socket.socket, said: bytes, heard: bytes) -> None:
    def work() -> bytes:
        try:
            return talk(listener, said)
        finally:
            stop()

    assert served_while(listener, work, Body(), QUICK) == heard


def test_a_new_head_has_its_own_time(listener: socket.socket) -> None:
    """What a client takes for one head is not charged to the next one."""
    patience = Patience(head_s=0.4)

    def work() -> bytes:
        with socket.create_connection(listener.getsockname()) as connection:
            connection.sendall(b"G")
            connection.settimeout(0.25)
            with pytest.raises(TimeoutError):
                connection.recv(1)
            connection.settimeout(10)
            connection.sendall(get()[1:] + b"G")
            first = connection.recv(65536)
            connection.settimeout(0.25)
            with pytest.raises(TimeoutError):
                connection.recv(1)
            connection.settimeout(10)
            connection.sendall(get(b"/", b"Connection: close")[1:])
            heard = b"".join(iter(lambda: connection.recv(65536), b""))
        stop()
        return first + heard

    assert statuses(served_while(listener, work, Body(), patience)) == [b"200", b"200"]


def test_time_stands_still_while_it_is_we_who_do_not_read(listener: socket.socket) -> None:
    """Requests in the queue stop the reading; the rest of the last one is late for no fault of the client."""
    may_end = threading.Event()

    class Slow(Body):
        async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
            while not may_end.is_set():
                await asyncio.sleep(0.001)
            await super().__call__(scope, receive, send)

    def work() -> bytes:
        with socket.create_connection(listener.getsockname()) as connection:
            connection.sendall(get() + POST + b"Connection: close\r\nContent-Length: 2\r\n\r\n{")
            connection.settimeout(0.2)
            with pytest.raises(TimeoutError):
                connection.recv(1)
            connection.settimeout(10)
            connection.sendall(b"}")
            may_end.set()
            heard = b"".join(iter(lambda: connection.recv(65536), b""))
        stop()
        return heard

    heard = served_while(listener, work, Slow(), Patience(body_s=0.05))
    assert heard.endswith(b"\r\n\r\n{}")


def test_a_client_that_leaves_costs_nothing(listener: socket.socket) -> None:
    def work() -> bytes:
        for said in (b"", b"GET", CHUNKED, get()):
            with socket.create_connection(listener.getsockname()) as connection:
                connection.sendall(said)
        try:
            return talk(listener, get(b"/v2", b"Connection: close"))
        finally:
            stop()

    assert served_while(listener, work, Body()).endswith(b"\r\n\r\n")


def test_a_refusal_can_be_read_while_the_client_still_talks(listener: socket.socket) -> None:
    """With a plain close, bytes of the client that nobody read would make its system drop the answer."""

    def work() -> bytes:
        with socket.create_connection(listener.getsockname()) as connection:
            connection.sendall(b"garbage\r\n")
            heard = connection.recv(65536)
            for _ in range(20):
                connection.sendall(b"x" * 100_000)
            heard += b"".join(iter(lambda: connection.recv(65536), b""))
        stop()
        return heard

    assert served_while(listener, work) == LINE


class Gone(asyncio.Transport):
    """A transport whose peer has left, which the protocol is not told yet."""

    def __init__(self) -> None:
        super().__init__()
        self.said = b""

    def is_closing(self) -> bool:
        return True

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.said += data


def test_a_connection_that_is_closed_is_not_closed_again() -> None:
    async def work() -> bytes:
        config = uvicorn.Config(Body(), log_config=None, ws="none", lifespan="off")
        protocol, transport = ExactProtocol(config, ServerState(), {}), Gone()
        protocol.connection_made(transport)
        protocol.data_received(b"garbage\r\n")
        await asyncio.wait(protocol.tasks)
        protocol.connection_lost(ConnectionResetError())
        return transport.said

    assert asyncio.run(work()) == LINE


def test_the_default_patience_is_that_of_the_research() -> None:
    assert Patience() == Patience(head_s=30, idle_s=75, body_s=120, linger_s=2)
