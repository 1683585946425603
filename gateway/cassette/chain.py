"""The chain of a cassette: what binds each row to its content and to the row before it.

A row carries the hash of the row before (`prev`) and its own (`mac`), an HMAC-SHA-256 over `prev` and its values with a
key of the installation; `key` says which one. So a changed value shows at its row, and a row that is missing, added or
elsewhere shows at the row behind it. Where no installation is at hand the hash is plain: it shows accidents only.
What no chain shows is that its end was cut off: for that, its head is told elsewhere (anchors).
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

_PURPOSE = b"evs-gateway cassette chain 1"
_DIGEST = "sha256"
NAME_LETTERS = 16
_BLOCK = 64
_INNER = bytes(each ^ 0x36 for each in range(256))
_OUTER = bytes(each ^ 0x5C for each in range(256))


@dataclass(frozen=True, slots=True)
class ChainKey:
    """A key for hashes of rows. `name` tells it from those of other installations and tells nothing else about it."""

    name: str
    secret: bytes = field(repr=False)

    @classmethod
    def of(cls, installation: bytes) -> ChainKey:
        """Return the key for chains of an installation, derived so that neither key serves for the other's use."""
        secret = hmac.digest(installation, _PURPOSE, _DIGEST)
        return cls(hmac.digest(secret, b"name", _DIGEST).hex()[:NAME_LETTERS], secret)

    @property
    def is_plain(self) -> bool:
        return not self.secret

    def mac(self, prev: bytes, *content: bytes) -> bytes:
        """Return the hash of a row, whose content may come in pieces, behind the one whose hash is `prev`."""
        inner, outer = _begun(self.secret)
        hashed = inner.copy()
        hashed.update(prev)
        for piece in content:
            hashed.update(piece)
        if not self.secret:
            return hashed.digest()
        keyed = outer.copy()
        keyed.update(hashed.digest())
        return keyed.digest()


@lru_cache(maxsize=4)
def _begun(secret: bytes) -> tuple[Hash, Hash]:
    """Return the two hashes of an HMAC as they begin, where the key is no longer than a block; plain ones without a
    key. Copied they cost a third of an HMAC that is set up anew. Source: RFC 2104.
    """
    if not secret:
        return sha256(), sha256()
    block = secret.ljust(_BLOCK, b"\0")
    return sha256(block.translate(_INNER)), sha256(block.translate(_OUTER))


# Anybody can compute these hashes, and so check them, and so forge them.
PLAIN = ChainKey("plain", b"")


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a chain: how many rows the cassette has, and the hash of the last."""

    count: int
    mac: bytes
