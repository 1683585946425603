"""Forgetting what is believed about tokens, on the admin side, in every process.

An eviction in one process is a number in memory that all of them share; each looks at it before it believes anything
and forgets everything when it has changed. The process that was asked forgets what it was asked to.
"""

from __future__ import annotations

import mmap
import struct

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from gateway.access.tokens import TokenCache
from gateway.fronts.noting import Note, unnoted

_NUMBER = struct.Struct("<Q")
_WORDS = ("token", "user", "domain")


class Evictions:
    """How many evictions there were, over all processes that are forked from the one that made this."""

    def __init__(self) -> None:
        self._memory = mmap.mmap(-1, _NUMBER.size)

    @property
    def count(self) -> int:
        number: int = _NUMBER.unpack_from(self._memory)[0]
        return number

    def add(self) -> None:
        """Count one more. Only the process with the admin side does."""
        _NUMBER.pack_into(self._memory, 0, self.count + 1)


class Forgetting:
    """A process's cache, kept up with the evictions of others."""

    def __init__(self, cache: TokenCache, evictions: Evictions) -> None:
        self._cache = cache
        self._evictions = evictions
        self._seen = evictions.count

    def catch_up(self) -> None:
        """Forget everything when something was evicted elsewhere."""
        count = self._evictions.count
        if count != self._seen:
            self._seen = count
            self._cache.evict_all()

    def evict(self, word: str, value: str) -> int:
        """Forget here by token, user, domain or all, let the others know, and return how many tokens went here."""
        self.catch_up()
        self._evictions.add()
        self._seen = self._evictions.count
        match word:
            case "token":
                return self._cache.evict(value.encode("latin-1", "replace"))
            case "user":
                return self._cache.evict_user(value)
            case "domain":
                return self._cache.evict_domain(value)
        return self._cache.evict_all()


def eviction_route(forgetting: Forgetting, note: Note = unnoted) -> Route:
    """Return `POST /identity/evict`: one of `{"token": …}`, `{"user": …}`, `{"domain": …}`, `{"all": true}`. `note` is
    told of each, and no token.

    Only JSON is taken, which no page of another origin can send unasked. Errors: 400, 415.
    """

    def evicted(word: str, value: str) -> JSONResponse:
        count = forgetting.evict(word, value)
        note("eviction", by=word, value=None if word == "token" else value, evicted=count)
        return JSONResponse({"evicted": count})

    async def evict(request: Request) -> JSONResponse:
        if request.headers.get("content-type", "").partition(";")[0].strip() != "application/json":
            return JSONResponse({"error": "expected application/json"}, status_code=415)
        try:
            asked = await request.json()
        except ValueError:
            asked = None
        match asked:
            case {"all": True} if len(asked) == 1:
                return evicted("all", "")
            case dict() if len(asked) == 1:
                ((word, value),) = asked.items()
                if word in _WORDS and isinstance(value, str):
                    return evicted(word, value)
        return JSONResponse({"error": f"expected an object with one of {', '.join(_WORDS)}, all"}, status_code=400)

    return Route("/identity/evict", evict, methods=["POST"])
