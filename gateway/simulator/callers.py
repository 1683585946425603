"""Who acts: what the simulator makes of credentials.

A token that it issued stands for its user and its project, until it expires. Any other token is taken for the project
of the path, so that a client can be pointed here without asking IAM first; one that begins with `sim-bad-` is refused.
A signature (SDK-HMAC-SHA256) is accepted unverified.
Source: 3.2; which code: reference-notes 54 and 55.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from gateway.contract import faults
from gateway.contract.faults import Fault
from gateway.contract.model import Family, Match
from gateway.http.messages import Request
from gateway.simulator.state import State
from gateway.simulator.things import Token
from gateway.simulator.trouble import BAD_CREDENTIAL

SIGNED = b"SDK-HMAC-SHA256 "
_OTHER_PROJECT: Mapping[Family, Fault] = MappingProxyType({Family.JOBS: faults.JOB_PROJECT})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who acts in which project. `project` is empty where neither path nor token names one."""

    project: str
    user: str


NOBODY = Caller("", "")


def caller_of(state: State, request: Request, match: Match, now: float) -> Caller | Fault:
    """Return who sends the request. Errors: 401 without good credentials, 400 for another project's token."""
    if not match.operation.authenticated:
        return NOBODY
    token = request.header(b"x-auth-token")
    if token:
        return _of_token(state, token.decode("latin-1"), match, now)
    signed = (request.header(b"authorization") or b"").startswith(SIGNED)
    return _trusted(state, match) if signed else faults.UNAUTHENTICATED


def _of_token(state: State, value: str, match: Match, now: float) -> Caller | Fault:
    issued = state.tokens.get(value)
    if issued is not None:
        return _of_issued(issued, match, now)
    return faults.UNAUTHENTICATED if value.startswith(BAD_CREDENTIAL) else _trusted(state, match)


def _of_issued(token: Token, match: Match, now: float) -> Caller | Fault:
    if now >= token.expires_at:
        return faults.UNAUTHENTICATED
    if match.project not in (None, token.project):
        return _OTHER_PROJECT.get(match.operation.family, faults.PROJECT_ID)
    return Caller(token.project or "", token.user)


def _trusted(state: State, match: Match) -> Caller:
    project = match.project or ""
    return Caller(project, state.user_of(project))
