"""The public door whole: sockets on both sides, uvicorn, the real pipeline, aiohttp, and a cloud made of bytes."""

import os
import signal
import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import pytest

from gateway.cassette.exchange import Exchange
from gateway.cassette.redaction import Redactor
from gateway.contract.catalogue import CATALOGUE
from gateway.fronts.asgi import Gateway
from gateway.fronts.core import Core
from gateway.fronts.doors import Served
from gateway.fronts.pool import Bounds
from gateway.fronts.serving import Running, bind, serve
from gateway.fronts.upstream import AiohttpUpstream
from gateway.http.links import Links
from gateway.http.messages import Request
from gateway.modes import RECORD
from gateway.pipeline import Pipeline, Rules
from gateway.seams import Service

from .upstreams import HangUp, Line, RawUpstream, Silence, answer

T = TypeVar("T")


@pytest.fixture(autouse=True)
def _no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")


class Kept:
    """A keeper in memory."""

    def __init__(self) -> None:
        self.exchanges: list[Exchange] = []
        self.one = threading.Event()

    async def intend(self, request: Request) -> int:
        return 1

    async def append(self, exchange: Exchange, intent: int | None = None) -> None:
        self.exchanges.append(exchange)
        self.one.set()

    async def withdraw(self, intent: int) -> None: ...


class Door:
    """A gateway that records, before a cloud with these lines. `work` runs in a thread beside it."""

    def __init__(self, *lines: Line) -> None:
        self.cloud = RawUpstream(*lines)
        self.kept = Kept()
        self.listener = bind("127.0.0.1:0")
        self.address = self.listener.getsockname()

    async def _build(self) -> Running:
        await self.cloud.__aenter__()
        upstream = AiohttpUpstream(self.cloud.url, bounds=Bounds(total_timeout_s=0.5))
        pipeline = Pipeline(CATALOGUE, Rules(mode=RECORD), Redactor(b"key"), Links((self.cloud.url,)))
        gateway = Gateway(Core(pipeline, {Service.EVS: upstream}, self.kept, lambda: 1000.0, lambda: "minted"))

        async def close() -> None:
            await upstream.close()
            await self.cloud.__aexit__(None, None, None)

        return Running((Served(gateway, self.listener),), close)

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

    def answer_to(self, said: bytes) -> bytes:
        return self.open_while(lambda: self._talk(said))

    def _talk(self, said: bytes) -> bytes:
        with socket.create_connection(self.address, timeout=10) as connection:
            connection.sendall(said)
            return b"".join(iter(lambda: connection.recv(65536), b""))


def get(target: bytes, *headers: bytes) -> bytes:
    return b"\r\n".join((b"GET " + target + b" HTTP/1.1", b"Host: gw:1", *headers, b"Connection: close", b"", b""))


@pytest.mark.parametrize("target", [b"/v2?", b"/v2.1/p/cloudvolumes/%64,a/?x=a+b%20%2f&y=&=;", b"/a/?//"])
def test_targets_and_headers_pass_byte_for_byte(target: bytes) -> None:
    door = Door()
    door.answer_to(get(target, b"X-Odd: \xe9\xff", b"X-Odd: 2", b"Accept-Encoding: gzip", b"X-Auth-Token: t"))
    assert door.cloud.heard == [
        b"GET " + target + b" HTTP/1.1\r\nhost: " + _host(door) + b"\r\nx-odd: \xe9\xff\r\nx-odd: 2\r\n"
        b"accept-encoding: identity\r\nx-auth-token: t\r\n\r\n"
    ]


def _host(door: Door) -> bytes:
    head = door.cloud.heard[0]
    return head.partition(b"\r\nhost: ")[2].partition(b"\r\n")[0]


def test_an_answer_passes_byte_for_byte() -> None:
    page = b"<html>\xff</html>"
    heard = Door(answer(b"404 Nope", b"Content-Type: text/html", b"X-Odd: \xe9", body=page)).answer_to(get(b"/v2/p/x"))
    assert heard == (
        b"HTTP/1.1 404 Not Found\r\ncontent-type: text/html\r\nx-odd: \xe9\r\n"
        b"cache-status: evs-gateway; fwd=bypass; stored\r\nx-request-id: minted\r\ncontent-length: 14\r\n"
        b"connection: close\r\n\r\n" + page
    )


