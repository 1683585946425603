import asyncio
import contextlib
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, TypeVar

import pytest

from gateway.errors import ListenError
from gateway.fronts.doors import Served
from gateway.fronts.protocol import PATIENCE, TARGET, Patience
from gateway.fronts.serving import Running, bind, bind_each, serve, url_of

T = TypeVar("T")


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with bind("127.0.0.1:0") as bound:
        yield bound


async def echo(scope: Any, receive: Any, send: Any) -> None:
    """Answer with the target and the headers as they came."""
    while (await receive())["more_body"]:
        pass
    body = scope[TARGET] + b" " + repr(list(scope["headers"])).encode()
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


def stop() -> None:
    os.kill(os.getpid(), signal.SIGTERM)


def talk(listener: socket.socket, said: bytes) -> bytes:
    """Say something on a connection of its own and return everything that comes back."""
    with socket.create_connection(listener.getsockname()[:2], timeout=10) as connection:
        connection.sendall(said)
        return b"".join(iter(lambda: connection.recv(65536), b""))


def served_while(listener: socket.socket, work: Callable[[], T], app: Any = echo, patience: Patience = PATIENCE) -> T:
    """Serve an app while a thread does its work, which ends with a signal, and return what the work returned."""
    closed = []

    async def close() -> None:
        closed.append(True)

    async def build() -> Running:
        return Running((Served(app, listener, patience),), close)

    with ThreadPoolExecutor(1) as pool:
        results: list[Future[T]] = []
        serve(build, lambda: results.append(pool.submit(work)))
        assert closed == [True]
        return results[0].result()


def answer_to(said: bytes, listener: socket.socket) -> bytes:
    """Serve one connection that says this, and return the answer."""

    def work() -> bytes:
        try:
            return talk(listener, said)
        finally:
            stop()

    return served_while(listener, work)


def test_an_answer_comes_back_without_headers_of_the_server(listener: socket.socket) -> None:
    said = b"GET /v2? HTTP/1.1\r\nHost: gw\r\nConnection: close\r\n\r\n"
    assert answer_to(said, listener) == (
        b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\nconnection: close\r\n\r\n"
        b"/v2? [(b'host', b'gw'), (b'connection', b'close')]"
    )


def test_a_token_of_100_kb_comes_in(listener: socket.socket) -> None:
    token = b"t" * 100_000
    said = b"GET / HTTP/1.1\r\nHost: gw\r\nX-Auth-Token: " + token + b"\r\nConnection: close\r\n\r\n"
    assert token in answer_to(said, listener)


class Slow:
    """An app that answers when it may."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.may_end = threading.Event()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.begun.set()
        while not self.may_end.is_set():
            await asyncio.sleep(0.001)
        await echo(scope, receive, send)


GET = b"GET /late HTTP/1.1\r\nHost: gw\r\n\r\n"


def test_a_request_in_flight_is_answered_after_the_signal(listener: socket.socket) -> None:
    app = Slow()

    def work() -> bytes:
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(talk, listener, GET)
            app.begun.wait()
            stop()
            while listener.fileno() != -1:
                pass
            app.may_end.set()
            return answer.result()

    assert served_while(listener, work, app).endswith(b"\r\n\r\n/late [(b'host', b'gw')]")


def test_a_second_signal_does_not_wait(listener: socket.socket) -> None:
    app = Slow()

    def work() -> bytes:
        with ThreadPoolExecutor(1) as pool:
            answer = pool.submit(talk, listener, GET)
            app.begun.wait()
            stop()
            while listener.fileno() != -1:
                pass
            stop()
            return answer.result()

    assert served_while(listener, work, app).startswith(b"HTTP/1.1 500 ")


def test_a_client_that_does_not_read_is_cut_off(listener: socket.socket) -> None:
    begun, size = threading.Event(), 64 * 1024 * 1024

    async def large(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % size)]})
        begun.set()
        await send({"type": "http.response.body", "body": bytes(size)})

    def work() -> socket.socket:
        connection = socket.create_connection(listener.getsockname()[:2], timeout=10)
        connection.sendall(GET)
        begun.wait()
        stop()
        while listener.fileno() != -1:
            pass
        stop()
        return connection

    with served_while(listener, work, large) as connection:
        heard = sum(map(len, iter(lambda: connection.recv(65536), b"")))
    assert 0 < heard < size


def test_several_apps_are_served_together() -> None:
    first, second = bind("127.0.0.1:0"), bind("127.0.0.1:0")

    async def close() -> None: ...

    async def build() -> Running:
        return Running((Served(echo, first), Served(echo, second)), close)

    heard: list[bytes] = []

    def work() -> None:
        heard.extend(
            talk(listener, b"GET /%b HTTP/1.1\r\nHost: gw\r\nConnection: close\r\n\r\n" % name)
            for listener, name in ((first, b"a"), (second, b"b"))
        )
        stop()

    with ThreadPoolExecutor(1) as pool:
        serve(build, lambda: pool.submit(work) and None)
    assert [b"/a [" in heard[0], b"/b [" in heard[1]] == [True, True]


def test_what_cannot_be_built_is_the_operators_mistake() -> None:
    async def build() -> Running:
        raise ListenError("no")

    with pytest.raises(ListenError, match="no"):
        serve(build, stop)


def test_port_0_is_any_free_one() -> None:
    with bind("127.0.0.1:0") as listener:
        assert url_of(listener) == f"http://127.0.0.1:{listener.getsockname()[1]}"


def test_an_address_of_version_6_stands_in_brackets() -> None:
    with bind("[::1]:0") as listener:
        assert url_of(listener) == f"http://[::1]:{listener.getsockname()[1]}"


def test_a_busy_port_is_said_in_one_sentence() -> None:
    with bind("127.0.0.1:0") as listener:
        address = f"127.0.0.1:{listener.getsockname()[1]}"
        with pytest.raises(ListenError) as error:
            bind(address)
    assert str(error.value) == f"{address}: cannot listen there (Address already in use); expected a free address"


@pytest.mark.parametrize("address", ["", "127.0.0.1", "8776", ":8776", "host:port", "127.0.0.1:65536", "127.0.0.1:-1"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ListenError, match="expected HOST:PORT"):
        bind(address)


def test_a_name_nobody_has_is_refused() -> None:
    with pytest.raises(ListenError, match=r"nobody\.invalid:1: cannot listen there"):
        bind("nobody.invalid:1")


def test_several_sockets_on_one_address_share_its_connections() -> None:
    with contextlib.ExitStack() as stack:
        listeners = [stack.enter_context(contextlib.closing(each)) for each in bind_each("127.0.0.1:0", 2)]
        address = listeners[0].getsockname()
        assert listeners[1].getsockname() == address
        for _ in range(64):
            stack.enter_context(socket.create_connection(address))
        taken = [accepted(listener) for listener in listeners]
    assert sum(taken) == 64
    # Each connection goes to either by a hash of its address; that one has none has a chance of 2^-63.
    assert min(taken) > 0


def accepted(listener: socket.socket) -> int:
    """Return how many connections wait at a socket."""
    listener.setblocking(False)
    count = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            listener.accept()[0].close()
            count += 1
    return count


def test_an_address_that_is_shared_is_busy_for_others() -> None:
    with contextlib.ExitStack() as stack:
        listeners = [stack.enter_context(contextlib.closing(each)) for each in bind_each("127.0.0.1:0", 2)]
        address = url_of(listeners[0]).removeprefix("http://")
        for count in (1, 2):
            with pytest.raises(ListenError, match="Address already in use"):
                bind_each(address, count)
