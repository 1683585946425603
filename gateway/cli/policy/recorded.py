"""Recordings as requests that can be decided: each exchange with its operation, when it was, and what came of it.

A cassette holds no principals (credentials never get in), so who asked is given from outside.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from gateway.access.facts import Facts
from gateway.access.principals import Principal
from gateway.cassette.exchange import Exchange
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import JsonValue, Match, Unmatched
from gateway.http.strict_json import Json, parse
from gateway.stores.cassettes import open_cassette

FORBIDDEN = 403
FIRST_ERROR = 400


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded request. `was_allowed` is false when the answer was that it is forbidden, and for an undocumented
    request that was answered with any error: refusing it takes nothing away."""

    seq: int
    method: str
    path: str
    match: Match | Unmatched
    facts: Facts
    was_allowed: bool

    def asked_by(self, principal: Principal) -> Principal:
        """Return who asked: the principal given, in the project of the path where it names none."""
        project = self.match.project if isinstance(self.match, Match) else None
        return principal if principal.project_id is not None else replace(principal, project_id=project)


def recorded(path: Path) -> Iterator[Recorded]:
    """Yield the requests of a cassette in order. Errors: CassetteError."""
    with closing(open_cassette(path)) as cassette:
        for exchange in cassette.read():
            yield _recorded(exchange)


def _recorded(exchange: Exchange) -> Recorded:
    request, status = exchange.request, exchange.response.status
    match = CATALOGUE.identify(request.method, request.path, request.query, _body(request.body))
    return Recorded(
        exchange.seq,
        request.method,
        request.path.decode("utf-8", "backslashreplace"),
        match,
        Facts(exchange.started_at),
        status != FORBIDDEN if isinstance(match, Match) else status < FIRST_ERROR,
    )


def _body(body: bytes) -> JsonValue:
    found = parse(body) if body else None
    return found.value if isinstance(found, Json) else None
