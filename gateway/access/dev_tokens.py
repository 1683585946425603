"""Tokens for development: made up by the operator, known here alone, kept as salted hashes.

They are random and long, so one keyed hash each is enough; there is nothing to guess at.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from gateway.access.principals import NOBODY, Principal

# Tells them from the cloud's tokens, and in a leak from other secrets.
PREFIX = "evs-dev-"
_TOKEN_BYTES = 24
_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class DevToken:
    """One token as it is kept, and who acts with it."""

    salt: bytes
    digest: bytes = field(repr=False)
    principal: Principal = NOBODY


def new_token() -> str:
    """Return a new token of 192 random bits."""
    return PREFIX + secrets.token_urlsafe(_TOKEN_BYTES)


def new_salt() -> bytes:
    return secrets.token_bytes(_SALT_BYTES)


def digest_of(salt: bytes, token: bytes) -> bytes:
    """Return what is kept of a token."""
    return hmac.digest(salt, token, sha256)


def owner_of(token: bytes, known: Iterable[DevToken]) -> Principal | None:
    """Return who acts with a token, or None. Compares with every known one, so the time tells nothing."""
    found = None
    for each in known:
        if hmac.compare_digest(digest_of(each.salt, token), each.digest):
            found = each.principal
    return found
