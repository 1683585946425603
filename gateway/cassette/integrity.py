"""Whether a cassette is as it was written: three verdicts, on content, order and completeness, each with its reasons.

Content: each part is as it was written. Order: the parts stand behind each other as they were written. Completeness:
none is missing at the end, and none was added. They are separate because they fail separately: a changed value leaves
the order, an exchanged pair leaves the content, and a cut end leaves both.

What no verdict proves: that somebody who has the key, and the anchors, did not write all of it anew; that what was
recorded is what the cloud said; and of hashes without a key more than that nothing happened by accident.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.cassette.chain import PLAIN, ChainKey, Head

# Faults that a verdict names; it counts the rest.
MOST_FAULTS = 50


class State(StrEnum):
    GOOD = "good"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and the exchange or file at which it shows."""

    place: str
    says: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """One of the three. `says` is one sentence; `faults` are the first ones, `count` how many there are."""

    state: State
    says: str
    faults: tuple[Fault, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Integrity:
    """The three verdicts on a cassette."""

    content: Verdict
    order: Verdict
    completeness: Verdict

    @property
    def verdicts(self) -> Mapping[str, Verdict]:
        return {"content": self.content, "order": self.order, "completeness": self.completeness}

    def has(self, state: State) -> bool:
        """True when one of the verdicts is this one."""
        return any(verdict.state is state for verdict in self.verdicts.values())


@dataclass(slots=True)
class Faults:
    """Faults as they are found: the first ones, and the number of all."""

    named: list[Fault] = field(default_factory=list)
    count: int = 0

    def add(self, place: str, says: str) -> None:
        self.count += 1
        if len(self.named) < MOST_FAULTS:
            self.named.append(Fault(place, says))

    def verdict(self, good: str, bad: str) -> Verdict:
        """Return a good verdict in these words when there is no fault, a bad one in those otherwise."""
        state = State.BAD if self.count else State.GOOD
        return Verdict(state, bad if self.count else good, tuple(self.named), self.count)


@dataclass(frozen=True, slots=True)
class Bound:
    """A row as it stands in a store: the bytes that stand for its values, and what binds it."""

    seq: int
    key: str
    prev: bytes
    mac: bytes
    content: bytes


@dataclass(frozen=True, slots=True)
class Said:
    """What was said about a chain outside of it: that its row number `count` had this hash."""

    count: int
    mac: bytes
    at: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known about a chain besides its rows. `start` is what stands before the first row; `owners` finds which
    rows have these hashes; `open_writes` counts writes whose outcome nobody knows."""

    key: ChainKey
    start: bytes
    head: Head
    said: tuple[Said, ...]
    open_writes: int
    owners: Callable[[frozenset[bytes]], Mapping[bytes, int]]


def judge(rows: Iterable[Bound], evidence: Evidence) -> Integrity:
    """Return the verdicts on the rows of a store, read once."""
    reading = _Reading(evidence)
    for row in rows:
        reading.read(row)
    return Integrity(reading.content(), reading.order(), reading.completeness())


@dataclass(slots=True)
class _Reading:
    evidence: Evidence
    count: int = 0
    last: Bound | None = None
    unhashed: int = 0
    foreign: int = 0
    plain: int = 0
    keyed: int = 0
    changed: Faults = field(default_factory=Faults)
    moved: Faults = field(default_factory=Faults)
    cut: Faults = field(default_factory=Faults)
    # Rows that do not follow the one before them: what they were written behind is looked up at the end.
    astray: list[tuple[int, int, bytes]] = field(default_factory=list)
    said: dict[int, Said] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.said = {each.count: each for each in self.evidence.said}

    def read(self, row: Bound) -> None:
        self._check_content(row)
        self._check_place(row)
        told = self.said.pop(row.seq, None)
        if told is not None and told.mac != row.mac:
            self.cut.add(_named(row.seq), f"is another one than what was told outside on {told.at} speaks of")
        self.count += 1
        self.last = row

    def content(self) -> Verdict:
        reasons = [
            f"{number} {why}"
            for number, why in (
                (self.foreign, "hashed with the key of another installation"),
                (self.unhashed, "recorded by a version without hashes"),
            )
            if number
        ]
        if reasons and not self.changed.count:
            return Verdict(State.UNKNOWN, f"cannot be told: {' and '.join(reasons)}")
        good = "every exchange is as it was written"
        if self.plain:
            good += ", by hashes without a key, which show accidents only"
        return self.changed.verdict(good, "exchanges were changed")

    def order(self) -> Verdict:
        owners = self.evidence.owners(frozenset(prev for _, _, prev in self.astray))
        for seq, before, prev in self.astray:
            place = f"; it was written behind exchange {owners[prev]}" if prev in owners else ""
            self.moved.add(_named(seq), f"was not written behind exchange {before}{place}")
        if self.unhashed and self.unhashed == self.count and not self.moved.count:
            return Verdict(State.UNKNOWN, "cannot be told: recorded by a version without hashes")
        return self.moved.verdict("the exchanges stand as they were written", "exchanges are missing or moved")

    def completeness(self) -> Verdict:
        head, last = self.evidence.head, self.last
        if self.count != head.count:
            self.cut.add("the end", f"{self.count} exchanges are there; the head speaks of {head.count}")
        elif last is not None and last.mac and last.mac != head.mac:
            self.cut.add(_named(last.seq), "is not the one that the head speaks of")
        for told in sorted(self.said.values(), key=lambda each: each.count):
            self.cut.add("the end", f"exchange {told.count} is missing, which was told outside on {told.at}")
        return self.cut.verdict(self._whole(), "exchanges are missing or were added")

    def _whole(self) -> str:
        words = f"all {self.count} exchanges are there"
        if not self.evidence.said:
            words += ", as far as the cassette itself can tell: nothing was told about it outside"
        if self.evidence.open_writes:
            words += f"; writes with unknown outcome: {self.evidence.open_writes}"
        return words

    def _check_content(self, row: Bound) -> None:
        if not row.mac and not self.keyed and not self.plain:
            self.unhashed += 1
        elif not row.mac:
            self.changed.add(_named(row.seq), "has no hash")
        elif row.key == PLAIN.name:
            self._check_plain(row)
        elif row.key == self.evidence.key.name:
            self.keyed += 1
            self._check_hash(row, self.evidence.key)
        else:
            self.foreign += 1

    def _check_plain(self, row: Bound) -> None:
        self.plain += 1
        if self.keyed or self.foreign:
            self.changed.add(_named(row.seq), "was written without the key, behind exchanges that were not")
        else:
            self._check_hash(row, PLAIN)

    def _check_hash(self, row: Bound, key: ChainKey) -> None:
        if key.mac(row.prev, row.content) != row.mac:
            self.changed.add(_named(row.seq), "is not as it was written")

    def _check_place(self, row: Bound) -> None:
        before = self.last.seq if self.last else 0
        if row.seq != before + 1:
            lacking = _named(before + 1) if row.seq == before + 2 else f"exchanges {before + 1} to {row.seq - 1}"
            self.moved.add(_named(row.seq), f"follows exchange {before}: {lacking} missing")
        elif row.prev != self._expected(row) and len(self.astray) < MOST_FAULTS:
            self.astray.append((row.seq, before, row.prev))

    def _expected(self, row: Bound) -> bytes:
        """Return what a row has to be written behind: the last hash, the cassette's own id before the first."""
        if not row.mac:
            return row.prev
        return (self.last.mac if self.last else b"") or self.evidence.start


def _named(seq: int) -> str:
    return f"exchange {seq}"
