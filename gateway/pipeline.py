"""The one way through: a request and an arrival time in, a decision out. Pure and synchronous.

The doors do the I/O: they send a `Forward`, keep the exchange of a `Reply`, and carry its response out.
Knows no socket, no store, no clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from gateway.cassette.exchange import CredentialClass, Exchange
from gateway.contract.model import Match, Unmatched
from gateway.http.messages import Request, Response


class Service(StrEnum):
    """Which upstream an operation belongs to."""

    EVS = "evs"
    IAM = "iam"


class FailureKind(StrEnum):
    """How an upstream failed. The values are the error types of RFC 9209, section 2.3."""

    REFUSED = "connection_refused"
    UNRESOLVED = "dns_error"
    TLS = "tls_certificate_error"
    TIMEOUT = "connection_timeout"
    LATE = "http_response_timeout"
    CUT_OFF = "http_response_incomplete"
    MALFORMED = "http_protocol_error"
    TOO_LARGE = "http_response_body_size"


@dataclass(frozen=True, slots=True)
class UpstreamFailure:
    """The upstream gave no whole answer. `detail` says it in words, without secrets."""

    kind: FailureKind
    detail: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer for the client. `exchange`, when there is one, must be kept before the answer goes out."""

    response: Response
    exchange: Exchange | None = None


@dataclass(frozen=True, slots=True)
class Forward:
    """A request to send upstream. `intent` is true when a record of it must be on disk before it is sent
    (a write whose exchange will be kept)."""

    request: Request
    service: Service
    original: Request
    identified: Match | Unmatched
    credential: CredentialClass
    scope: str
    base_url: str
    request_id: str
    at: float
    keeps: bool
    rescues: bool
    intent: bool
    missed: bool = False


class Upstream(Protocol):
    """The seam to the cloud: one request, one whole response or a failure. Never raises for network trouble."""

    async def send(self, request: Request) -> Response | UpstreamFailure: ...


class Keeper(Protocol):
    """The seam to the store of a cassette.

    `intend` returns when a note that this request is about to be sent is on disk, with a token for it; `append`
    returns when the exchange is on disk (and the note is gone).
    Errors: both raise StoreFullError when the record was not taken.
    """

    async def intend(self, request: Request) -> int: ...

    async def append(self, exchange: Exchange, intent: int | None = None) -> None: ...
