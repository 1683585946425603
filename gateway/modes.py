"""The modes, and the levels of the checks, as named cases with their facts attached, so that no code compares modes.

Source: design of the modes; the second word of each docstring line is the VCR name.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Mode:
    """What a mode does. `reads`: the cassette is asked first. `forwards`: the upstream may be asked. `keeps`:
    a live exchange is appended to the cassette. `rescues`: the cassette is asked when the upstream failed. `compares`:
    a live answer is held against what the cassette would have answered. `spares`: no write is sent. `shadows`: what is
    kept goes beside the cassette, which stays as it is."""

    name: str
    reads: bool = False
    forwards: bool = False
    keeps: bool = False
    rescues: bool = False
    compares: bool = False
    spares: bool = False
    shadows: bool = False

    @property
    def needs_cassette(self) -> bool:
        return self.keeps or self.plays

    @property
    def plays(self) -> bool:
        """True when answers of the cassette are wanted, for whatever use."""
        return self.reads or self.rescues or self.compares


PASSTHROUGH = Mode("passthrough", forwards=True)
RECORD = Mode("record", forwards=True, keeps=True)
REPLAY = Mode("replay", reads=True)
ONCE = Mode("once", reads=True)
NEW_EPISODES = Mode("new-episodes", reads=True, forwards=True, keeps=True)
FALLBACK = Mode("fallback", forwards=True, rescues=True)
SIMULATE = Mode("simulate", forwards=True)
RERECORD = Mode("rerecord", forwards=True, keeps=True, shadows=True)
VERIFY = Mode("verify", forwards=True, compares=True, spares=True)

_ALL = (PASSTHROUGH, RECORD, REPLAY, ONCE, NEW_EPISODES, FALLBACK, SIMULATE, VERIFY, RERECORD)
MODES = {mode.name: mode for mode in _ALL}

# `once` where there was no cassette when the gateway began: the same word to people, and another mode.
ONCE_NEW = Mode("once", forwards=True, keeps=True)
ONCE_NEW_KEY = "once (recording)"

# What a mode can have become by the time a gateway begins.
SETTLED = {**MODES, ONCE_NEW_KEY: ONCE_NEW}


class Level(StrEnum):
    """How strictly a check is held: `report` finds and changes no answer."""

    ENFORCE = "enforce"
    REPORT = "report"
    OFF = "off"


class Undocumented(StrEnum):
    """What becomes of a request that is no documented operation."""

    FORWARD = "forward"
    REFUSE = "refuse"