def test_a_redirect_is_passed_on_and_leads_back() -> None:
    body = b'{"versions": [{"links": [{"rel": "self", "href": "https://evs.localdomain.com/v2"}]}]}'
    said = answer(b"302 Found", b"Location: http://evs/v2/", b"Content-Type: application/json", body=body)
    door = Door(said)
    heard = door.answer_to(get(b"/v2"))
    assert heard.startswith(b"HTTP/1.1 302 Found\r\nlocation: http://gw:1/v2/\r\n")
    assert heard.endswith(body.replace(b"https://evs.localdomain.com", b"http://gw:1"))
    assert len(door.cloud.heard) == 1


def test_a_token_of_100_kb_passes_both_ways() -> None:
    token = b"t" * 100_000
    door = Door(answer(b"200 OK", b"X-Subject-Token: " + token))
    assert b"\r\nx-subject-token: " + token in door.answer_to(get(b"/v2/p/x", b"X-Auth-Token: " + token))
    assert b"\r\nx-auth-token: " + token in door.cloud.heard[0]


def test_an_absolute_target_for_another_host_is_refused() -> None:
    door = Door()
    assert door.answer_to(get(b"http://elsewhere/v2")).startswith(b"HTTP/1.1 400 ")
    assert door.cloud.heard == []


@pytest.mark.parametrize(
    ("line", "status"),
    [(HangUp(b"HTTP/1.1 2"), b"502"), (HangUp(b"garbage\r\n\r\n"), b"502"), (Silence(), b"504")],
)
def test_an_upstream_that_fails_is_said_and_not_recorded(line: Line, status: bytes) -> None:
    door = Door(line)
    heard = door.answer_to(get(b"/v2/p/x"))
    assert heard.startswith(b"HTTP/1.1 " + status)
    assert b"\r\nproxy-status: evs-gateway; error=" in heard
    assert door.kept.exchanges == []


def test_a_body_over_12_mb_is_refused_before_it_is_sent() -> None:
    door = Door()
    said = b"POST /v2/p/x HTTP/1.1\r\nHost: gw\r\nContent-Length: 12582913\r\nConnection: close\r\n\r\n"
    assert door.answer_to(said).startswith(b"HTTP/1.1 413 ")
    assert door.cloud.heard == []


def test_a_chunked_body_over_12_mb_is_refused_before_its_end() -> None:
    door = Door()

    def work() -> bytes:
        with socket.create_connection(door.address, timeout=10) as connection:
            connection.sendall(b"POST /v2/p/x HTTP/1.1\r\nHost: gw\r\nTransfer-Encoding: chunked\r\n\r\n")
            for _ in range(13):
                connection.sendall(b"100000\r\n" + b" " * 0x100000 + b"\r\n")
            return connection.recv(65536)

    assert door.open_while(work).startswith(b"HTTP/1.1 413 ")
    assert door.cloud.heard == []


def test_the_exchange_of_a_client_that_left_is_kept() -> None:
    door = Door()

    def work() -> bool:
        with socket.create_connection(door.address) as connection:
            connection.sendall(b"DELETE /v2/p/volumes/v HTTP/1.1\r\nHost: gw\r\nContent-Length: 0\r\n\r\n")
        return door.kept.one.wait(10)

    assert door.open_while(work)
    assert [exchange.operation for exchange in door.kept.exchanges] == ["cinder_delete_volume"]


def test_requests_on_one_connection_are_answered_in_order() -> None:
    door = Door(*(answer(b"200 OK", body=b"%d" % number) for number in range(3)))
    first = b"GET /v2/p/a HTTP/1.1\r\nHost: gw\r\n\r\n"
    heard = door.answer_to(first * 2 + get(b"/v2/p/c"))
    assert [part.rpartition(b"\r\n\r\n")[2] for part in heard.split(b"HTTP/1.1")] == [b"", b"0", b"1", b"2"]
