"""What one replay has seen and said so far: the fold of the events of its scope.

Nothing here changes but by `apply`, so whoever applies the same events to the same recording has the same scope:
another process, or a later one. What is kept besides, keys and answers worked out before, may be lost at any time.

A project keeps the id the client sent: an unknown one stands for the first recorded project that nobody claimed and
that this was asked of, else for the first that nobody claimed (replay trial, rule 3.1). Other ids are made and told by
computing, not by remembering. A rewound scope starts anew with new ids (rule 3.5).
"""

from __future__ import annotations

from collections.abc import Container

from gateway.cassette.aliases import project_in
from gateway.cassette.clock import Clock
from gateway.cassette.events import (
    Answered,
    Event,
    Forgotten,
    Known,
    Learnt,
    Missed,
    Presented,
    Rewound,
    is_secret,
)
from gateway.cassette.exchange import CredentialClass
from gateway.cassette.ids import REMEMBERED_IDS
from gateway.cassette.index import Index, Recorded
from gateway.cassette.key import Keyed, keyed
from gateway.cassette.kinds import KINDS, PROJECT, SECRET, kind_of
from gateway.cassette.leaves import Path
from gateway.cassette.progress import Moment, Position
from gateway.cassette.reading import Identity, Reading
from gateway.cassette.remembered import Memory
from gateway.cassette.repeats import Asked, Repeat
from gateway.cassette.reports import Tally, merged
from gateway.contract.model import Match, Unmatched
from gateway.http.messages import Request, Response

# Keys of requests asked before in the same words; emptied when full or when an id becomes known.
REMEMBERED_REQUESTS = 1024
# Connections whose client is known; the one longest silent is forgotten first.
REMEMBERED_CONNECTIONS = 4096
# Tokens that are told from others; the oldest is forgotten first.
REMEMBERED_BEARERS = 256
_UNSET = Clock()
# Ids that a scope may show as they were recorded: a project is the client's own.
REAL_KINDS = frozenset(KINDS) - {PROJECT, SECRET}


