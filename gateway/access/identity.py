"""Who sends a request: exactly one credential of a kind that is accepted, verified.

Says `NeedsToken` when only the IAM can tell; whoever asks it comes back with the verdict. Errors are values: which
documented fault, and a reason for the client to read that tells nothing about secrets.

Source: 3.2 Authentication; reference-notes 40, 54, 55; research on identity, section c.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from gateway.access.dev_tokens import PREFIX, DevToken, owner_of
from gateway.access.nonces import Nonces, Sight
from gateway.access.principals import Assurance, AuthMethod, Principal
from gateway.access.signing import CLOCK_WINDOW_S, AccessKey, BadSignature, Verified, parse_signature, verify
from gateway.access.tokens import Rejected, TokenCache, Verdict
from gateway.access.words import folded
from gateway.contract import faults
from gateway.contract.faults import Fault
from gateway.contract.model import Family, Match, Unmatched
from gateway.http.messages import Headers, Request, Response, first_header

RETRY_AFTER_S = 5

_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_TOKENS_PATH = b"/v3/auth/tokens"
_ABOUT_CREDENTIALS = frozenset({401, 429})
_DEV_PREFIX = PREFIX.encode()


@dataclass(frozen=True, slots=True)
class Refused:
    """Nobody who may act here. Units: `retry_after_s` in seconds, None when repeating does not help."""

    fault: Fault
    reason: str
    retry_after_s: int | None = None


@dataclass(frozen=True, slots=True)
class NeedsToken:
    """Only the IAM knows this token. Its repr does not show it."""

    token: bytes

    def __repr__(self) -> str:
        return "NeedsToken()"


@dataclass(frozen=True, slots=True)
class Bearer:
    """A token, and what the cache calls it."""

    token: bytes = field(repr=False)
    name: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Signed:
    """A signature, which is about the whole request."""


Shown = Bearer | Signed | Refused


class Identity:
    """Tells principals by their credentials. `accepts` are the kinds of credentials that count here."""

    def __init__(
        self,
        accepts: frozenset[AuthMethod],
        cache: TokenCache,
        keys: Mapping[str, AccessKey] | None = None,
        dev_tokens: Sequence[DevToken] = (),
        nonces: Nonces | None = None,
    ) -> None:
        self._accepts = accepts
        self._keys = keys or {}
        self._dev_tokens = tuple(dev_tokens)
        self._nonces = nonces or Nonces()
        self.cache = cache

    def exchange(self, keys: Mapping[str, AccessKey], dev_tokens: Sequence[DevToken]) -> None:
        """Hold credentials against other keys and tokens from now on."""
        self._keys = keys
        self._dev_tokens = tuple(dev_tokens)

    def principal_of(self, request: Request, at: float) -> Principal | Refused | NeedsToken:
        """Decide who sends a request. A signature of a write is used up by that.

        Errors: 401; 503 when no more signatures can be remembered.
        """
        return self.principal_by(self.shown(request.headers), request, at)

    def shown(self, headers: Headers) -> Shown:
        """Return by which credentials somebody is to be told. Depends on nothing but the header fields."""
        token, authorization = first_header(headers, b"x-auth-token"), first_header(headers, b"authorization")
        if token is not None and authorization is not None:
            return _unauthenticated("the request has two kinds of credentials")
        if first_header(headers, b"x-security-token") is not None:
            return _unauthenticated("temporary access keys cannot be verified here")
        if authorization:
            return Signed()
        return Bearer(token, self.cache.name(token)) if token else _unauthenticated("the request has no credentials")

    def principal_by(self, shown: Shown, request: Request, at: float) -> Principal | Refused | NeedsToken:
        """Decide who sends a request by what its header fields show."""
        if b"?" in request.target and b"&x-auth-token=" in b"&" + request.query.lower():
            return _unauthenticated("a token does not belong into the query")
        if isinstance(shown, Bearer):
            return self._bearer(shown, at)
        return self._signer(request, at) if isinstance(shown, Signed) else shown

    def told(self, verdict: Verdict) -> Principal | Refused:
        """Return what the IAM's verdict about a token means. Errors: 401, 503."""
        if isinstance(verdict, Principal):
            return verdict
        if isinstance(verdict, Rejected):
            return _unauthenticated(verdict.reason)
        return Refused(faults.UNAVAILABLE, f"the token cannot be validated: {verdict.detail}", RETRY_AFTER_S)

    def had_no_effect(self, request: Request) -> None:
        """Let a request be repeated with the signature it has: it was not sent, or refused for lack of capacity."""
        signature = parse_signature(request.header(b"authorization") or b"")
        if signature is not None:
            self._nonces.give_back(signature.ak, signature.value)

    def heard(self, request: Request, response: Response) -> None:
        """Learn from the cloud's answer: a token it refuses, or one it was told to revoke, is not believed longer."""
        # Most answers say nothing about credentials.
        if response.status in _ABOUT_CREDENTIALS or request.method == "DELETE":
            self._heard(request, response)

    def _heard(self, request: Request, response: Response) -> None:
        token, subject = request.header(b"x-auth-token"), request.header(b"x-subject-token")
        if response.status == 401 and token is not None:
            self.cache.evict(token)
        elif response.status == 429:
            self.had_no_effect(request)
        elif request.method == "DELETE" and request.path == _TOKENS_PATH and subject is not None:
            self.cache.evict(subject)

    def _bearer(self, shown: Bearer, at: float) -> Principal | Refused | NeedsToken:
        if shown.token.startswith(_DEV_PREFIX) and AuthMethod.DEV in self._accepts:
            return owner_of(shown.token, self._dev_tokens) or _unauthenticated("the token is not valid")
        if AuthMethod.TOKEN not in self._accepts:
            return _unauthenticated("tokens of the IAM are not accepted here")
        believed = self.cache.find_named(shown.name, at)
        return NeedsToken(shown.token) if believed is None else self.told(believed)

    def _signer(self, request: Request, at: float) -> Principal | Refused:
        if AuthMethod.SIGNATURE not in self._accepts:
            return _unauthenticated("signatures are not accepted here")
        verified = verify(request, self._keys, at)
        if isinstance(verified, BadSignature):
            return _unauthenticated(verified.reason)
        if request.method not in _READS:
            refused = self._spent(verified, at)
            if refused is not None:
                return refused
        return verified.key.principal

    def _spent(self, verified: Verified, at: float) -> Refused | None:
        signature = verified.signature
        match self._nonces.spend(signature.ak, signature.value, verified.dated_at + CLOCK_WINDOW_S, at):
            case Sight.AGAIN:
                return _unauthenticated("the signature was used before")
            case Sight.FULL:
                return Refused(faults.UNAVAILABLE, "no more signatures can be remembered now", RETRY_AFTER_S)
        return None


