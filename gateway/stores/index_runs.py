"""A short run of answers in one row: of most requests there are few, so they are read together with the key."""

from __future__ import annotations

from collections.abc import Iterable
from struct import Struct

from gateway.cassette.index import ALWAYS, Seen, Span

# Longer ones are looked up in a table.
MOST_IN_RUN = 16

# The fields of `Seen`.
_ROW = Struct("<qqdd8s")


def packed_run(rows: Iterable[tuple[int, int, float, float, bytes]]) -> bytes:
    """Return rows as bytes, in recorded order."""
    return b"".join(_ROW.pack(*row) for row in sorted(rows))


def unpacked_run(raw: bytes, span: Span) -> tuple[Seen, ...]:
    """Return the answers of bytes that `packed_run` has made, those within a span."""
    seen = tuple(map(Seen._make, _ROW.iter_unpack(raw)))
    if span is ALWAYS or span == ALWAYS:
        return seen
    return tuple([each for each in seen if span.holds((each.began, each.at))])
