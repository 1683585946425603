"""Who looks at the inspector, and what they may see: names, rights, and the sessions that speak for them.

A session is a signed word: it says who, until when, and nothing else. The key lives as long as the process. Tokens are
known by their hashes alone, and compared in constant time.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

SESSION_S = 8 * 3600
FORM_S = 3600


class Right(StrEnum):
    """What somebody may see: records, and what bodies say."""

    VIEW = "view"
    BODIES = "bodies"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who looks. `form_token` is what forms of theirs carry; `has_session` when a login stands behind it."""

    name: str
    rights: frozenset[Right]
    form_token: str
    has_session: bool = False

    def may(self, right: Right) -> bool:
        return right in self.rights


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with a token, of which the hash is known."""

    name: str
    rights: frozenset[Right]
    sha256: str


class Sessions:
    """Gives out sessions to holders of tokens, and tells whose a session is. Times are seconds since the epoch."""

    def __init__(self, holders: Iterable[Holder], key: bytes) -> None:
        self._holders = tuple(holders)
        self._by_name = {holder.name: holder for holder in self._holders}
        self._key = key
        self._ended: dict[str, float] = {}

    @property
    def has_holders(self) -> bool:
        return bool(self._holders)

    def holder_of(self, token: str) -> Holder | None:
        """Return whose token this is; every hash is compared, whichever fits."""
        digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
        found = [each for each in self._holders if hmac.compare_digest(each.sha256, digest)]
        return found[0] if found else None

    def begin(self, holder: Holder, now: float, nonce: str) -> str:
        """Return a new session. No two have the same nonce."""
        return self._signed("session", holder.name, now + SESSION_S, nonce)

    def visitor_of(self, session: str, now: float) -> Visitor | None:
        """Return whose session this is, None for one that is over, or that nobody gave out."""
        name = self._said("session", session, now)
        if name is None or session in self._ended:
            return None
        holder = self._by_name[name]
        return Visitor(holder.name, holder.rights, self._mac("form", session), has_session=True)

    def neighbour(self) -> Visitor:
        """Return who looks from this machine: nobody asks for a name there."""
        return Visitor("loopback", frozenset(Right), self._mac("form", "loopback"))

    def end(self, session: str, now: float) -> None:
        """Take a session back. What is over anyway is forgotten."""
        self._ended = {each: until for each, until in self._ended.items() if until > now}
        self._ended[session] = now + SESSION_S

    def login_form(self, now: float) -> str:
        """Return what a login form carries."""
        return self._signed("login", "", now + FORM_S, "")

    def is_login_form(self, word: str, now: float) -> bool:
        return self._said("login", word, now) is not None

    def _signed(self, purpose: str, name: str, until: float, nonce: str) -> str:
        text = f"{base64.urlsafe_b64encode(name.encode()).decode()}.{round(until)}.{nonce}"
        return f"{text}.{self._mac(purpose, text)}"

    def _said(self, purpose: str, word: str, now: float) -> str | None:
        """Return the name in a word that was signed here for a purpose and is not over."""
        text, _, mac = word.rpartition(".")
        if not hmac.compare_digest(self._mac(purpose, text).encode(), mac.encode("utf-8", "surrogatepass")):
            return None
        name, until, _ = text.split(".")
        return base64.urlsafe_b64decode(name).decode() if float(until) > now else None

    def _mac(self, purpose: str, text: str) -> str:
        said = f"{purpose} {text}".encode("utf-8", "surrogatepass")
        return hmac.new(self._key, said, hashlib.sha256).hexdigest()


class Attempts:
    """Logins that failed: how many more are let try, in all and from one address, in a minute."""

    def __init__(self, each: int = 5, all_: int = 50, span_s: float = 60.0) -> None:
        self._each = each
        self._all = all_
        self._span_s = span_s
        self._failed: list[tuple[float, str]] = []

    def wait_s(self, address: str, now: float) -> int:
        """Return how many seconds an address has to wait, 0 when it may try."""
        self._failed = [failed for failed in self._failed if failed[0] > now - self._span_s]
        own = [at for at, from_ in self._failed if from_ == address]
        first = own[-self._each] if len(own) >= self._each else None
        if first is None and len(self._failed) >= self._all:
            first = self._failed[-self._all][0]
        return 0 if first is None else max(1, round(first + self._span_s - now))

    def failed(self, address: str, now: float) -> None:
        self._failed.append((now, address))
