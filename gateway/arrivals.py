"""A request that was let in, and what of it is the same for others like it.

Clients repeat themselves: header fields are the same at every request of a client, and often the whole request line
is. What follows from these alone is found out once and shared: a `Head` by all requests with equal header fields, an
`Asked` by those that also have the same line and operation. Both are known again by their identity, so whoever derives
something from one may keep it by that.
"""

from __future__ import annotations

from gateway.access.decisions import Decision
from gateway.access.identity import Shown
from gateway.access.principals import Principal
from gateway.cassette.exchange import CredentialClass
from gateway.contract.fleeting import fleeting, shared
from gateway.contract.model import Family, Match, Operation, Unmatched
from gateway.http.admission import Content
from gateway.http.messages import Headers, Request
from gateway.modes import Mode
from gateway.validation import Finding


@shared
class Head:
    """What header fields say. `admitted` are those that may be looked at, `headers` the same less what is addressed to
    the gateway itself, `outgoing` those of them that may go on, `judged` those that validation looks at, `size` their
    bytes; `host` and, over plain HTTP, `base_url` are where the request was sent, `scope` is the one it names, or
    empty. `content` tells how a body is to be read, `shown` by which credentials somebody is to be told, None where
    nobody asks."""

    admitted: Headers
    headers: Headers
    outgoing: Headers
    judged: Headers
    size: int
    host: str
    base_url: str
    scope: str
    content: Content
    credential: CredentialClass
    shown: Shown | None
    project: str | None
    domain: str | None


@shared
class Asked:
    """What a request asks, whatever stands in its body, whoever sends it and whenever. `operation` is None for one that
    is undocumented; `base_url` is where links in its answer lead; `about_iam` tells whether the identity service is
    meant."""

    head: Head
    method: str
    target: bytes
    operation: Operation | None
    family: Family
    mode: Mode
    is_write: bool
    base_url: str
    about_iam: bool


@fleeting
class Received:
    """A request read: what is asked, the same with the body, and what validation had to say about it."""

    asked: Asked
    identified: Match | Unmatched
    findings: tuple[Finding, ...]


@fleeting
class Arrival:
    """A request that was admitted and identified: what every later step needs to know about it. `request` is as the
    client sent it, less what is addressed to the gateway itself; its headers are those of the head. `at` is its arrival
    in seconds since the epoch. `findings` are what validation had to say, those that refuse nothing included;
    `principal` is who sent it, None where nobody asks; `decision` is what the policies say, None where there are none.
    """

    asked: Asked
    request: Request
    identified: Match | Unmatched
    mode: Mode
    scope: str
    at: float
    findings: tuple[Finding, ...] = ()
    decision: Decision | None = None
    principal: Principal | None = None

    @property
    def operation(self) -> Operation | None:
        return self.asked.operation

    @property
    def family(self) -> Family:
        return self.asked.family

    @property
    def credential(self) -> CredentialClass:
        return self.asked.head.credential

    @property
    def base_url(self) -> str:
        return self.asked.base_url
