"""Seals: somebody vouches for a cassette as it is, with a reason, because it is no longer as it was recorded.

A text cassette has them as lines of `seals.jsonl`, one each, so that a new one is one new line in a diff; a store has
them as rows. A seal speaks of the state it was put on, by the hash of the sums or the head of the chain.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass

from gateway.errors import CassetteError

SEALS_FILE = "seals.jsonl"


@dataclass(frozen=True, slots=True)
class Seal:
    """Who vouched for what, when and why. `note` says what was different from the state before; `state` is the hash
    that tells the state."""

    at: str
    by: str
    reason: str
    note: str
    state: str

    def line(self) -> bytes:
        return json.dumps(asdict(self), ensure_ascii=False).encode() + b"\n"

    def words(self) -> str:
        return f"sealed {self.at} by {self.by}: {self.reason} ({self.note})"


def seals_of(content: bytes) -> list[Seal]:
    """Return the seals of a text cassette, oldest first.

    Errors: CassetteError that names the line.
    """
    return [_seal(number, line) for number, line in enumerate(content.splitlines(), 1)]


def state_of(sums: bytes) -> str:
    """Return what tells the state of a text cassette."""
    return hashlib.sha256(sums).hexdigest()


def _seal(number: int, line: bytes) -> Seal:
    try:
        return Seal(**{name: str(value) for name, value in json.loads(line).items()})
    except (ValueError, TypeError, AttributeError) as error:
        raise CassetteError(f"{SEALS_FILE}: line {number}: expected at, by, reason, note and state") from error
