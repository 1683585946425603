"""What replay asks of a recording: look-ups by id, key, tag and place. Nothing here lists a recording whole, so the
answer may come from memory or from a table, and its cost does not depend on how much was recorded.

A gate, the writes that an exchange has behind it, is a span of time here: of one tag (a thing, a collection, a quota)
the writes that were complete when an exchange began are the first n in order of their completion, so all exchanges
with this gate began between the completion of the n-th and that of the next one. Behind several tags it is the time
that all their spans share.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from typing import NamedTuple, Protocol

from gateway.cassette.answers import Template
from gateway.cassette.exchange import CredentialClass
from gateway.cassette.foretold import Foretold
from gateway.cassette.key import Part
from gateway.cassette.leaves import Path
from gateway.contract.fleeting import fleeting

Names = tuple[str, ...]
# A time in seconds since the epoch and a place in the recording, which tells simultaneous ones apart.
When = tuple[float, int]
BEGINNING: When = (-inf, -1)
END: When = (inf, 0)
# The tag that every write touches.
EVERY_WRITE = "*"
# So many names of one key, and so many requests of one operation, are looked at.
MOST_NAMES = 512
MOST_CANDIDATES = 512


class Span(NamedTuple):
    """A stretch of time: what began later than `after`, and not later than `before`."""

    after: When = BEGINNING
    before: When = END

    def within(self, other: Span) -> Span:
        """Return the time that both share."""
        if other is ALWAYS:
            return self
        return Span(max(self.after, other.after), min(self.before, other.before))

    def holds(self, when: When) -> bool:
        return self.after < when <= self.before


ALWAYS = Span()


class Who(NamedTuple):
    """Whose exchanges are meant: those of one actor only, those of all but one, or everyone's."""

    only: int | None = None
    but: int | None = None

    def covers(self, actor: int) -> bool:
        return actor != self.but and self.only in (None, actor)


EVERYONE = Who()


@fleeting
class Recorded:
    """What is known of one recorded exchange before its answer is fetched.

    `at` is its place in the recording from 0, `seq` its number in the cassette, `began` when its request had arrived,
    `answered_s` when its answer had, in seconds from the beginning of the recording. `chosen` is what the client picked
    freely in the body of a write, `names` what it asked for by name, `ids` the things it named, `program` its software,
    `target` its path with what varies left open.
    """

    at: int
    seq: int
    operation: str
    method: str
    status: int
    is_write: bool
    actor: int
    began: When
    answered_s: float
    names: tuple[Part, ...] = ()
    chosen: Mapping[Path, str] | None = None
    ids: tuple[str, ...] = ()
    program: bytes = b""
    target: str = ""

    @property
    def refused(self) -> bool:
        return self.status >= 400

    @property
    def changes(self) -> bool:
        """True for a write that was carried out. A refused one changes nothing."""
        return self.is_write and not self.refused


class Seen(NamedTuple):
    """One answer to a request as progress sees it: `answer` tells equal answers from others, `began` is the time of its
    request. A tuple, for they come by the hundred."""

    at: int
    actor: int
    began: float
    answered_s: float
    answer: bytes


@dataclass(frozen=True, slots=True)
class Touch:
    """A tag that a write touches: the how-manieth of all its writes this is, from 1, and of those of its own actor."""

    tag: str
    number: int
    own: int


@dataclass(frozen=True, slots=True)
class Candidate:
    """A recorded request that a miss may be compared with: its key, and its first exchange."""

    key: str
    parts: tuple[Part, ...]
    names: tuple[Part, ...]
    first: Recorded


class RealIds(Protocol):
    """The real ids that a recording still holds, and their aliases."""

    def alias_of(self, value: str) -> str | None:
        """Return the alias of a real id."""
        ...

    def value_of(self, alias: str) -> str | None:
        """Return the real id that an alias stands for."""
        ...


