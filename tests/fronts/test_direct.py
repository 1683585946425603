"""What becomes of connections at rest: taken again, let go when they rested too long, passed over when they closed."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from gateway.fronts.direct import DirectUpstream
from gateway.http.messages import Request, Response

from .upstreams import OK, HangUp, RawUpstream

GET = Request("GET", b"/")


def run(work: Coroutine[Any, Any, list[int]]) -> list[int]:
    return asyncio.run(asyncio.wait_for(work, 10))


async def connections_of(requests: int) -> list[int]:
    """Return how many connections there were after each of so many requests."""
    async with RawUpstream() as cloud, DirectUpstream(cloud.url) as upstream:
        seen = []
        for _ in range(requests):
            assert isinstance(await upstream.send(GET), Response)
            seen.append(cloud.connections)
        return seen


def test_a_connection_is_taken_again() -> None:
    assert run(connections_of(3)) == [1, 1, 1]


def test_a_connection_that_rested_too_long_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.fronts.direct.IDLE_S", -1.0)
    assert run(connections_of(3)) == [1, 2, 3]


def test_requests_at_once_have_connections_of_their_own() -> None:
    async def work() -> list[int]:
        async with RawUpstream() as cloud, DirectUpstream(cloud.url) as upstream:
            await asyncio.gather(*(upstream.send(GET) for _ in range(3)))
            await asyncio.gather(*(upstream.send(GET) for _ in range(3)))
            return [cloud.connections]

    assert run(work()) == [3]


def test_a_connection_that_the_upstream_closed_is_passed_over() -> None:
    async def work() -> list[int]:
        async with RawUpstream(OK, HangUp(OK), OK) as cloud, DirectUpstream(cloud.url) as upstream:
            await asyncio.gather(upstream.send(GET), upstream.send(GET))
            for _ in range(9):
                await asyncio.sleep(0)
            await asyncio.gather(upstream.send(GET), upstream.send(GET))
            return [cloud.connections]

    assert run(work()) == [3]


def test_a_new_connection_that_is_closed_at_once_gives_no_answer() -> None:
    """A read is tried on a new connection once, and not for ever."""

    async def work() -> list[int]:
        async with RawUpstream(HangUp()) as cloud, DirectUpstream(cloud.url) as upstream:
            outcome = await upstream.send(GET)
            assert not isinstance(outcome, Response)
            return [cloud.connections]

    assert run(work()) == [1]
