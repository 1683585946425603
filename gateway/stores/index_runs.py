"""A short run of answers in one row: of most requests there are few, so they are read together with the key."""

from __future__ import annotations

from collections.abc import Iterable
from struct import Struct

from gateway.cassette.index import ALWAYS, Seen, Span

# Longer ones are looked up in a table.
MOST_IN_RUN = 16

# Place, actor, when it began and was answered, and the mark of the answer.
_ROW = Struct("<qqdd8s")


def packed_run(rows: Iterable[tuple[int, int, float, float, bytes]]) -> bytes:
    """Return rows as bytes, in recorded order."""
    return b"".join(_ROW.pack(*row) for row in sorted(rows))


def unpacked_run(raw: bytes, span: Span) -> tuple[Seen, ...]:
    """Return the answers of bytes that `packed_run` has made, those within a span."""
    rows = _ROW.iter_unpack(raw)
    if span == ALWAYS:
        return tuple([Seen(at, actor, answered, mark) for at, actor, _, answered, mark in rows])
    within = (row for row in rows if span.holds((row[2], row[0])))
    return tuple([Seen(at, actor, answered, mark) for at, actor, _, answered, mark in within])
