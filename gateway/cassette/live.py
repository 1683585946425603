"""A request as it came in, and which recorded client it is taken for."""

from __future__ import annotations

from gateway.cassette.exchange import CredentialClass
from gateway.cassette.index import Index
from gateway.cassette.scope import Scope
from gateway.contract.fleeting import fleeting
from gateway.contract.model import Match, Unmatched
from gateway.http.messages import Request


@fleeting
class Live:
    """A request as it came in; `bearer` is what stands for its token."""

    request: Request
    identified: Match | Unmatched
    credential: CredentialClass
    at: float
    bearer: str = ""


def asker(owner: int | None, connection: str, scope: Scope) -> int | None:
    """Return which recorded client asks as far as it is known: the owner of what it names, or the one that this
    connection has been."""
    return owner if owner is not None else scope.actor_of.get(connection)


def assumed(scope: Scope, index: Index) -> int | None:
    """Return which recorded client an unknown one is taken for: the one that never keeps a connection, or the only one
    there is."""
    used = next(iter(scope.actors)) if len(scope.actors) == 1 else None
    is_restless = used is not None and index.is_restless(used)
    return used if is_restless else index.only_actor
