"""Who may use the forward door: names and passwords of a file, compared without telling how much of one was right."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Iterable
from pathlib import Path

from gateway.errors import SettingsError

_OTHERS = 0o077


class Users:
    """Holds no password: each is a keyed digest of this process."""

    def __init__(self, pairs: Iterable[tuple[str, str]]) -> None:
        self._key = secrets.token_bytes(32)
        self._digests = {name: self._digest(password) for name, password in pairs}

    def user_of(self, credentials: bytes | None) -> str | None:
        """Return the name in a Proxy-Authorization value whose password is right, or None.

        Source: RFC 7617.
        """
        scheme, _, encoded = (credentials or b"").partition(b" ")
        if scheme.lower() != b"basic":
            return None
        try:
            name, colon, password = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        known = self._digests.get(name, b"")
        is_right = hmac.compare_digest(known, self._digest(password))
        return name if colon and is_right else None

    def _digest(self, password: str) -> bytes:
        return hmac.digest(self._key, password.encode(), hashlib.sha256)


def users_in(path: Path) -> Users:
    """Return the users of a file of `NAME:PASSWORD` lines; empty lines and those with `#` first say nothing.

    Errors: SettingsError for a file that others can read, and for a line that is none.
    """
    try:
        mode = path.stat().st_mode & 0o777
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"forward.users: {path}: cannot be read: {error}") from error
    if mode & _OTHERS:
        raise SettingsError(f"forward.users: {path}: others may read it (mode {mode:04o}); expected 0600")
    return Users(_pair(path, number, line) for number, line in enumerate(lines, 1) if _says_something(line))


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.lstrip().startswith("#")


def _pair(path: Path, number: int, line: str) -> tuple[str, str]:
    name, colon, password = line.partition(":")
    if not (name and colon and password):
        raise SettingsError(f"forward.users: {path}:{number}: expected NAME:PASSWORD")
    return name, password
