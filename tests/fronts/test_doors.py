"""What is opened and closed while a process serves; what every server does is tested with the serving."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress

from gateway.fronts.doors import Doors, Served
from gateway.fronts.serving import bind

from .test_serving import GET, Slow, echo

CLOSING = b"GET / HTTP/1.1\r\nHost: gw\r\nConnection: close\r\n\r\n"


def with_doors(work: Callable[[Doors], Awaitable[None]]) -> None:
    async def run() -> None:
        doors = Doors()
        async with asyncio.TaskGroup() as group:
            doors.begin(group)
            await work(doors)
            doors.stop()

    asyncio.run(run())


async def heard(listener: socket.socket, said: bytes = CLOSING) -> bytes:
    reader, writer = await asyncio.open_connection(*listener.getsockname()[:2])
    writer.write(said)
    with suppress(ConnectionError):
        answer = await reader.read()
    writer.close()
    return answer


def test_a_door_that_is_opened_later_answers_until_it_is_closed() -> None:
    async def work(doors: Doors) -> None:
        first, second = bind("127.0.0.1:0"), bind("127.0.0.1:0")
        await doors.open(Served(echo, first))
        address = second.getsockname()
        door = await doors.open(Served(echo, second))
        assert (await heard(second)).startswith(b"HTTP/1.1 200")
        await door.close()
        assert (await heard(first)).startswith(b"HTTP/1.1 200")
        with socket.socket() as free:
            assert free.connect_ex(address) != 0

    with_doors(work)


def test_closing_waits_for_what_is_in_flight() -> None:
    async def work(doors: Doors) -> None:
        app, listener = Slow(), bind("127.0.0.1:0")
        door = await doors.open(Served(app, listener))
        answer = asyncio.create_task(heard(listener, GET))
        while not app.begun.is_set():
            await asyncio.sleep(0)
        closing = asyncio.create_task(door.close())
        app.may_end.set()
        await closing
        assert (await answer).startswith(b"HTTP/1.1 200")

    with_doors(work)


def test_what_is_opened_after_the_stop_is_closed_at_once() -> None:
    async def work(doors: Doors) -> None:
        await doors.open(Served(echo, bind("127.0.0.1:0")))
        doors.stop()
        await (await doors.open(Served(echo, bind("127.0.0.1:0")))).close()

    with_doors(work)
