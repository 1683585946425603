"""Bodies as a cassette file holds them: long ones packed, where that saves pages of the file.

A packed body begins with a mark; a body that begins so by itself is packed too, whatever its length, so that the mark
never lies. Hashes are of bodies as they were: packing changes no chain. A gateway that answers alike packs once.
"""

from __future__ import annotations

import zlib
from typing import Final

from gateway.http.memo import Memo

MARK: Final = b"\0evs-gateway zlib\0"
# Shorter ones fit into a page as they are.
PACKED_FROM: Final = 4096
# What is longer is stored as it came, and what says it would be longer is no body of ours.
LONGEST: Final = 32 * 1024 * 1024
# The quickest; answers repeat their own words so much that more effort saves little.
_LEVEL: Final = 1
_REMEMBERED: Final = 64
_REMEMBERED_BYTES: Final = 2 * 1024 * 1024


class Packing:
    """Packs the bodies of one writer. What was answered last to each question is remembered, packed. Used by one thread
    at a time."""

    def __init__(self) -> None:
        self._packed: Memo[str, tuple[bytes, bytes]] = Memo(_REMEMBERED, _REMEMBERED_BYTES)

    def of(self, body: bytes, asked: str) -> bytes:
        """Return a body as the file holds it. `asked` is what it answers, so that the same answer is known again."""
        if not _is_packed(body):
            return body
        known = self._packed.known.get(asked)
        if known is not None and known[0] == body:
            return known[1]
        packed = MARK + zlib.compress(body, _LEVEL)
        self._packed.keep(asked, (body, packed), len(body) + len(packed))
        return packed


def _is_packed(body: bytes) -> bool:
    return PACKED_FROM <= len(body) <= LONGEST or body.startswith(MARK)


def unpacked(stored: bytes) -> bytes:
    """Return a body from what a file holds.

    Errors: ValueError for what this module did not pack.
    """
    if not stored.startswith(MARK):
        return stored
    reading = zlib.decompressobj()
    try:
        body = reading.decompress(stored[len(MARK) :], LONGEST)
    except zlib.error as error:
        raise ValueError(f"a packed body cannot be read: {error}") from error
    if not reading.eof or reading.unused_data:
        raise ValueError("a packed body does not end where it should")
    return body
