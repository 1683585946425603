"""A clock that tests move: what sleeps in real life only says how long here."""

from __future__ import annotations

from dataclasses import dataclass

# A moment in seconds since the epoch, whole, as the text form keeps the beginning of a recording.
BEGINNING = 1_700_000_000.0


@dataclass(slots=True)
class Clock:
    """Gives the time to gateways and clouds, and lets a client sleep without losing any."""

    now: float = BEGINNING

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