class Scope(Memory):
    """The state of one replay. Holds no recording: what was served comes in as events, what they are about is asked.
    `made` are answers made out before, by place; `epoch` is another object whenever anything but counts, clocks,
    positions and connections has changed, so that what was decided may not hold any more."""

    def __init__(self, identity: Identity, generation: int = 0) -> None:
        super().__init__(identity, generation)
        self.epoch = object()
        self.made: dict[int, Response] = {}
        self._keys: dict[tuple[str, bytes, bytes], tuple[CredentialClass, Keyed]] = {}

    def twin(self, index: Index) -> Scope:
        """Return a scope that has seen and said the same, and goes its own way from here."""
        twin = Scope(self.identity)
        twin.restore(self.document(), index)
        return twin

    def rewound(self) -> Scope:
        """Return a scope at the start of the recording, whose ids differ from all that this one has shown."""
        return Scope(self.identity, self.generation + 1)

    def key_of(
        self,
        request: Request,
        identified: Match | Unmatched,
        credential: CredentialClass,
        recorded: Container[str] = (),
    ) -> tuple[Keyed, Known]:
        """Return the key of a live request, its ids and project resolved to recorded ones, and the ids it made known.
        `recorded` are the keys of the recording: two clients recorded at once have projects that only what was asked
        of them tells apart."""
        asked = (request.method, request.target, request.body)
        known = self._keys.get(asked)
        if known is not None and known[0] is credential:
            return known[1], ()
        reading, issued = Reading(self.ids), self.identity.issued_secrets

        def fits(alias: str) -> bool:
            return keyed(request, identified, credential, reading.stand(project or "", alias), issued).text in recorded

        project = project_in(request.path)
        if project is not None:
            reading.claim(project, fits)
        made = keyed(request, identified, credential, reading.resolve, issued)
        if not reading.known:
            if len(self._keys) >= REMEMBERED_REQUESTS:
                self._keys.clear()
            self._keys[asked] = credential, made
        return made, reading.known

    @property
    def renames(self) -> bool:
        """True once a client has used a word of its own."""
        return bool(self.words)

    @property
    def is_in_use(self) -> bool:
        """True when anything was asked since the scope was last forgotten."""
        return self.tally.hits + self.tally.miss_count > 0

    def clock_of(self, actor: int | None) -> Clock:
        """Return the clock of a client, with what nobody can tell whose it was taken for its own."""
        own, anybody = self.clocks.get(actor), self.clocks.get(None)
        if own is None or anybody is None:
            return own or anybody or _UNSET
        return own.joined(anybody)

    def moment_of(self, actor: int | None, at: float, speed: float) -> Moment:
        """Return how far in the recording a client is at a time."""
        return self.clock_of(actor).moment(at, speed)

    def clock_s(self, at: float, speed: float) -> float:
        """Return how far in the recording the client is that was answered last."""
        latest = max(self.clocks.values(), key=lambda clock: clock.anchored_at or 0.0, default=Clock())
        return latest.moment(at, speed).clock_s

    def new_words(self, recorded: Recorded, live: Keyed) -> tuple[tuple[Path, str], ...]:
        """Return a client's own words in a write, by their path, where they differ from the recorded ones."""
        if not recorded.is_write or not recorded.chosen:
            return ()
        words = ((path, live.chosen.get(path, word), word) for path, word in recorded.chosen.items())
        return tuple((path, own) for path, own, word in words if own != word)

    def new_names(self, entry: Recorded, live: Keyed, chosen: Container[str]) -> tuple[tuple[str, str], ...]:
        """Return the names of a client with the recorded ones they stand for from this answer on: those a write gave,
        and those asked for that stand for a name which a write has yet to give."""
        if not entry.chosen and not live.names:
            return ()
        given = {path: recorded for path, recorded in (entry.chosen or {}).items() if not is_secret(path)}
        told = [(live.chosen.get(path, recorded), recorded) for path, recorded in given.items()]
        pairs = zip(live.names, entry.names, strict=True)
        asked = [(name, recorded) for (_, name), (_, recorded) in pairs if recorded in chosen]
        known = {name for name, _ in told} | self.names.keys()
        return (*told, *(pair for pair in asked if pair[0] not in known))

    def apply(self, event: Event, index: Index) -> None:
        """Change as an event says. The only thing that changes a scope."""
        match event:
            case Answered():
                self._answer(event, index)
            case Missed():
                self._know(event.known)
                self.tally.missed(event.report)
            case Rewound():
                self._restart(self.generation + 1)
            case Forgotten():
                self.past = merged((self.past, self.tally))
                self.tally = Tally()
                self.bearers.clear()
                self._restart(0)
            case Presented():
                self.ids.presented = REAL_KINDS
                self._forget_made()
            case Learnt():
                self.ids.learn(event.pairs)
                self._forget_made()
            case _:
                self.restore(event.state, index)
                self._forget_made()

    def _restart(self, generation: int) -> None:
        self.begin(generation)
        self._forget_made()

    def read(self, event: Answered) -> None:
        """Change as the answer to a read says that tells no word, name or token."""
        self.began_at = event.at if self.began_at is None else self.began_at
        self.tally.hit(event.place, event.approximate)
        self._know(event.known)
        self._step(event)
        self._pass(event)

    def _pass(self, event: Answered) -> None:
        """Let time pass, and note who is on the connection."""
        clock = self.clocks.get(event.client, _UNSET)
        self.clocks[event.client] = clock.served(event.place, event.anchor_s, event.at)
        self.connect(event.connection, event.client)

    def _answer(self, event: Answered, index: Index) -> None:
        self.began_at = event.at if self.began_at is None else self.began_at
        self.tally.hit(event.place, event.approximate)
        self.tokens += event.tokens
        self._know(event.known)
        self._name(event)
        self._step(event)
        recorded = index.recorded(event.place)
        if recorded.is_write:
            self.use(recorded, index)
            self.epoch = object()
        self._pass(event)
        self._recognize(event)

    def _step(self, event: Answered) -> None:
        track, position = event.step or (None, None)
        if track is not None and position is not None:
            self.positions[track] = position
        elif track is not None:
            self.positions.pop(track, None)

    def _recognize(self, event: Answered) -> None:
        for who, refused in event.bearers:
            changes = who in self.bearers
            self.bearers[who] = refused
            if len(self.bearers) > REMEMBERED_BEARERS:
                del self.bearers[next(iter(self.bearers))]
                changes = True
            self.epoch = object() if changes else self.epoch

    def _know(self, known: Known) -> None:
        if known and self.ids.know(known):
            self._begin_epoch()
            if any(kind_of(alias) == PROJECT for alias, _ in known):  # others were read as these aliases before
                self._keys.clear()
        if len(self.ids.made) > REMEMBERED_IDS:
            self._begin_epoch()

    def _name(self, event: Answered) -> None:
        for path, word in event.words:
            self.words[event.place, path] = word
        for live, recorded in event.names:
            self.name(live, recorded)
        if event.words or event.names:
            self._begin_epoch()

    def connect(self, connection: str, client: int | None) -> None:
        """Note who is on a connection, if that was told."""
        if client is not None and connection:
            self.actor_of.pop(connection, None)
            self.actor_of[connection] = client
            if len(self.actor_of) > REMEMBERED_CONNECTIONS:
                del self.actor_of[next(iter(self.actor_of))]

    def _forget_made(self) -> None:
        self._begin_epoch()
        self._keys.clear()

    def _begin_epoch(self) -> None:
        self.epoch = object()
        self.made.clear()
        self.ids.made.clear()

    def asked_again(self, request: Request, who: str) -> Asked:
        """Return what an answer is found by that is given again: `who` stands for the token."""
        client = self.actor_of.get(request.connection)
        return self.epoch, request.method, request.target, request.body, who, client

    def again(self, repeat: Repeat, connection: str, at: float, speed: float) -> bool:
        """Change as the event of an answer would that is given again, the short form of `apply` for those; False, and
        no change, where the client has yet to come to it."""
        settled, clocks, client = repeat.settled, self.clocks, repeat.client
        position = self.positions.get(settled.first)
        if not settled.holds(position):
            return False
        if position is not None:
            self.positions[settled.first] = Position(position.run, position.served + 1)
        self.tally.hits += 1
        self.tally.approximate += repeat.approximate
        own = clocks.get(settled.actor) or clocks.get(None, _UNSET)
        clock_s = max(min(own.second(at, speed), settled.until_s), settled.from_s)
        clocks[client] = clocks.get(client, _UNSET).served(repeat.hit.at, clock_s, at)
        if repeat.tells:
            self.connect(connection, client)
        return True
