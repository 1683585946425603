"""Which files of a trail are too old or too much, and what stands for them when they are gone.

Only whole files go, the oldest of a chain first. In their place stays a signed anchor of the last record in them: the
chain is verified from there on, and whoever takes files away without the key leaves a trail that is not whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gateway.audit.anchors import Anchor, anchor_of
from gateway.audit.chain import START, Head
from gateway.audit.verification import Fault, FaultKind
from gateway.contract.model import JsonObject


@dataclass(frozen=True, slots=True)
class Limits:
    """How long records are kept and how many bytes of them, of all chains together; None for no limit."""

    age_ms: int | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """A file that may go: its chain, its place in that, its bytes, and when its last record was."""

    chain: str
    first_seq: int
    size: int
    last_ms: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """What stands for a file that is gone: its name, why it went, and the head behind it, signed."""

    file: str
    why: str
    anchor: Anchor

    @property
    def head(self) -> Head:
        return Head(self.anchor.seq, self.anchor.hash)

    def as_json(self) -> JsonObject:
        return {"file": self.file, "why": self.why, "anchor": self.anchor.as_json()}


def dropped_of(value: JsonObject) -> Dropped:
    """Return what `as_json` wrote. Errors: ValueError for anything else."""
    file, why, anchor = value.get("file"), value.get("why"), value.get("anchor")
    if not isinstance(file, str) or not isinstance(why, str) or not isinstance(anchor, dict):
        raise ValueError("says nothing of a file that is gone: expected file, why and anchor")
    return Dropped(file, why, anchor_of(anchor))


def overdue(files: Iterable[Held], total: int, limits: Limits, now_ms: int) -> Iterator[tuple[Held, str]]:
    """Yield the files that must go and why, oldest first. `total` is the size of the whole trail, with the files that
    may not go. A file is as young as any before it in its chain, so that it goes only when those went."""
    for last_ms, held in sorted(_aged(files), key=lambda each: (each[0], each[1].chain, each[1].first_seq)):
        why = _why(last_ms, total, limits, now_ms)
        if why is not None:
            total -= held.size
            yield held, why


def _aged(files: Iterable[Held]) -> Iterator[tuple[int, Held]]:
    """Yield the files with the times of their last records, as if no clock ever went back."""
    youngest: dict[str, int] = {}
    for held in sorted(files, key=lambda each: each.first_seq):
        youngest[held.chain] = max(youngest.get(held.chain, 0), held.last_ms)
        yield youngest[held.chain], held


def start_of(chain: str, dropped: Iterable[Dropped], public: bytes | None) -> tuple[Head, list[Fault]]:
    """Return the head that a chain is verified from, and what is wrong with the words about the files that are
    gone: those that nobody signed do not count."""
    head, faults = START, []
    for each in dropped:
        if each.anchor.chain != chain or (public is not None and not each.anchor.is_signed_by(public)):
            says = f"that {each.file} was dropped is not signed with the key given"
            faults.append(Fault(FaultKind.UNSIGNED, each.file, each.anchor.seq, says))
        elif each.anchor.seq > head.seq:
            head = each.head
    return head, faults


def _why(last_ms: int, total: int, limits: Limits, now_ms: int) -> str | None:
    if limits.age_ms is not None and now_ms - last_ms > limits.age_ms:
        return "age"
    return "size" if limits.size is not None and total > limits.size else None