@dataclass(frozen=True, slots=True)
class NoIds:
    """What is known of ids where there is no recording."""

    def alias_of(self, _value: str) -> str | None:
        return None

    def value_of(self, _alias: str) -> str | None:
        return None


NO_IDS = NoIds()


class Index(RealIds, Protocol):
    """Everything that replay needs to know of a recording. `keys` holds the texts of the recorded keys, `chosen_names`
    what recorded writes chose, `projects` the aliases of the recorded projects in order."""

    @property
    def exchanges(self) -> int: ...

    @property
    def writes(self) -> int:
        """How many writes were carried out."""
        ...

    @property
    def begun_at(self) -> float: ...

    @property
    def projects(self) -> tuple[str, ...]: ...

    @property
    def keys(self) -> Container[str]: ...

    @property
    def issued_secrets(self) -> Container[str]: ...

    @property
    def chosen_names(self) -> Container[str]: ...

    # Clients

    @property
    def only_actor(self) -> int | None:
        """The one client that wrote anything, if it was one."""
        ...

    def owner(self, thing: str) -> int | None:
        """Return the client that has a thing for its own, None for one that nobody has."""
        ...

    def is_restless(self, actor: int) -> bool:
        """True for a client that opens about a connection per request: a new one of those is no new client."""
        ...

    def writes_of(self, actor: int) -> int:
        """Return how many writes of a client were carried out."""
        ...

    # Writes

    def children(self, thing: str) -> Sequence[str]:
        """Return the snapshots and transfers of a disk."""
        ...

    def touches(self, at: int) -> tuple[Touch, ...]:
        """Return what the write at a place touches; nothing for any other exchange."""
        ...

    def completed(self, tag: str, number: int, actor: int | None = None) -> When:
        """Return when the n-th write of a tag (by a client) was complete: the beginning for none, the end of time for
        more than there are."""
        ...

    def before(self, tag: str, when: When, actor: int | None = None) -> int:
        """Return how many writes of a tag (by a client) were complete before a time."""
        ...

    # Requests

    @property
    def requests(self) -> int:
        """How many different requests there are: their series are numbered from 0."""
        ...

    def series(self, key: str, names: Names) -> int | None:
        """Return the number under which the exchanges of a key and asked-for names stand."""
        ...

    def names(self, key: str) -> Iterator[tuple[Names, int]]:
        """Yield the names that were asked for under a key, in recorded order, with their numbers; so many at most that
        this stays quick."""
        ...

    def first(self, series: int, span: Span, who: Who = EVERYONE) -> When | None:
        """Return when the first of these exchanges began."""
        ...

    def last(self, series: int, span: Span, who: Who = EVERYONE) -> When | None:
        """Return when the last of these exchanges began."""
        ...

    def run(self, series: int, span: Span) -> tuple[Seen, ...]:
        """Return the answers given in a span, in recorded order."""
        ...

    def walk(self, series: int, span: Span, who: Who = EVERYONE) -> Iterator[Recorded]:
        """Yield these exchanges in the order in which they began, each when it is asked for."""
        ...

    def candidates(self, operation: str, method: str) -> Iterator[Candidate]:
        """Yield different requests of an operation, the first recorded ones; so many at most that comparing them
        stays quick."""
        ...

    def foretold(self, method: str, target: bytes, credential: CredentialClass) -> Foretold | None:
        """Return what a request will be answered with whose words alone tell it."""
        ...

    # Exchanges

    def refresh(self) -> None:
        """Let go of an old state of the file, if its index is the same in the one it has now."""
        ...

    def close(self) -> None:
        """Let go of what is held open."""
        ...

    def seq(self, at: int) -> int:
        """Return the number in the cassette of the exchange at a place."""
        ...

    def recorded(self, at: int) -> Recorded:
        """Return what is known of the exchange at a place."""
        ...

    def template(self, at: int) -> Template:
        """Return the answer of the exchange at a place, cut into pieces."""
        ...
