"""Numbers with names, in memory that the processes of a gateway share: each adds to its own, one reads them all.

Adding is one look into a dictionary and one into the memory. A process that takes the place of another goes on with
its numbers, so that no counter ever falls; nothing is written to files. Names that find no room are counted together.
"""

from __future__ import annotations

import mmap
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

Name = tuple[str, ...]
"""A family and the values of its labels."""

SLOTS = 2048
# Longer names are cut; the values of labels are short words.
NAME_BYTES = 160
_NUMBER_BYTES = 8
_REGION_BYTES = _NUMBER_BYTES + SLOTS * (NAME_BYTES + _NUMBER_BYTES)
_BETWEEN = "\x1f"

PID: Name = ("pid",)
NO_ROOM: Name = ("no_room",)
_NO_ROOM_SLOT = 0


class Memory:
    """Room for the numbers of so many processes, shared by all that are forked from the one that made it."""

    def __init__(self, processes: int = 1) -> None:
        self._memory = memoryview(mmap.mmap(-1, _REGION_BYTES * processes))
        self._processes = processes
        for process in range(processes):
            self.tally(process).slot(NO_ROOM)

    def tally(self, process: int = 0) -> Tally:
        """Return the numbers of a process, with what one of that number has counted before."""
        return Tally(self._region(process))

    def numbers(self) -> Iterator[Mapping[Name, int]]:
        """Yield the numbers of each process."""
        for process in range(self._processes):
            yield self.tally(process).as_mapping()

    def totals(self) -> Mapping[Name, int]:
        """Return the sums over all processes."""
        totals: Counter[Name] = Counter()
        for numbers in self.numbers():
            totals.update(numbers)
        return totals

    def _region(self, process: int) -> memoryview:
        return self._memory[process * _REGION_BYTES : (process + 1) * _REGION_BYTES]


class Tally:
    """The numbers of one process: whole, and never below zero. Only that process adds."""

    __slots__ = ("_count", "_names", "_slots", "values")

    def __init__(self, region: memoryview) -> None:
        self._count = region[:_NUMBER_BYTES].cast("Q")
        self.values = region[_NUMBER_BYTES : _NUMBER_BYTES * (SLOTS + 1)].cast("Q")
        self._names = region[_NUMBER_BYTES * (SLOTS + 1) :]
        self._slots = {self._name_at(slot): slot for slot in range(self._count[0])}

    def add(self, name: Name, by: int = 1) -> None:
        """Add to the number of that name."""
        slot = self._slots.get(name)
        self.values[self.slot(name) if slot is None else slot] += by

    def put(self, name: Name, value: int) -> None:
        """Make it the number of that name."""
        self.values[self.slot(name)] = value

    def slot(self, name: Name) -> int:
        """Return where in `values` the number of a name is, or that of all that have no room."""
        known = self._slots.get(name)
        if known is not None:
            return known
        slot = self._count[0]
        if slot == SLOTS:
            return _NO_ROOM_SLOT
        self._write_name(slot, name)
        self._count[0] = slot + 1
        self._slots[name] = slot
        return slot

    def as_mapping(self) -> Mapping[Name, int]:
        """Return the numbers by name."""
        return {self._name_at(slot): self.values[slot] for slot in range(self._count[0])}

    def _write_name(self, slot: int, name: Name) -> None:
        text = _BETWEEN.join(name).encode()[:NAME_BYTES]
        self._names[slot * NAME_BYTES : slot * NAME_BYTES + len(text)] = text

    def _name_at(self, slot: int) -> Name:
        text = bytes(self._names[slot * NAME_BYTES : (slot + 1) * NAME_BYTES]).rstrip(b"\0")
        return tuple(text.decode(errors="ignore").split(_BETWEEN))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a process counts: in which memory, and which of its processes it is."""

    memory: Memory = field(default_factory=Memory)
    process: int = 0

    def tally(self) -> Tally:
        """Return the numbers of this process, which they name."""
        tally = self.memory.tally(self.process)
        tally.put(PID, os.getpid())
        return tally
