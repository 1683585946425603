"""Two recordings made one: what both hold stands once, so that merging again changes nothing.

Exchanges are the same when their text forms are, with ids by their role in the exchange, and they started within a
second (a text cassette counts from a whole one). Of equal ones as many are kept as the recording that has more of them
holds. Where one recording has aliases both get them: an alias of the second keeps its role where an exchange is shared,
and gets a number of its own elsewhere. Projects stay by number, because one client plays the whole.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from heapq import merge as in_order
from itertools import count

from gateway.cassette.aliases import aliased
from gateway.cassette.exchange import Exchange
from gateway.cassette.kinds import ALIAS_MARK, PROJECT, kind_of
from gateway.cassette.text import documents
from gateway.http.messages import Headers

TOLERANCE_S = 1.0
_ALIAS = re.compile(ALIAS_MARK.encode())
_OUT = ("started_ms", "completed_ms", "connection", "redactions", "findings")


def merged(first: Iterable[Exchange], second: Iterable[Exchange]) -> list[Exchange]:
    """Return the exchanges of both, numbered in the order in which they started."""
    ours, theirs = list(first), list(second)
    if any(map(_aliases, (*ours, *theirs))):
        ours, theirs = aliased(ours), aliased(theirs)
    renaming = _Renaming.beside(ours)
    fresh = list(_unshared(ours, theirs, renaming))
    added = sorted((renaming.apply(exchange) for exchange in fresh), key=_start)
    return [each.numbered(seq) for seq, each in enumerate(in_order(sorted(ours, key=_start), added, key=_start), 1)]


def _start(exchange: Exchange) -> float:
    return exchange.started_at


def _unshared(ours: list[Exchange], theirs: list[Exchange], renaming: _Renaming) -> Iterator[Exchange]:
    """Yield what only the second has; of what is shared learn which names mean the same."""
    known: dict[str, list[Exchange]] = defaultdict(list)
    for exchange in sorted(ours, key=_start, reverse=True):
        known[_content(exchange)].append(exchange)
    for exchange in sorted(theirs, key=_start):
        waiting = known[_content(exchange)]
        while waiting and waiting[-1].started_at < exchange.started_at - TOLERANCE_S:
            waiting.pop()
        if waiting and waiting[-1].started_at <= exchange.started_at + TOLERANCE_S:
            renaming.learn(exchange, waiting.pop())
        else:
            yield exchange


def _content(exchange: Exchange) -> str:
    """Return what two equal exchanges have in common, whatever their form and wherever their ids come from."""
    (whole_document,) = documents([exchange])
    document = {name: value for name, value in whole_document.items() if name not in _OUT}
    numbers: dict[bytes, int] = {}
    whole = json.dumps(document, ensure_ascii=False, sort_keys=True).encode()
    return _ALIAS.sub(lambda found: b"<%d>" % numbers.setdefault(found[0], len(numbers)), whole).decode()


def _aliases(exchange: Exchange) -> list[bytes]:
    """Return the aliases of an exchange, in the order of their appearance."""
    request, response = exchange.request, exchange.response
    values = (value for _, value in (*request.headers, *response.headers))
    return _ALIAS.findall(b"\n".join((request.target, request.body, *values, response.body)))


@dataclass(slots=True)
class _Renaming:
    """What the names of the second recording become beside the first: aliases and connections."""

    taken: set[bytes]
    connections_taken: set[str]
    alias_of: dict[bytes, bytes] = field(default_factory=dict)
    connection_of: dict[str, str] = field(default_factory=lambda: {"": ""})

    @classmethod
    def beside(cls, exchanges: list[Exchange]) -> _Renaming:
        aliases = {alias for exchange in exchanges for alias in _aliases(exchange)}
        return cls(aliases, {exchange.connection for exchange in exchanges})

    def learn(self, theirs: Exchange, ours: Exchange) -> None:
        self.connection_of.setdefault(theirs.connection, ours.connection)
        for alias, known in zip(_aliases(theirs), _aliases(ours), strict=False):
            self.alias_of.setdefault(alias, known)

    def apply(self, exchange: Exchange) -> Exchange:
        """Return an exchange of the second recording under its names beside the first."""
        request, response = exchange.request, exchange.response
        body, answer = self._in_text(request.body), self._in_text(response.body)
        asked = replace(
            request,
            target=self._in_text(request.target),
            headers=self._in_headers(request.headers),
            body=body,
            connection=self._connection(request.connection),
        )
        answered = replace(response, headers=self._in_headers(response.headers))
        return replace(
            exchange,
            request=asked,
            response=answered if answer == response.body else answered.with_body(answer),
        )

    def _connection(self, name: str) -> str:
        if name not in self.connection_of:
            names = (f"c{number}" for number in count(1))
            free = name if name not in self.connections_taken else next(n for n in names if self._is_free(n))
            self.connection_of[name] = free
            self.connections_taken.add(free)
        return self.connection_of[name]

    def _is_free(self, name: str) -> bool:
        return name not in self.connections_taken

    def _in_text(self, text: bytes) -> bytes:
        return _ALIAS.sub(lambda found: self._alias(found[0]), text)

    def _in_headers(self, headers: Headers) -> Headers:
        return tuple((name, self._in_text(value)) for name, value in headers)

    def _alias(self, alias: bytes) -> bytes:
        kind = kind_of(alias.decode())
        if alias not in self.alias_of:
            names = (f"<{kind}:{number}>".encode() for number in count(1))
            is_ours = kind == PROJECT or alias not in self.taken
            self.alias_of[alias] = alias if is_ours else next(name for name in names if name not in self.taken)
            self.taken.add(self.alias_of[alias])
        return self.alias_of[alias]
