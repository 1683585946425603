"""Anchors: the head of a chain, signed, and told to somebody who does not hold the disk.

An anchor says "this chain had `seq` records, the last with this hash". It is a record of the chain, and the same words
go outside: to stdout, to syslog, to a file elsewhere. With the outside words a cut tail or a chain written anew shows;
without them nobody can tell, and `verify` says so. Signatures are Ed25519 (RFC 8032) over the canonical statement.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from gateway.audit.canonical import canonical
from gateway.audit.chain import Head
from gateway.contract.model import JsonObject


@dataclass(frozen=True, slots=True)
class Anchor:
    """A signed statement about a chain. `key` names the public key, base64 as the signature."""

    chain: str
    seq: int
    hash: str
    at_ms: int
    key: str
    signature: str

    def statement(self) -> bytes:
        """Return the bytes that are signed."""
        return canonical({"chain": self.chain, "seq": self.seq, "hash": self.hash, "at_ms": self.at_ms})

    def as_json(self) -> JsonObject:
        return {
            "chain": self.chain,
            "seq": self.seq,
            "hash": self.hash,
            "at_ms": self.at_ms,
            "key": self.key,
            "signature": self.signature,
        }

    def is_signed_by(self, public: bytes) -> bool:
        """Return whether the holder of a raw public key signed this."""
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(base64.b64decode(self.signature), self.statement())
        except (InvalidSignature, ValueError):
            return False
        return True


def anchor_of(value: JsonObject) -> Anchor:
    """Return the anchor that `as_json` wrote.

    Errors: ValueError for anything else.
    """
    chain, key, signature, digest = (value.get(name) for name in ("chain", "key", "signature", "hash"))
    seq, at_ms = value.get("seq"), value.get("at_ms")
    texts = isinstance(chain, str) and isinstance(key, str) and isinstance(signature, str) and isinstance(digest, str)
    if not texts or not isinstance(seq, int) or not isinstance(at_ms, int):
        raise ValueError("is no anchor: expected chain, seq, hash, at_ms, key and signature")
    return Anchor(str(chain), seq, str(digest), at_ms, str(key), str(signature))


class Signer:
    """Signs heads with one key. Holds the private half; its `public` half is what readers check with."""

    def __init__(self, private: bytes) -> None:
        self._private = Ed25519PrivateKey.from_private_bytes(private)
        self.public = self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)

    def anchor(self, chain: str, head: Head, at_ms: int) -> Anchor:
        """Return the signed statement that a chain ends here."""
        key = base64.b64encode(self.public).decode()
        bare = Anchor(chain, head.seq, head.hash, at_ms, key, "")
        signature = base64.b64encode(self._private.sign(bare.statement())).decode()
        return Anchor(chain, head.seq, head.hash, at_ms, key, signature)


def fresh_key() -> bytes:
    """Return a new private key, 32 bytes."""
    return Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
