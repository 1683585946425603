"""Answers that will be given again as they are, until their scope learns something new.

A poller that has come to the last state of a thing asks the same and gets the same. What was decided then is kept, and
what such an answer changes in its scope is no more than its counts, its clock and who is on the connection. A scope
that says, learns or serves anything else gets another epoch, and what was kept for the old one is never found again.
Nothing here decides: what is kept equals what would be decided (a property test holds the two together).
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import NamedTuple

from gateway.cassette.events import Step
from gateway.cassette.exchange import CredentialClass
from gateway.cassette.hit import Hit
from gateway.cassette.progress import Position, Segment, is_past

# Answers kept by all scopes together, and the bytes they may take; emptied when full.
MOST_REPEATS = 16_384
REPEATED_BYTES = 16 * 1024 * 1024
# What one takes beside what was asked and its body, which stands in it as recorded and as it goes out.
_EACH_BYTES, _TIMES = 1024, 2


class Settled(NamedTuple):
    """A place in the answers to a request where a client stays: they are named by the place of the `first` of them.

    Where it is counted how often the last `run` was served, it was so often `enough`, and is counted on; else nobody
    has come to any of them (None), and nobody does. The clock of `actor` says how late it is, held between two times.
    """

    first: int
    run: int | None
    enough: int
    actor: int | None
    from_s: float
    until_s: float = inf

    def holds(self, position: Position | None) -> bool:
        """True where a client is that has come so far in these answers."""
        if position is None or self.run is None:
            return position is None and self.run is None
        return position.run == self.run and position.served >= self.enough


def stepped(runs: Sequence[Segment], first: int, position: Position, is_own: bool) -> Step | None:
    """Return how far a client is known to be after an answer at a position. Where all answers are equal there is no
    progress to remember, nor at the last state, if the client's own answers are evidence that the others are over."""
    last = len(runs) - 1
    if last == 0:
        return None
    return first, None if position.run == last and is_own else position


def settled_at(
    runs: Sequence[Segment], first: int, position: Position, is_own: bool, actor: int | None, latest: int
) -> Settled | None:
    """Return where a client stays from an answer on, None where it may come further. `latest` is the place of the
    latest answer it had before, `actor` the client that it is taken for, whose answer may be its own or not."""
    run = runs[-1]
    if len(runs) == 1:
        return Settled(first, None, 0, actor, run.first_s) if position.served == 1 else None
    if position.run < len(runs) - 1:
        return None
    if is_own:
        stays = position.served == 1 and is_past(runs, latest)
        return Settled(first, None, 0, actor, run.first_s, run.last_s) if stays else None
    stays = position.served >= run.count
    return Settled(first, position.run, run.count, actor, run.first_s, run.last_s) if stays else None


Asked = tuple[object, str, bytes, bytes, str, int | None]
"""What an answer that was kept is found by, all that a decision depends on: the epoch, an object of its own for each;
method, target and body; what stands for the token, and the client known to be on the connection."""


class Repeat(NamedTuple):
    """An answer to give again, and what it does to its scope: `client` is the one whose clock is set, `tells` is true
    where it says who is on the connection."""

    hit: Hit
    credential: CredentialClass
    settled: Settled
    client: int | None
    tells: bool
    approximate: bool


class Repeats:
    """What was kept, up to a number of bytes; nothing where there is no room."""

    def __init__(self, room: int = REPEATED_BYTES) -> None:
        self._room = room
        self._size = 0
        self.of: dict[Asked, Repeat] = {}

    def keep(self, asked: Asked, repeat: Repeat) -> None:
        size = _EACH_BYTES + len(asked[2]) + len(asked[3]) + _TIMES * len(repeat.hit.response.body)
        if size > self._room:
            return
        self._size += size
        if self._size > self._room or len(self.of) >= MOST_REPEATS:
            self.of.clear()
            self._size = size
        self.of[asked] = repeat
