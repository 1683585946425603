import asyncio

import aiohttp
import pytest
from aiohttp.client_proto import ResponseHandler
from yarl import URL

from gateway.fronts.pool import Bounds, Pool, say, too_large
from gateway.http.messages import Response
from gateway.seams import FailureKind, UpstreamFailure

from .upstreams import OK, HangUp, Line, RawUpstream, Silence

GET = b"GET / HTTP/1.1\r\n\r\n"


def exchanged(*lines: Line, method: str = "GET", bounds: Bounds | None = None) -> tuple[object, int]:
    """Exchange two messages and return the first outcome, and how many connections that took."""

    async def work() -> tuple[object, int]:
        async with RawUpstream(*lines) as cloud:
            pool = Pool(URL(cloud.url), None, None, bounds or Bounds())
            first = await pool.exchange(method, GET)
            await pool.exchange(method, GET)
            await pool.close()
            assert cloud.heard == [GET, GET]
            return first, cloud.connections

    return asyncio.run(work())


def test_a_connection_at_rest_is_kept() -> None:
    assert exchanged() == (Response(200, ((b"content-length", b"2"),), b"{}"), 1)


def test_interim_answers_are_passed_over() -> None:
    early = b"HTTP/1.1 103 Early Hints\r\nLink: </>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n" + OK
    assert exchanged(early, OK) == (Response(200, ((b"content-length", b"2"),), b"{}"), 1)


def test_an_answer_to_head_has_no_body() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
    assert exchanged(head, method="HEAD") == (Response(200, ((b"content-length", b"2"),)), 1)


def test_a_body_without_length_ends_with_its_connection() -> None:
    assert exchanged(HangUp(b"HTTP/1.1 200 OK\r\n\r\n{}"), OK) == (Response(200, (), b"{}"), 2)


def test_a_connection_with_something_left_on_it_is_not_kept() -> None:
    large = b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\n\r\n" + b"x" * 101
    assert exchanged(large, OK, bounds=Bounds(response_bytes=100)) == (too_large(100), 2)
    odd = UpstreamFailure(FailureKind.MALFORMED, "the upstream answered with the status 101")
    assert exchanged(b"HTTP/1.1 101 Switching Protocols\r\n\r\n", OK) == (odd, 2)


def test_an_exchange_that_is_given_up_closes_its_connection() -> None:
    async def work() -> int:
        async with RawUpstream(Silence(), OK) as cloud:
            pool = Pool(URL(cloud.url), None, None, Bounds())
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    await pool.exchange("GET", GET)
            await pool.exchange("GET", GET)
            await pool.close()
            return cloud.connections

    assert asyncio.run(work()) == 2


def test_on_a_connection_that_is_gone_nothing_is_written_and_the_wait_for_an_answer_ends() -> None:
    async def work() -> None:
        protocol = ResponseHandler(asyncio.get_running_loop())
        protocol.connection_lost(None)
        say(protocol, GET, has_answer_body=True)
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await protocol.read()

    asyncio.run(work())
