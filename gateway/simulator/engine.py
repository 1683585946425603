"""The simulated cloud: a request and a time in, a response out. One way for every operation.

Identified and validated by the contract, answered by the handler of its operation, with the status of its row. Errors
are shaped as the service's own; nothing here says that it is a simulation. Pure: no clock, no socket.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import formatdate
from typing import Any

import orjson

from gateway.contract import faults
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.faults import Fault
from gateway.contract.model import Family, Match, Mismatch, Severity, Unmatched
from gateway.http.admission import Inadmissible, admit
from gateway.http.messages import Headers, Request, Response
from gateway.simulator import handlers, sdk_aliases
from gateway.simulator.callers import caller_of
from gateway.simulator.calls import Call, Handler, Outcome
from gateway.simulator.faults import envelope
from gateway.simulator.state import State
from gateway.validation import validate

HANDLERS: Mapping[str, Handler] = {**handlers.HANDLERS, **sdk_aliases.HANDLERS}
# Where the OpenStack clients and the Huawei SDK look for it.
REQUEST_IDS = (b"x-openstack-request-id", b"x-compute-request-id", b"x-request-id")
JSON: Headers = ((b"content-type", b"application/json"),)
HTML: Headers = ((b"content-type", b"text/html; charset=UTF-8"),)
_PAGE = (
    "<html>\n <head>\n  <title>{0}</title>\n </head>\n <body>\n  <h1>{0}</h1>\n  {1}<br /><br />\n </body>\n</html>\n"
)
_NOT_FOUND = _PAGE.format("404 Not Found", "The resource could not be found.").encode()
_NOT_ALLOWED = _PAGE.format("405 Method Not Allowed", "The method is not allowed for this resource.").encode()


@dataclass(frozen=True, slots=True)
class Cloud:
    """A simulated cloud. `public_url` is its address in links, None for the one that each request names."""

    state: State
    public_url: str | None = None

    def answer(self, request: Request, at: float) -> Response:
        """Answer a request that arrived at a time. Units: seconds since the epoch."""
        self.state.advance(at)
        response = self._answer(request, at)
        request_id = f"req-{self.state.mint.uuid('request')}".encode()
        own = (
            (b"date", formatdate(at, usegmt=True).encode()),
            (b"content-length", str(len(response.body)).encode()),
            *((name, request_id) for name in REQUEST_IDS),
        )
        return Response(response.status, (*response.headers, *own), response.body)

    def _answer(self, request: Request, at: float) -> Response:
        admitted = admit(request)
        if isinstance(admitted, Inadmissible):
            return refused(Family.CINDER, Fault("EVS.5400", admitted.message, admitted.status))
        match = CATALOGUE.identify(request.method, request.path, request.query, admitted.body)
        if isinstance(match, Unmatched):
            match = sdk_aliases.identify(request.method, request.path, request.query, match)
        if isinstance(match, Unmatched):
            return unknown(match)
        outcome = self._outcome(request, match, admitted.has_body, at)
        family = match.operation.family
        return (
            refused(family, outcome) if isinstance(outcome, Fault) else succeeded(match, outcome.body, outcome.headers)
        )

    def _outcome(self, request: Request, match: Match, has_body: bool, at: float) -> Outcome:
        """Ask who it is, then whether the request is as documented, then the handler."""
        caller = caller_of(self.state, request, match, at)
        if isinstance(caller, Fault):
            return caller
        for finding in validate(match, has_body):
            if finding.severity is Severity.REJECT:
                return finding.fault
        subject = (request.header(b"x-subject-token") or b"").decode("latin-1")
        call = Call(match, caller.project, caller.user, at, self.public_url or own_origin(request), subject)
        return HANDLERS[match.operation.id](self.state, call)


def own_origin(request: Request) -> str:
    """Return the scheme and authority that the client used."""
    host = (request.header(b"host") or b"localhost").decode("latin-1")
    return f"{request.scheme}://{host}"


def succeeded(match: Match, body: Any, headers: Headers) -> Response:
    """Return the answer with the status of the operation's row; no body, no content type."""
    if body is None:
        return Response(match.operation.status, headers)
    return Response(match.operation.status, (*JSON, *headers), orjson.dumps(body))


def refused(family: Family, fault: Fault) -> Response:
    """Return a fault in the family's envelope."""
    return Response(fault.status, JSON, orjson.dumps(envelope(family, fault)))


def unknown(unmatched: Unmatched) -> Response:
    """Return what Cinder says to a request that is none of its operations: a page, or 400 for an unknown action."""
    if unmatched.reason is Mismatch.UNKNOWN_PATH:
        return Response(404, HTML, _NOT_FOUND)
    if unmatched.reason is Mismatch.WRONG_METHOD:
        return Response(405, (*HTML, (b"allow", ", ".join(unmatched.allow).encode())), _NOT_ALLOWED)
    custom = "cloudvolumes" in unmatched.segments[2:3]
    return refused(Family.CUSTOM if custom else Family.CINDER, faults.BODY_MISMATCH)
