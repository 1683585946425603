"""Where ids, keys and tokens come from: a seed and one counter per kind. Two runs that ask alike get alike."""

from __future__ import annotations

import base64
import uuid
from collections import Counter
from dataclasses import dataclass, field
from hashlib import shake_256

TOKEN_BYTES = 384


@dataclass(frozen=True, slots=True)
class Mint:
    """Makes values that look like the cloud's: UUIDs, hexadecimal digits, long tokens."""

    seed: str
    _made: Counter[str] = field(default_factory=Counter)

    def uuid(self, kind: str) -> str:
        return str(uuid.UUID(bytes=self._next(kind, 16), version=4))

    def hexadecimal(self, kind: str, digits: int) -> str:
        return self._next(kind, digits // 2).hex()

    def token(self) -> str:
        """Return a token as long as the cloud's, which are signed and base64-encoded."""
        return "MIIF" + base64.b64encode(self._next("token", TOKEN_BYTES), altchars=b"+-").decode()

    def named(self, kind: str, name: str) -> str:
        """Return the 32 hexadecimal digits that this seed always gives this name, e.g. a project's id."""
        return self._digest(f"{kind}={name}", 16).hex()

    def _next(self, kind: str, length: int) -> bytes:
        self._made[kind] += 1
        return self._digest(f"{kind}:{self._made[kind]}", length)

    def _digest(self, label: str, length: int) -> bytes:
        return shake_256(f"{self.seed}/{label}".encode()).digest(length)
