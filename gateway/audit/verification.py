"""Whether an audit trail is whole: what was changed, taken out, put in or put elsewhere, and where.

Pure: lines in with the place each was read from, faults out. Reads in one pass and holds one record, whatever the size
of the trail. What it cannot prove without outside anchors, it says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import orjson

from gateway.audit.anchors import Anchor, anchor_of
from gateway.audit.canonical import canonical
from gateway.audit.chain import GENESIS, START, Head, hashed, line_of
from gateway.contract.model import JsonObject

ANCHOR = "anchor"


class FaultKind(StrEnum):
    """What is wrong at a place."""

    UNREADABLE = "unreadable"
    CHANGED = "changed"
    MISSING = "missing"
    REPEATED = "repeated"
    MOVED = "moved"
    FORKED = "forked"
    CUT = "cut"
    FOREIGN = "foreign"
    UNSIGNED = "unsigned"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong. `place` is where it was read, `seq` the record it is about, 0 where none can be told."""

    kind: FaultKind
    place: str
    seq: int
    says: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the trail and where it stands: file and number."""

    place: str
    text: bytes


@dataclass(frozen=True, slots=True)
class Verdict:
    """What reading a chain found. `anchored` is the last record that an outside anchor speaks for; what comes behind
    it could have been cut off or written anew by whoever holds the disk and the key."""

    chain: str
    records: int
    head: Head
    anchored: int
    faults: tuple[Fault, ...]

    @property
    def is_whole(self) -> bool:
        return not self.faults


def verify(
    chain: str, lines: Iterable[Line], outside: Iterable[Anchor] = (), public: bytes | None = None, start: Head = START
) -> Verdict:
    """Judge a chain. `outside` are anchors that somebody else kept; `public` is the raw key that anchors must be signed
    with, None for any; `start` is the head behind which the trail begins where older files were dropped by
    retention."""
    reader = _Reader(chain, {anchor.seq: anchor for anchor in outside if anchor.chain == chain}, public, start)
    for line in lines:
        reader.read(line)
    reader.finish()
    return Verdict(chain, reader.records, reader.head, reader.anchored, tuple(reader.faults))


@dataclass(slots=True)
class _Reader:
    chain: str
    outside: Mapping[int, Anchor]
    public: bytes | None
    head: Head
    records: int = 0
    anchored: int = 0
    faults: list[Fault] = field(default_factory=list)
    # Records that are missing until they are found elsewhere, in runs: first, last, and the place behind them.
    _gaps: list[tuple[int, int, str]] = field(default_factory=list)
    _last_place: str = "the trail"

    def read(self, line: Line) -> None:
        self.records += 1
        self._last_place = line.place
        record = _parsed(line.text)
        if record is None:
            self._fault(FaultKind.UNREADABLE, line.place, 0, "is no JSON record")
            return
        seq, digest, prev = record.get("seq"), record.pop("hash", None), record.get("prev")
        if not isinstance(seq, int) or not isinstance(digest, str) or not isinstance(prev, str):
            self._fault(FaultKind.UNREADABLE, line.place, 0, "has no seq, prev and hash")
        elif record.get("chain") != self.chain:
            self._fault(FaultKind.FOREIGN, line.place, seq, f"belongs to chain {record.get('chain')!r}")
        else:
            self._place(line, record, seq, digest, prev)

    def finish(self) -> None:
        for first, last, place in sorted(self._gaps):
            what = f"record {first} is" if first == last else f"records {first} to {last} are"
            self._fault(FaultKind.MISSING, place, first, f"{what} missing before this place")
        for seq, anchor in sorted(self.outside.items()):
            if seq > self.head.seq:
                says = f"an anchor kept outside speaks of {seq} records, the trail ends at {self.head.seq}"
                self._fault(FaultKind.CUT, self._last_place, seq, says)
            self._check_signature(anchor, "an anchor kept outside")

    def _place(self, line: Line, record: JsonObject, seq: int, digest: str, prev: str) -> None:
        if _line_of(prev, record, digest) != line.text:
            self._fault(FaultKind.CHANGED, line.place, seq, f"record {seq} is not as it was written")
        if seq <= self.head.seq:
            self._out_of_turn(line, seq, digest)
            return
        if seq > self.head.seq + 1:
            self._gaps.append((self.head.seq + 1, seq - 1, line.place))
        if seq == self.head.seq + 1 and prev != self.head.hash:
            self._fault(FaultKind.FORKED, line.place, seq, f"record {seq} does not follow the record before it")
        self.head = Head(seq, digest)
        self._check_anchors(line, record, seq, digest)

    def _out_of_turn(self, line: Line, seq: int, digest: str) -> None:
        gap = next((gap for gap in self._gaps if gap[0] <= seq <= gap[1]), None)
        if gap is not None:
            self._gaps.remove(gap)
            self._gaps.extend(_without(seq, *gap))
            self._fault(FaultKind.MOVED, line.place, seq, f"record {seq} stands behind record {self.head.seq}")
        elif seq == self.head.seq and digest != self.head.hash:
            self._fault(FaultKind.FORKED, line.place, seq, f"there are two different records {seq}")
        else:
            self._fault(FaultKind.REPEATED, line.place, seq, f"record {seq} was read before")

    def _check_anchors(self, line: Line, record: JsonObject, seq: int, digest: str) -> None:
        outside = self.outside.get(seq)
        if outside is not None:
            self.anchored = seq
            if outside.hash != digest:
                says = f"record {seq} is another one than an anchor kept outside speaks of"
                self._fault(FaultKind.FORKED, line.place, seq, says)
        said = record.get(ANCHOR)
        if record.get("stage") == ANCHOR and isinstance(said, dict):
            self._check_inside(line.place, seq, record, said)

    def _check_inside(self, place: str, seq: int, record: JsonObject, said: JsonObject) -> None:
        try:
            anchor = anchor_of(said)
        except ValueError as error:
            self._fault(FaultKind.UNSIGNED, place, seq, str(error))
            return
        if (anchor.seq, anchor.hash) != (seq - 1, record.get("prev")):
            self._fault(FaultKind.FORKED, place, seq, f"anchor {seq} speaks of another record than the one before it")
        self._check_signature(anchor, place)

    def _check_signature(self, anchor: Anchor, place: str) -> None:
        if self.public is not None and not anchor.is_signed_by(self.public):
            says = f"the anchor of {anchor.seq} records is not signed with the key given"
            self._fault(FaultKind.UNSIGNED, place, anchor.seq, says)

    def _fault(self, kind: FaultKind, place: str, seq: int, says: str) -> None:
        self.faults.append(Fault(kind, place, seq, says))


def first_head(record: JsonObject) -> Head:
    """Return the head that stands before a record, for a trail whose older files are gone."""
    seq, prev = record.get("seq"), record.get("prev")
    return Head(seq - 1, prev) if isinstance(seq, int) and isinstance(prev, str) else Head(0, GENESIS)


def _line_of(prev: str, record: JsonObject, digest: str) -> bytes | None:
    """Return the only line that a record with this hash may be written as, None when it has another hash."""
    try:
        written = canonical(record)
    except ValueError:
        return None
    return line_of(written, digest) if hashed(prev, written) == digest else None


def _without(seq: int, first: int, last: int, place: str) -> Iterator[tuple[int, int, str]]:
    """Yield what is left of a run of missing records when one of them is found."""
    return (run for run in ((first, seq - 1, place), (seq + 1, last, place)) if run[0] <= run[1])


def _parsed(text: bytes) -> JsonObject | None:
    try:
        value = orjson.loads(text)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
