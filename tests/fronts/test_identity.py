"""Asking the IAM: one question a token, nothing believed that was asked before an eviction."""

from __future__ import annotations

import asyncio
import contextlib

import httpx

from gateway.access.identity import Identity
from gateway.access.principals import AuthMethod, Principal
from gateway.access.tokens import UNKNOWN, TokenCache, Trouble, Verdict
from gateway.cassette.redaction import Redactor
from gateway.contract.catalogue import CATALOGUE
from gateway.fronts.asgi import Gateway
from gateway.fronts.core import Core
from gateway.fronts.eviction import Evictions, Forgetting
from gateway.fronts.identity import Introspection, Tokens
from gateway.http.links import Links
from gateway.http.messages import Request, Response
from gateway.pipeline import Pipeline, Rules
from gateway.seams import FailureKind, UpstreamFailure

BODY = b'{"token": {"user": {"id": "u1"}, "expires_at": "2026-03-04T10:00:00Z"}}'
AT = 1_772_532_000.0


class Iam:
    """An IAM that answers when it is told to."""

    def __init__(self, outcome: Response | UpstreamFailure) -> None:
        self.outcome = outcome
        self.heard: list[Request] = []
        self.open = asyncio.Event()
        self.closed = False

    async def send(self, request: Request) -> Response | UpstreamFailure:
        self.heard.append(request)
        await self.open.wait()
        return self.outcome

    async def close(self) -> None:
        self.closed = True

    async def asked(self, times: int) -> None:
        """Return when that many questions are here."""
        while len(self.heard) < times:
            await asyncio.sleep(0)


def introspection(iam: Iam, cache: TokenCache | None = None) -> Introspection:
    return Introspection(iam, cache or TokenCache(b"key"), lambda: AT)


async def told(iam: Iam, asking: Introspection, times: int = 1) -> list[Verdict]:
    tasks = [asyncio.create_task(asking.verdict(b"t")) for _ in range(times)]
    await iam.asked(1)
    iam.open.set()
    return list(await asyncio.gather(*tasks))


def test_fifty_requests_ask_once_and_a_later_one_reads_the_cache() -> None:
    async def work() -> None:
        iam, cache = Iam(Response(200, (), BODY)), TokenCache(b"key")
        verdicts = await told(iam, introspection(iam, cache), 50)
        assert [verdict.user_id for verdict in verdicts if isinstance(verdict, Principal)] == ["u1"] * 50
        (asked,) = iam.heard
        assert (asked.method, asked.target) == ("GET", b"/v3/auth/tokens?nocatalog=true")
        assert (asked.header(b"x-auth-token"), asked.header(b"x-subject-token")) == (b"t", b"t")
        assert cache.find(b"t", AT) == verdicts[0]

    asyncio.run(work())


def test_trouble_is_shared_and_forgotten() -> None:
    async def work() -> None:
        iam, cache = Iam(UpstreamFailure(FailureKind.REFUSED, "connection refused")), TokenCache(b"key")
        asking = introspection(iam, cache)
        assert await told(iam, asking, 2) == [Trouble("the IAM gave no answer: connection refused")] * 2
        assert cache.find(b"t", AT) is None
        iam.outcome = Response(404)
        assert await told(iam, asking) == [UNKNOWN]
        assert len(iam.heard) == 2

    asyncio.run(work())


def test_who_comes_after_an_eviction_asks_again() -> None:
    async def work() -> None:
        iam, cache = Iam(Response(200, (), BODY)), TokenCache(b"key")
        asking = introspection(iam, cache)
        before = asyncio.create_task(asking.verdict(b"t"))
        await iam.asked(1)
        cache.evict(b"t")
        after = asyncio.create_task(asking.verdict(b"t"))
        await iam.asked(2)
        iam.outcome = Response(404)
        iam.open.set()
        await asyncio.gather(before, after)
        assert cache.find(b"t", AT) == UNKNOWN

    asyncio.run(work())


def test_a_request_that_goes_away_leaves_the_question_to_the_others() -> None:
    async def work() -> None:
        iam = Iam(Response(200, (), BODY))
        asking = introspection(iam)
        gone, stays = (asyncio.create_task(asking.verdict(b"t")) for _ in range(2))
        await iam.asked(1)
        gone.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await gone
        iam.open.set()
        assert isinstance(await stays, Principal)
        assert len(iam.heard) == 1

    asyncio.run(work())


def test_the_iam_is_closed_with_it() -> None:
    async def work() -> None:
        iam = Iam(Response(200))
        await introspection(iam).close()
        assert iam.closed

    asyncio.run(work())


def asked_at_the_door(iam: Iam | None) -> list[int]:
    """Return what two requests with one token are answered by a gateway that accepts tokens."""
    cache = TokenCache(b"key")
    identity = Identity(frozenset({AuthMethod.TOKEN}), cache)
    pipeline = Pipeline(CATALOGUE, Rules(), Redactor(b"key"), Links(()), identity=identity)
    tokens = Tokens(introspection(iam, cache), Forgetting(cache, Evictions())) if iam else None
    app = Gateway(Core(pipeline, {}, None, lambda: AT, lambda: "id", tokens=tokens))

    async def work() -> list[int]:
        if iam is not None:
            iam.open.set()
        transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]
        async with httpx.AsyncClient(transport=transport, base_url="http://gw") as client:
            asked = [await client.get("/v3/projects", headers={"x-auth-token": "t"}) for _ in range(2)]
            return [answer.status_code for answer in asked]

    return asyncio.run(work())


def test_the_door_asks_and_goes_on() -> None:
    iam = Iam(Response(200, (), BODY))
    assert asked_at_the_door(iam) == [502, 502]
    assert len(iam.heard) == 1


def test_the_door_lets_nobody_in_where_there_is_nobody_to_ask() -> None:
    assert asked_at_the_door(None) == [503, 503]
