"""What happens in a scope, as values: a scope is the fold of its events, whoever appended them.

Written as one JSON list each, its first item a letter, so that several processes can share a scope. An event holds
places of the recording, ids and the client's own words; never a token, signature or secret: a word that stands at the
place of a secret is left out of what is written, and so is all but ids of what a live answer told.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from gateway.cassette.kinds import IS_ID
from gateway.cassette.leaves import Path
from gateway.cassette.progress import Position
from gateway.cassette.secrets import secret_label
from gateway.contract.fleeting import fleeting
from gateway.contract.model import JsonObject

Known = tuple[tuple[str, str], ...]
"""Aliases with the values a client brought for them: its project, or an id that the recording still holds."""
Step = tuple[int, Position | None]
"""How far a request has come in its answers, named by the place of the first of them; None once it is at the last run
and what was served tells that anyway."""


@fleeting
class Answered:
    """A recorded answer was given: the one at `place`, at a time, which sets the client's clock to `anchor_s`.

    `client` is the recorded client it belongs to, `connection` empty where it does not tell who is on it. `words` are
    the client's own by their path in the body, `names` its names with the recorded ones they stand for. `tokens` is
    how many were issued, `bearers` what stands for tokens that are new, and whether they are refused ones.
    """

    place: int
    at: float
    anchor_s: float
    client: int | None = None
    connection: str = ""
    known: Known = ()
    step: Step | None = None
    words: tuple[tuple[Path, str], ...] = ()
    names: tuple[tuple[str, str], ...] = ()
    tokens: int = 0
    approximate: bool = False
    bearers: tuple[tuple[str, bool], ...] = ()

    @property
    def tells_more_than_ids(self) -> bool:
        """True when a scope hears a word, name or token by it that it did not know."""
        return bool(self.words or self.names or self.tokens or self.bearers)


@dataclass(frozen=True, slots=True)
class Missed:
    """Nothing recorded fitted a request."""

    at: float
    known: Known
    report: JsonObject


@dataclass(frozen=True, slots=True)
class Rewound:
    """The scope is back at the start of the recording, with new ids."""


@dataclass(frozen=True, slots=True)
class Forgotten:
    """The scope begins anew, as if it had never been."""


@dataclass(frozen=True, slots=True)
class Presented:
    """The scope shows real ids where the recording still holds them."""


@dataclass(frozen=True, slots=True)
class Learnt:
    """The scope was told live ids, each beside the one it had shown in the same place."""

    pairs: Known


@dataclass(frozen=True, slots=True)
class Snapshot:
    """All that a scope remembers: what was before needs not be read."""

    state: JsonObject


Event = Answered | Missed | Rewound | Forgotten | Presented | Learnt | Snapshot


def without_secrets(event: Event) -> Event:
    """Return an event as it may be written. Of what a live answer told only ids are: anything else in it, the key of a
    transfer too, may be a secret."""
    match event:
        case Answered():
            return replace(event, words=tuple(word for word in event.words if not is_secret(word[0])))
        case Learnt():
            return Learnt(tuple(pair for pair in event.pairs if all(map(IS_ID.fullmatch, pair))))
        case _:
            return event


def encoded(event: Event) -> str:
    """Return an event as a line of JSON."""
    return json.dumps(_WRITERS[type(event)](event), separators=(",", ":"))


def decoded(line: str) -> Event:
    """Return the event of a line that `encoded` has written."""
    letter, *values = json.loads(line)
    return _READERS[letter](*values)


def is_secret(path: Path) -> bool:
    """True for the place of a secret in a body."""
    names = ["", *(step for step in path if isinstance(step, str))]
    return secret_label(names[-1], names[-2] if len(names) > 1 else "") is not None


def _written(event: Answered) -> list[Any]:
    step = _step(event.step) if event.step else None
    where = (event.place, event.at, event.anchor_s, event.client, event.connection)
    return ["a", *where, event.known, step, event.words, event.names, event.tokens, event.approximate, event.bearers]


def _step(step: Step) -> list[Any]:
    track, position = step
    return [track, [position.run, position.served] if position else None]


def _answered(place: int, at: float, anchor_s: float, client: int | None, connection: str, *rest: Any) -> Answered:
    known, step, words, names, tokens, approximate, bearers = rest
    return Answered(
        place,
        at,
        anchor_s,
        client,
        connection,
        _pairs(known),
        (step[0], Position(*step[1]) if step[1] else None) if step else None,
        tuple((tuple(path), word) for path, word in words),
        _pairs(names),
        tokens,
        approximate,
        tuple((who, refused) for who, refused in bearers),
    )


def _pairs(values: list[list[str]]) -> Known:
    return tuple((one, other) for one, other in values)


_WRITERS: Mapping[type[Event], Callable[[Any], list[Any]]] = MappingProxyType(
    {
        Answered: _written,
        Missed: lambda event: ["m", event.at, event.known, event.report],
        Rewound: lambda _: ["r"],
        Forgotten: lambda _: ["f"],
        Presented: lambda _: ["p"],
        Learnt: lambda event: ["l", event.pairs],
        Snapshot: lambda event: ["S", event.state],
    }
)
_READERS: Mapping[str, Callable[..., Event]] = MappingProxyType(
    {
        "a": _answered,
        "m": lambda at, known, report: Missed(at, _pairs(known), report),
        "r": Rewound,
        "f": Forgotten,
        "p": Presented,
        "l": lambda pairs: Learnt(_pairs(pairs)),
        "S": Snapshot,
    }
)
