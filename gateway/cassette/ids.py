"""The ids a scope shows: valid, its own, and understood again without being remembered.

An alias is a kind and a number. Both, and a check, are the plain text of a keyed permutation (a Feistel network) over
the bits that the form of an id leaves free; the id is its cipher text. So whoever knows the key, another process too,
reads the alias out of the id; memory does not grow with what was shown; and an id of another scope, or none, fails the
check. Not a secret, only a way to tell: the key is made of names.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field
from hashlib import blake2b
from uuid import UUID

from gateway.cassette.kinds import KINDS, PLAIN_HEX, SECRET, kind_of

# Bits of the plain text. What the form of an id has beyond these is the check; a stranger passes it by chance once in
# 2^66 (a secret, short as it must be: in 2^32).
KIND_BITS = 8
NUMBER_BITS = 48
SECRET_NUMBER_BITS = 32
UUID_FREE_BITS = 122
HEX_BITS = 128
SECRET_BITS = 64
ROUNDS = 4
LENGTHS = frozenset({16, 32, 36})
# Ids worked out before; emptied when full.
REMEMBERED_IDS = 8192

_SECRET = re.compile("[0-9a-f]{16}")
_UUID_SHAPE = re.compile("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_HEX = re.compile("[0-9a-f]{32}")


@dataclass(slots=True)
class Mint:
    """Makes the ids of one run of one scope, and tells them. `key` is what they are made from."""

    key: bytes
    _value_of: dict[str, str] = field(default_factory=dict)
    _alias_of: dict[str, str | None] = field(default_factory=dict)

    @classmethod
    def of(cls, *names: str) -> Mint:
        """Return the mint of a scope: its seed, name and generation."""
        return cls(blake2b("\0".join(names).encode("utf-8", "surrogatepass"), digest_size=32).digest())

    def value(self, alias: str) -> str:
        """Return the value that stands for an alias: 16 or 32 hexadecimal digits, or a UUID."""
        known = self._value_of.get(alias)
        if known is None:
            if len(self._value_of) >= REMEMBERED_IDS:
                self._value_of.clear()
            known = self._value_of[alias] = self._made(alias)
        return known

    def alias(self, value: str) -> str | None:
        """Return the alias that a value of this mint stands for, None for a stranger's. Case does not count."""
        if len(value) not in LENGTHS:
            return None
        value = value.lower()
        if value not in self._alias_of:
            if len(self._alias_of) >= REMEMBERED_IDS:
                self._alias_of.clear()
            self._alias_of[value] = self._read(value)
        return self._alias_of[value]

    def token(self, number: int) -> str:
        """Return a token for the n-th issue, in the alphabet and about the length of real ones."""
        parts = (blake2b(f"token {number} {part}".encode(), key=self.key, digest_size=32) for part in range(12))
        return "MII" + base64.b64encode(b"".join(part.digest() for part in parts)).decode().replace("/", "-")

    def _made(self, alias: str) -> str:
        kind = kind_of(alias)
        number = int(alias[len(kind) + 2 : -1])
        if kind == SECRET:
            plain = number << (SECRET_BITS - SECRET_NUMBER_BITS)
            return f"{self._permuted(plain, SECRET_BITS):016x}"
        bits = HEX_BITS if kind in PLAIN_HEX else UUID_FREE_BITS
        plain = (KINDS.index(kind) << NUMBER_BITS | number) << (bits - KIND_BITS - NUMBER_BITS)
        made = self._permuted(plain, bits)
        return f"{made:032x}" if kind in PLAIN_HEX else str(_as_uuid(made))

    def _read(self, value: str) -> str | None:
        if _UUID_SHAPE.fullmatch(value):
            return self._checked(_free_bits(int(value.replace("-", ""), 16)), UUID_FREE_BITS)
        if _HEX.fullmatch(value):
            return self._checked(int(value, 16), HEX_BITS)
        if _SECRET.fullmatch(value):
            plain = self._restored(int(value, 16), SECRET_BITS)
            return None if plain is None else f"<{SECRET}:{plain >> (SECRET_BITS - SECRET_NUMBER_BITS)}>"
        return None

    def _checked(self, cipher: int, bits: int) -> str | None:
        restored = self._restored(cipher, bits)
        if restored is None:
            return None
        plain, check = divmod(restored, 1 << (bits - KIND_BITS - NUMBER_BITS))
        kind, number = divmod(plain, 1 << NUMBER_BITS)
        return f"<{KINDS[kind]}:{number}>" if check == 0 and kind < len(KINDS) else None

    def _permuted(self, plain: int, bits: int) -> int:
        half = bits // 2
        left, right = divmod(plain, 1 << half)
        for number in range(ROUNDS):
            left, right = right, left ^ self._round(number, right, bits)
        return left << half | right

    def _restored(self, cipher: int, bits: int) -> int | None:
        """Return a plain text, None for that of a stranger: the lower half, which is all check, is known first."""
        half = bits // 2
        left, right = divmod(cipher, 1 << half)
        for number in range(ROUNDS - 1, 0, -1):
            left, right = right ^ self._round(number, left, bits), left
        return None if left else (right ^ self._round(0, left, bits)) << half

    def _round(self, number: int, half: int, bits: int) -> int:
        text = bytes((number, bits)) + half.to_bytes(8, "big")
        return int.from_bytes(blake2b(text, key=self.key, digest_size=8).digest(), "big") >> (64 - bits // 2)


def _as_uuid(free: int) -> UUID:
    """Return a UUID of version 4 with these bits where it has free ones. Source: RFC 9562, section 5.4."""
    high, rest = divmod(free, 1 << 74)
    middle, low = divmod(rest, 1 << 62)
    return UUID(int=high << 80 | 4 << 76 | middle << 64 | 2 << 62 | low)


def _free_bits(number: int) -> int:
    return (number >> 80) << 74 | (number >> 64 & 0xFFF) << 62 | number & ((1 << 62) - 1)
