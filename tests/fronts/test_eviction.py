"""Evictions, known to every process that shares a number in memory."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from gateway.access.principals import Principal
from gateway.access.tokens import TokenCache
from gateway.fronts.admin import admin
from gateway.fronts.eviction import Evictions, Forgetting, eviction_route

AT = 1_772_532_000.0
ALICE = Principal(user_id="u1", user_name="alice", domain_id="d1", expires_at=AT + 600)


def known() -> TokenCache:
    cache = TokenCache(b"key")
    cache.keep(b"t", ALICE, AT, 0)
    return cache


def ask(forgetting: Forgetting, **content: Any) -> httpx.Response:
    async def work() -> httpx.Response:
        transport = httpx.ASGITransport(app=admin({}, [eviction_route(forgetting)]))
        async with httpx.AsyncClient(transport=transport, base_url="http://admin") as client:
            return await client.post("/identity/evict", **content)

    return asyncio.run(work())


@pytest.mark.parametrize("body", [{"token": "t"}, {"user": "alice"}, {"domain": "d1"}, {"all": True}])
def test_one_word_says_what_is_forgotten(body: dict[str, Any]) -> None:
    cache = known()
    answer = ask(Forgetting(cache, Evictions()), json=body)
    assert (answer.status_code, answer.json()) == (200, {"evicted": 1})
    assert cache.find(b"t", AT) is None


def test_an_eviction_is_noted_without_the_token() -> None:
    noted: list[tuple[str, dict[str, Any]]] = []

    async def work() -> None:
        forgetting = Forgetting(known(), Evictions())
        route = eviction_route(forgetting, lambda event, **facts: noted.append((event, facts)))
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=admin({}, [route])), base_url="http://a"
        ) as admins:
            for body in ({"token": "t"}, {"user": "alice"}, {"all": True}, {"nobody": 1}):
                await admins.post("/identity/evict", json=body)

    asyncio.run(work())
    assert noted == [
        ("eviction", {"by": "token", "value": None, "evicted": 1}),
        ("eviction", {"by": "user", "value": "alice", "evicted": 0}),
        ("eviction", {"by": "all", "value": "", "evicted": 0}),
    ]


@pytest.mark.parametrize(
    "body", [{}, [], {"all": "x"}, {"all": False}, {"user": 1}, {"who": "x"}, {"user": "a", "all": True}]
)
def test_anything_else_is_refused_and_forgets_nothing(body: Any) -> None:
    cache = known()
    assert ask(Forgetting(cache, Evictions()), json=body).status_code == 400
    assert cache.find(b"t", AT) == ALICE


def test_only_json_is_taken() -> None:
    forgetting = Forgetting(known(), Evictions())
    assert ask(forgetting, content=b'{"all": true}', headers={"content-type": "text/plain"}).status_code == 415
    assert ask(forgetting, content=b"{", headers={"content-type": "application/json"}).status_code == 400


def test_the_others_forget_everything_once() -> None:
    evictions, mine, other = Evictions(), known(), known()
    here, there = Forgetting(mine, evictions), Forgetting(other, evictions)
    there.catch_up()
    assert other.find(b"t", AT) == ALICE
    assert here.evict("user", "bob") == 0
    here.catch_up()
    assert mine.find(b"t", AT) == ALICE
    there.catch_up()
    assert other.find(b"t", AT) is None
    other.keep(b"t", ALICE, AT, other.generation)
    there.catch_up()
    assert other.find(b"t", AT) == ALICE