def foreign_project(principal: Principal, request: Request, identified: Match | Unmatched) -> Refused | None:
    """Return why the principal may not act in the project that a request names, or None.

    The path names it, and headers may; all must name the principal's own. Errors: 400, as documented by family.
    Source: reference-notes 54.
    """
    project, domain = request.header(b"x-project-id"), request.header(b"x-domain-id")
    named = None if project is None else project.decode("latin-1")
    return foreign(principal, named, None if domain is None else domain.decode("latin-1"), identified)


def foreign(
    principal: Principal, project: str | None, domain: str | None, identified: Match | Unmatched
) -> Refused | None:
    """Return the same, where it is known which project and account the headers name, None for none."""
    in_path = identified.project
    if (in_path is not None and not _is_same(in_path, principal.project_id)) or (
        project is not None and not _is_same(project, principal.project_id)
    ):
        return Refused(_project_fault(identified), "the request names another project than its credentials")
    if domain is not None and not _is_same(domain, principal.domain_id):
        return Refused(_project_fault(identified), "the request names another account than its credentials")
    return None


def _is_same(named: str, own: str | None) -> bool:
    """True for the same id, compared as policies compare ids (policy-format rule 4)."""
    return own is not None and (named == own or folded(named) == folded(own))


def _project_fault(identified: Match | Unmatched) -> Fault:
    jobs = isinstance(identified, Match) and identified.operation.family is Family.JOBS
    return faults.JOB_PROJECT if jobs else faults.PROJECT_ID


def _unauthenticated(reason: str) -> Refused:
    return Refused(faults.UNAUTHENTICATED, reason)


def as_key_holder(principal: Principal, ak: str) -> Principal:
    """Return the principal as the one who signs with a key."""
    return replace(principal, ak=ak, auth_method=AuthMethod.SIGNATURE, assurance=Assurance.VERIFIED)


def as_dev(principal: Principal, name: str) -> Principal:
    """Return the principal as the one who holds a development token of that name."""
    return replace(principal, dev_principal=name, auth_method=AuthMethod.DEV, assurance=Assurance.VERIFIED)
