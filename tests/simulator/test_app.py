import asyncio
from typing import Any

from gateway.simulator.app import simulator

from .driving import ALICE, World


def test_start_up_and_shutdown_are_answered() -> None:
    incoming = iter(({"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}))
    sent: list[Any] = []

    async def receive() -> Any:
        return next(incoming)

    async def send(message: Any) -> None:
        sent.append(message["type"])

    asyncio.run(simulator()({"type": "lifespan"}, receive, send))
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_a_client_that_went_away_gets_no_answer() -> None:
    async def receive() -> Any:
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        raise AssertionError(message)

    asyncio.run(simulator()({"type": "http"}, receive, send))


def test_other_kinds_of_connection_are_left_alone() -> None:
    async def never(*_: Any) -> Any:
        raise AssertionError

    asyncio.run(simulator()({"type": "websocket"}, never, never))


def test_a_body_may_come_in_pieces() -> None:
    async def pieces() -> Any:
        yield b'{"volume": {"size": 10, '
        yield b'"availability_zone": "az-dc-1"}}'

    answer = World().send("POST", f"/v2/{ALICE}/volumes", {"x-auth-token": "t"}, content=pieces())
    assert answer.status_code == 202


def test_the_path_is_read_as_it_was_sent() -> None:
    world = World()
    client = world.client()
    volume_id = client.volume(metadata={"a/b c": "d"})
    assert client.get(f"/volumes/{volume_id}/metadata/a%2Fb%20c") == {"meta": {"a/b c": "d"}}
