"""Who may use the forward proxy: names with passwords that were made up for them, kept as salted hashes.

A password is random and long, so one keyed hash is enough. The name says in whose scope the requests are.
Source: RFC 7617 for the form of the credentials.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.access.dev_tokens import digest_of

_PASSWORD_BYTES = 24
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True)
class ProxyUser:
    """One user as it is kept."""

    name: str
    salt: bytes
    digest: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Named:
    """What a client says who it is."""

    name: str
    password: bytes = field(repr=False)


class Users:
    """Those who may use a proxy; None lets everybody in, under whatever name they give."""

    def __init__(self, known: Iterable[ProxyUser] | None) -> None:
        self._known = None if known is None else tuple(known)

    def admitted(self, credentials: bytes | None) -> str | None:
        """Return the name that a client is admitted under, empty for one that gives none, or None for a stranger."""
        named = stated(credentials)
        if self._known is None:
            return "" if named is None else named.name
        return named.name if named is not None and _is_one_of(named, self._known) else None


def stated(credentials: bytes | None) -> Named | None:
    """Return who a Proxy-Authorization header names; None where there is none, or none that can be read."""
    scheme, _, word = (credentials or b"").strip().partition(b" ")
    if scheme.lower() != b"basic":
        return None
    try:
        name, colon, password = base64.b64decode(word.strip(), validate=True).partition(b":")
    except binascii.Error:
        return None
    text = name.decode("latin-1")
    return Named(text, password) if colon and is_name(text) else None


def is_name(text: str) -> bool:
    """Return whether a text can name a user: it becomes the name of a scope."""
    return _NAME.fullmatch(text) is not None


def new_password() -> str:
    """Return a new password of 192 random bits, which needs no quoting in a URL."""
    return secrets.token_urlsafe(_PASSWORD_BYTES)


def _is_one_of(named: Named, known: Iterable[ProxyUser]) -> bool:
    """Compare with every known one, so that the time tells nothing."""
    found = False
    for each in known:
        is_right = hmac.compare_digest(digest_of(each.salt, named.password), each.digest)
        found = found or (is_right and each.name == named.name)
    return found
