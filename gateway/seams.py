"""The values and seams between the pure pipeline and the doors that do the I/O around it.

The pipeline answers with a `Reply` or asks for a `Forward`; a door sends the forward through an `Upstream`, keeps
the exchange of a reply through a `Keeper`, and carries the response out. Both seams are narrow on purpose: a faster
part can take the place of a slower one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from gateway.access.requirements import Target as Named
from gateway.arrivals import Arrival, Received
from gateway.cassette.comparing import Departure
from gateway.cassette.exchange import Exchange
from gateway.cassette.player import Hit, Miss
from gateway.contract.fleeting import fleeting
from gateway.contract.model import JsonObject
from gateway.faults.overlay import Mishap
from gateway.http.marks import Marks, marks_of
from gateway.http.messages import Request, Response
from gateway.http.spoken import REQUEST_ID


class Service(StrEnum):
    """Which upstream an operation belongs to."""

    EVS = "evs"
    IAM = "iam"


class FailureKind(StrEnum):
    """How an upstream failed. The values are the error types of RFC 9209, section 2.3."""

    REFUSED = "connection_refused"
    UNRESOLVED = "dns_error"
    PROHIBITED = "destination_ip_prohibited"
    TLS = "tls_certificate_error"
    TIMEOUT = "connection_timeout"
    LATE = "http_response_timeout"
    CUT_OFF = "http_response_incomplete"
    MALFORMED = "http_protocol_error"
    TOO_LARGE = "http_response_body_size"

    @property
    def was_sent(self) -> bool:
        """False when the request certainly never reached the upstream."""
        return self not in _UNSENT


_UNSENT = frozenset(
    {FailureKind.REFUSED, FailureKind.UNRESOLVED, FailureKind.PROHIBITED, FailureKind.TLS, FailureKind.TIMEOUT}
)


@dataclass(frozen=True, slots=True)
class UpstreamFailure:
    """The upstream gave no whole answer. `detail` says it in words, without secrets."""

    kind: FailureKind
    detail: str


@dataclass(frozen=True, slots=True)
class Question:
    """A request that waits for the IAM: only it can tell whose this token is. The rest is what was settled before."""

    token: bytes = field(repr=False)
    request: Request = field(repr=False)
    received: Received = field(repr=False)
    at: float
    scope: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """How a live answer departs from the recorded one, whose number in the cassette is `seq`; 0 where there is none."""

    seq: int
    departures: tuple[Departure, ...]


@fleeting
class Reply:
    """An answer for the client. `exchange`, when there is one, must be kept before the answer goes out. `remarks` are
    what the operator's log should say about it, none for an ordinary answer; `arrival` is the request answered, None
    for one that was not admitted; `mishap` is what the door does to the answer on purpose; `compared`
    is what the cassette would have answered and how this answer departs from it; `missed` is the report of the miss
    that is the answer."""

    response: Response
    exchange: Exchange | None = None
    remarks: tuple[str, ...] = ()
    arrival: Arrival | None = None
    mishap: Mishap | None = None
    compared: Compared | None = None
    missed: JsonObject | None = None


@fleeting
class Forward:
    """A request to send upstream. `intent`, when there is one, is the redacted request of a write whose exchange will
    be kept: a note of it must be on disk before anything is sent. `missed` says that the cassette was asked first;
    `mishap` is what will happen to the answer on purpose; `played` is what the answer will be held against."""

    request: Request
    service: Service
    arrival: Arrival
    intent: Request | None = None
    missed: bool = False
    mishap: Mishap | None = None
    played: Hit | Miss | None = None


@dataclass(frozen=True, slots=True)
class LookUp:
    """A request whose verdict may depend on the state of what it names: that is queried first, with `forward`."""

    arrival: Arrival
    named: Named
    forward: Forward


class Upstream(Protocol):
    """The seam to the cloud: one request, one whole response or a failure. Never raises for network trouble."""

    async def send(self, request: Request) -> Response | UpstreamFailure: ...

    async def close(self) -> None: ...


class Keeper(Protocol):
    """The seam to the store of a cassette.

    `intend` returns when a note that this request is about to be sent is on disk, with a token for it; `append`
    returns when the exchange is on disk (and the note is gone); `withdraw` removes the note of a request that was not
    sent after all.
    Errors: all raise StoreFullError when the record was not taken.
    """

    async def intend(self, request: Request) -> int: ...

    async def append(self, exchange: Exchange, intent: int | None = None) -> None: ...

    async def withdraw(self, intent: int) -> None: ...

    def fault(self) -> str | None:
        """Return None when a record would be taken now, or one sentence about why not."""
        ...


class Ending:
    """How a request ended, as its door saw it: the reply, what was sent for it and what came back, and the times it
    took, in seconds: until the end, and of that in the upstream and until it was decided. `received` is what the trail
    gave for the note that it is about to be sent, 0 where there is none; `given_id` its id until the answer had another
    one. `response` is the answer as it is said, with its id; most who look at an ending need only the reply's."""

    __slots__ = (
        "_marks",
        "_response",
        "began_at",
        "decided_s",
        "forward",
        "given_id",
        "outcome",
        "received",
        "reply",
        "request",
        "took_s",
        "upstream_s",
    )

    def __init__(
        self,
        request: Request,
        reply: Reply,
        response: Response | None = None,
        forward: Forward | None = None,
        outcome: Response | UpstreamFailure | None = None,
        began_at: float = 0.0,
        took_s: float = 0.0,
        upstream_s: float = 0.0,
        received: int = 0,
        given_id: str = "",
        decided_s: float = 0.0,
    ) -> None:
        """Without a response it is the reply's, under the id that was given."""
        self.request = request
        self.reply = reply
        self._response = response
        self._marks: Marks | None = None
        self.forward = forward
        self.outcome = outcome
        self.began_at = began_at
        self.took_s = took_s
        self.upstream_s = upstream_s
        self.received = received
        self.given_id = given_id
        self.decided_s = decided_s

    @property
    def marks(self) -> Marks:
        """What the reply says of who gave it: several who look at an ending ask."""
        if self._marks is None:
            self._marks = marks_of(self.reply.response.headers)
        return self._marks

    @property
    def bare(self) -> Response:
        """The answer, most often without its id: what has its status and its body."""
        return self.reply.response if self._response is None else self._response

    @property
    def response(self) -> Response:
        if self._response is None:
            self._response = named(self.reply.response, self.given_id)
        return self._response

    @property
    def status(self) -> int:
        """The status that the client is told."""
        return (self._response or self.reply.response).status


class Auditor(Protocol):
    """The seam to the audit trail.

    `received` returns, with a number for it, when it is on disk that a write is about to be sent; `complete` when the
    end of a request is.
    Errors: both raise StoreFullError when the record was not taken.
    """

    async def received(self, request_id: str, forward: Forward) -> int: ...

    async def complete(self, request_id: str, ending: Ending) -> None: ...


def named(response: Response, request_id: str) -> Response:
    """Return the response with a request id: its own, or the one given."""
    if response.header(REQUEST_ID) is not None:
        return response
    return Response(response.status, (*response.headers, (REQUEST_ID, request_id.encode())), response.body)
