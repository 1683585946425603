"""Tokens: what the IAM says one stands for, and how long that is believed.

A token is a secret: here it is only ever a key to the cache, and as such an HMAC of it under a key of this process.
What was asked before an eviction is not believed after it. Knows no socket; who asks the IAM brings its answer here.

Source: the IAM's GET /v3/auth/tokens; research on identity (300 s at most, never past the expiry).
"""

from __future__ import annotations

import hmac
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from pydantic import AwareDatetime, BaseModel, ValidationError

from gateway.access.principals import Assurance, AuthMethod, Principal
from gateway.http.messages import Request, Response

TTL_S = 300
NEGATIVE_TTL_S = 15
DEFAULT_LIMIT = 10_000
# Without the catalogue, which is most of the answer and which nobody here reads.
TARGET = b"/v3/auth/tokens?nocatalog=true"


@dataclass(frozen=True, slots=True)
class Rejected:
    """The IAM does not know this token, or it has expired; `reason` is for the client to read."""

    reason: str


@dataclass(frozen=True, slots=True)
class Trouble:
    """The IAM gave no answer to believe. `detail` says it in words, without secrets."""

    detail: str


Verdict = Principal | Rejected | Trouble

UNKNOWN = Rejected("the token is not valid")
EXPIRED = Rejected("the token has expired")


class _Domain(BaseModel):
    id: str | None = None
    name: str | None = None


class _User(_Domain):
    id: str
    domain: _Domain = _Domain()


class _Project(BaseModel):
    id: str
    name: str | None = None


class _Role(BaseModel):
    name: str


class _Token(BaseModel):
    """What is read of a token document; all else may stand there too."""

    user: _User
    expires_at: AwareDatetime
    project: _Project | None = None
    domain: _Domain | None = None
    roles: tuple[_Role, ...] = ()
    assumed_by: dict[str, object] | None = None


class _Document(BaseModel):
    token: _Token


def question(token: bytes) -> Request:
    """Return the request that asks the IAM what a token stands for. A token may ask about itself."""
    headers = ((b"accept", b"application/json"), (b"x-auth-token", token), (b"x-subject-token", token))
    return Request("GET", TARGET, headers)


def verdict_of(answer: Response, at: float) -> Verdict:
    """Return what the IAM's answer means. An answer that cannot be read is trouble, never a principal."""
    if answer.status in (401, 404):
        return UNKNOWN
    if answer.status != 200:
        return Trouble(f"the IAM answered {answer.status}")
    try:
        token = _Document.model_validate_json(answer.body).token
    except ValidationError:
        return Trouble("the IAM's answer is no token document")
    principal = _principal(token)
    return EXPIRED if _has_expired(principal, at) else principal


def _principal(token: _Token) -> Principal:
    """Source: the IAM's answer to GET /v3/auth/tokens; an assumed agency's user is named ACCOUNT/AGENCY."""
    name = token.user.name
    domain = token.user.domain if token.user.domain.id else token.domain or _Domain()
    return Principal(
        user_id=token.user.id,
        user_name=name,
        domain_id=domain.id,
        domain_name=domain.name,
        project_id=token.project.id if token.project else None,
        project_name=token.project.name if token.project else None,
        roles=tuple(role.name for role in token.roles),
        agency=name.rpartition("/")[2] if token.assumed_by is not None and name else None,
        auth_method=AuthMethod.TOKEN,
        assurance=Assurance.VERIFIED,
        expires_at=token.expires_at.timestamp(),
    )


def _has_expired(principal: Principal, at: float) -> bool:
    return principal.expires_at is not None and principal.expires_at <= at


@dataclass(frozen=True, slots=True)
class _Entry:
    principal: Principal
    until: float


class TokenCache:
    """What was heard about tokens. The oldest use goes first when there is no room; rejections have room of their
    own, so that guessing at tokens drives nobody out.

    Units: `ttl_s` and `negative_ttl_s` in seconds, times in seconds since the epoch.
    """

    def __init__(
        self,
        key: bytes,
        ttl_s: float = TTL_S,
        negative_ttl_s: float = NEGATIVE_TTL_S,
        limit: int = DEFAULT_LIMIT,
    ) -> None:
        self._key = key
        self._ttl_s = min(ttl_s, TTL_S)
        self._negative_ttl_s = negative_ttl_s
        self._limit = limit
        self._known: OrderedDict[bytes, _Entry] = OrderedDict()
        self._unknown: OrderedDict[bytes, float] = OrderedDict()
        self.generation = 0

    def name(self, token: bytes) -> bytes:
        """Return what a token is called here."""
        return hmac.digest(self._key, token, sha256)

    def find(self, token: bytes, at: float) -> Principal | Rejected | None:
        """Return what is believed about a token, or None when the IAM has to be asked."""
        return self.find_named(self.name(token), at)

    def find_named(self, name: bytes, at: float) -> Principal | Rejected | None:
        """Return the same for a token of which only the name is at hand."""
        entry = self._known.get(name)
        if entry is not None and at < entry.until:
            self._known.move_to_end(name)
            return EXPIRED if _has_expired(entry.principal, at) else entry.principal
        return UNKNOWN if at < self._unknown.get(name, at) else None

    def keep(self, token: bytes, verdict: Verdict, at: float, generation: int) -> None:
        """Believe a verdict for a while, unless something was evicted since the IAM was asked (`generation` as it
        was then). Trouble is never kept."""
        if generation != self.generation:
            return
        name = self.name(token)
        if isinstance(verdict, Principal):
            self._known[name] = _Entry(verdict, at + self._ttl_s)
            _trim(self._known, self._limit)
        elif isinstance(verdict, Rejected):
            self._known.pop(name, None)
            self._unknown[name] = at + self._negative_ttl_s
            self._unknown.move_to_end(name)
            _trim(self._unknown, self._limit)

    def evict(self, token: bytes) -> int:
        """Forget a token, and return whether it was known, as a number."""
        self.generation += 1
        self._unknown.pop(self.name(token), None)
        return 0 if self._known.pop(self.name(token), None) is None else 1

    def evict_user(self, user: str) -> int:
        """Forget the tokens of a user, by id or name, and return how many."""
        return self._evict_where(lambda principal: user in (principal.user_id, principal.user_name))

    def evict_domain(self, domain: str) -> int:
        """Forget the tokens of an account, by id or name, and return how many."""
        return self._evict_where(lambda principal: domain in (principal.domain_id, principal.domain_name))

    def evict_all(self) -> int:
        """Forget everything, and return how many tokens were known."""
        known = len(self._known)
        self.generation += 1
        self._known.clear()
        self._unknown.clear()
        return known

    def _evict_where(self, goes: Callable[[Principal], bool]) -> int:
        self.generation += 1
        gone = [name for name, entry in self._known.items() if goes(entry.principal)]
        for name in gone:
            del self._known[name]
        return len(gone)


def _trim(entries: OrderedDict[bytes, _Entry] | OrderedDict[bytes, float], limit: int) -> None:
    while len(entries) > limit:
        entries.popitem(last=False)
