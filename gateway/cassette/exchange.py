"""One recorded exchange: a request and its answer, redacted, with what replay needs to know about them.

Knows no storage and no clock; times are seconds since the epoch and come in from outside.
"""

from __future__ import annotations

from dataclasses import field, replace
from enum import StrEnum

from gateway.contract.fleeting import fleeting
from gateway.http.messages import Request, Response

UNDOCUMENTED = "undocumented"


class CredentialClass(StrEnum):
    """How a request was authenticated, as far as the answer depends on it. Never who, never with what."""

    NONE = "none"
    TOKEN = "token"  # noqa: S105 - a class of credentials, not a secret
    SIGNATURE = "signature"


@fleeting
class Exchange:
    """A request with its answer, redacted.

    `seq` is the place in the cassette, 0 until a store has assigned it. `operation` is the catalogue's id or
    `undocumented`. `request` holds the target as the client sent it and the headers of the allow-list.
    `started_at` is when the request had arrived whole, `completed_at` when the answer had: seconds since the
    epoch. `connection` is the client's connection: exchanges of one connection come from one client.
    `redactions` names the rules that removed something; `findings` what validation had to say about the request, as
    `severity rule where`. `id` is the exchange's own, the same in every copy between stores and empty where none was
    given; equal exchanges may have different ones.
    """

    operation: str
    request: Request
    response: Response
    started_at: float
    completed_at: float
    credential: CredentialClass = CredentialClass.NONE
    redactions: tuple[str, ...] = ()
    findings: tuple[str, ...] = ()
    seq: int = 0
    id: str = field(default="", compare=False)

    @property
    def connection(self) -> str:
        return self.request.connection

    @property
    def elapsed_ms(self) -> float:
        return (self.completed_at - self.started_at) * 1000

    def numbered(self, seq: int) -> Exchange:
        return replace(self, seq=seq)
