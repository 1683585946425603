"""Asking the IAM about tokens: each one once at a time, however many requests wait for the answer.

A question that was asked before an eviction answers nobody who came after it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from gateway.access.tokens import TokenCache, Trouble, Verdict, question, verdict_of
from gateway.fronts.eviction import Forgetting
from gateway.seams import Upstream, UpstreamFailure


class Introspection:
    """What tells a token's owner. `iam` is the one configured IAM, never an address that came with a request."""

    def __init__(self, iam: Upstream, cache: TokenCache, clock: Callable[[], float]) -> None:
        self._iam = iam
        self._cache = cache
        self._clock = clock
        self._asked: dict[tuple[bytes, int], asyncio.Task[Verdict]] = {}

    async def verdict(self, token: bytes) -> Verdict:
        """Return what the IAM says about a token. A request that goes away leaves the question to the others."""
        name = (self._cache.name(token), self._cache.generation)
        task = self._asked.get(name)
        if task is None:
            task = self._asked[name] = asyncio.create_task(self._ask(token, name[1]))
            task.add_done_callback(lambda _: self._asked.pop(name))
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Close the connections to the IAM."""
        await self._iam.close()

    async def _ask(self, token: bytes, generation: int) -> Verdict:
        answer = await self._iam.send(question(token))
        at = self._clock()
        verdict = (
            Trouble(f"the IAM gave no answer: {answer.detail}")
            if isinstance(answer, UpstreamFailure)
            else verdict_of(answer, at)
        )
        self._cache.keep(token, verdict, at, generation)
        return verdict


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a process needs where tokens count: somebody to ask, and word of what was evicted elsewhere."""

    introspection: Introspection
    forgetting: Forgetting
