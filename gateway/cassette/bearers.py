"""Whether a request carries credentials that were refused when it was recorded.

A key holds no token, so two tokens look alike. What tells them apart in a recording: on the connection of a refused one
nothing was ever granted (`standings`). Its requests stand under keys of their own. Live, a token that got an answer of
either kind keeps to it. A new one is taken for the refused one when such an answer has not been given yet, and another
token is known to be good already or the refusal was recorded first. So the order in which a client brings its tokens
must be the recorded one; a good token that was renewed outside the gateway before the bad one came is taken for that.
Tokens that this gateway issued are good.

Not told apart: two good tokens with different rights. Their answers follow one another as recorded.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import blake2b

from gateway.cassette.exchange import CredentialClass, Exchange
from gateway.cassette.index import ALWAYS, Index, When
from gateway.cassette.key import Keyed
from gateway.cassette.remembered import Memory
from gateway.http.messages import Headers, Request

REFUSED_NOTE = "recorded for credentials that were refused"

# Headers whose token is known, and how long those may be that are remembered.
REMEMBERED_HEADERS = 1024
LONGEST_HEADERS = 8192

_ACCESS_KEY = re.compile(rb"\bAccess=([^,\s]+)")


@dataclass(slots=True)
class Standings:
    """Which connections of a recording were granted anything on their credentials, and which were only refused."""

    _granted: set[str] = field(default_factory=set)
    _denied: set[str] = field(default_factory=set)

    def note(self, exchange: Exchange) -> None:
        if exchange.credential is not CredentialClass.NONE:
            (self._denied if exchange.response.status == 401 else self._granted).add(exchange.connection)

    def is_refused(self, exchange: Exchange) -> bool:
        """Return whether an exchange was asked with credentials that were never granted anything."""
        here = exchange.connection
        return exchange.credential is not CredentialClass.NONE and here in self._denied and here not in self._granted


class Bearers:
    """Tells what stands for the token or access key of a request. What was told before is remembered by its headers,
    which a client sends again as they are; emptied when full."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._told: dict[Headers, str] = {}

    def of(self, request: Request) -> str:
        """Return what stands for the token or access key of a request, empty when it has none. Never the token."""
        told = self._told.get(request.headers)
        if told is None:
            told = bearer_of(request, self._seed)
            if len(self._told) >= REMEMBERED_HEADERS:
                self._told.clear()
            if sum([len(value) for _, value in request.headers]) <= LONGEST_HEADERS:
                self._told[request.headers] = told
        return told


def bearer_of(request: Request, seed: str) -> str:
    """Return what stands for the token or access key of a request, empty when it has none. Never the token itself."""
    key = _ACCESS_KEY.search(request.header(b"authorization") or b"")
    return bearer(key[1] if key else request.header(b"x-auth-token") or b"", seed)


def bearer(token: bytes, seed: str) -> str:
    """Return what stands for a token."""
    return blake2b(token, key=seed.encode()[:64], digest_size=8, person=b"evs-gw-bearer").hexdigest() if token else ""


def readings(keyed: Keyed, who: str, scope: Memory, index: Index) -> Iterator[Keyed]:
    """Yield the keys a request may have been recorded under, the likelier first. What a refused token asks for was
    recorded as refused or not at all; a good one may have to do with a refusal."""
    is_refused = scope.bearers.get(who) if who else False
    refused = keyed.refused() if is_refused is not False else None
    if is_refused and refused is not None:
        yield refused
        return
    if refused is not None and refused.text in index.keys and _is_next(keyed, refused, scope, index):
        yield refused
    yield keyed
    last = keyed.refused() if who else None
    if last is not None and last.text in index.keys:
        yield last


def _is_next(keyed: Keyed, refused: Keyed, scope: Memory, index: Index) -> bool:
    seen = scope.tally.seen
    if all(each.at in seen for number in _series(refused, index) for each in index.run(number, ALWAYS)):
        return False
    return False in scope.bearers.values() or _first(refused, index) < _first(keyed, index)


def _first(keyed: Keyed, index: Index) -> tuple[bool, When | None]:
    found = [when for number in _series(keyed, index) if (when := index.first(number, ALWAYS)) is not None]
    return not found, min(found, default=None)


def _series(keyed: Keyed, index: Index) -> Iterator[int]:
    return (number for _, number in index.names(keyed.text))


def told(pairs: Iterable[tuple[str, bool]], scope: Memory) -> tuple[tuple[str, bool], ...]:
    """Return what a scope does not know yet of these tokens: whether they are refused ones."""
    return tuple((who, refused) for who, refused in pairs if who and who not in scope.bearers)
