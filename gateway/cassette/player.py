"""Answers requests from a recording. Pure: a request and the time it came in, a hit or a miss out.

Every scope replays the recording by itself. When a request that names no id would miss and every write of the clients
replayed so far has been served, a new run has begun and the scope rewinds (replay trial, rule 3.5); the hit says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.cassette.choosing import Asked, Choice, MissKind, choose
from gateway.cassette.exchange import CredentialClass
from gateway.cassette.index import ALWAYS, Index
from gateway.cassette.key import Keyed, program
from gateway.cassette.kinds import KINDS, PROJECT, SECRET
from gateway.cassette.misses import Miss, kind_of_stranger, missed
from gateway.cassette.names import Naming
from gateway.cassette.reports import ScopeReport, Tally, merged, reported
from gateway.cassette.scope import Identity, Scope
from gateway.cassette.series import stretches
from gateway.cassette.sorting import PAGED_NOTE, is_paged, resorted, sorted_by
from gateway.contract.model import Match, Unmatched
from gateway.http.messages import Request, Response

__all__ = ["Hit", "Miss", "Player"]

REWOUND = "rewound: every recorded write had been served, so a new run has begun"
RECALLED = "the last recorded answer, whatever was written since"


@dataclass(frozen=True, slots=True)
class Hit:
    """A recorded answer, made out to its client. `key` is a short name of the replay key, `seq` the place of the
    exchange in the cassette, `at` that in the recording as replayed; `notes` say what is only nearly as recorded."""

    response: Response
    key: str
    seq: int
    notes: tuple[str, ...] = ()
    at: int = 0


@dataclass(frozen=True, slots=True)
class _Live:
    """A request as it came in. Progress is by count and by what was served; nothing reads `at` yet."""

    request: Request
    identified: Match | Unmatched
    credential: CredentialClass
    at: float


class Player:
    """Replays one recording, for any number of scopes. `seed` makes the ids of one gateway differ from another's."""

    def __init__(self, index: Index, seed: str = "") -> None:
        self._index = index
        self._seed = seed
        self._scopes: dict[str, Scope] = {}
        self._tallies: dict[str, Tally] = {}
        self._past = Tally()

    def play(
        self,
        scope: str,
        request: Request,
        identified: Match | Unmatched,
        credential: CredentialClass,
        at: float,
    ) -> Hit | Miss:
        """Return the answer of the exchange that fits what the scope has seen so far, or why there is none."""
        played = self._played(scope, _Live(request, identified, credential, at))
        tally = self._tallies.setdefault(scope, Tally())
        if isinstance(played, Hit):
            tally.hit(played.at, not {REWOUND}.issuperset(played.notes))
        else:
            tally.missed(played.report)
        return played

    def _played(self, scope: str, live: _Live) -> Hit | Miss:
        current = self._scopes.get(scope)
        if current is None:
            current = self._scopes[scope] = Scope(self._identity(scope))
        keyed, chosen = self._choose(live, current)
        if isinstance(chosen, Choice):
            return self._serve(live, keyed, chosen, current)
        if self._is_over(keyed, current):
            fresh = current.rewound()
            again, found = self._choose(live, fresh)
            if isinstance(found, Choice):
                self._scopes[scope] = fresh
                return self._serve(live, again, Choice(found.recorded, (REWOUND, *found.notes)), fresh)
        return missed(chosen, keyed, current, self._index)

    def foresee(
        self,
        scope: str,
        request: Request,
        identified: Match | Unmatched,
        credential: CredentialClass,
        at: float,
    ) -> Hit | Miss:
        """Return what `play` would, and leave the scope as it is: its client will not get the answer."""
        kept = self._scopes.get(scope)
        if kept is not None:
            self._scopes[scope] = kept.twin()
        try:
            return self._played(scope, _Live(request, identified, credential, at))
        finally:
            self._scopes.pop(scope, None)
            if kept is not None:
                self._scopes[scope] = kept

    def present(self, scope: str) -> None:
        """Let a scope, if it is new, know things by their real ids where the recording still holds them: the service
        that was recorded is there."""
        if scope not in self._scopes:
            begun = self._scopes[scope] = Scope(self._identity(scope))
            begun.present(frozenset(KINDS) - {PROJECT, SECRET})

    def learn(self, scope: str, pairs: Iterable[tuple[str, str]]) -> None:
        """Let a scope know the live ids of things, each beside the one that its recorded answer showed."""
        if scope in self._scopes:
            self._scopes[scope].learn(pairs)

    def recall(self, request: Request, identified: Match | Unmatched, credential: CredentialClass) -> Hit | Miss:
        """Return the last recorded answer to a read, whatever was written since: what is known when the service
        cannot be asked. Ids are the real ones where the recording still holds them. Leaves no trace."""
        index = self._index
        scope = Scope(self._identity(""))
        scope.present(frozenset(KINDS) - {SECRET})
        keyed = scope.key_of(request, identified, credential, index.keys)
        found = Naming(scope, index).fitting(keyed) if keyed.text in index.keys and not keyed.is_write else []
        seen = [each for series in found for each in index.run(series, ALWAYS)]
        if not seen:
            return missed(kind_of_stranger(keyed, index), keyed, scope, index)
        latest = index.recorded(max(each.at for each in seen))
        return self._hit(keyed, Choice(latest, (RECALLED,)), scope)

    def forget(self, scope: str) -> None:
        """Let a scope begin anew at its next request, as if it had never been."""
        self._scopes.pop(scope, None)
        self._past = merged((self._past, self._tallies.pop(scope, Tally())))

    def rewind(self, scope: str) -> None:
        """Set a scope back to the start of the recording, with new ids, as the automatic rewind does."""
        if scope in self._scopes:
            self._scopes[scope] = self._scopes[scope].rewound()

    def scopes(self) -> tuple[str, ...]:
        """Return the names of the scopes that have asked for anything since they were last forgotten."""
        return tuple(sorted(self._tallies))

    def report(self, scope: str) -> ScopeReport:
        """Return what became of the recording in a scope; all is unused where nothing was asked."""
        return self._reported(scope, self._tallies.get(scope, Tally()))

    def overall(self) -> ScopeReport:
        """Return what became of the recording in all scopes together, forgotten ones too: what any of
        them used was used."""
        return self._reported("", merged((self._past, *self._tallies.values())))

    def issuer(self, values: Iterable[str]) -> str | None:
        """Return the scope that has given out one of these ids."""
        found = (name for value in values for name, scope in self._scopes.items() if scope.issued(value))
        return next(found, None)

    def _reported(self, scope: str, tally: Tally) -> ScopeReport:
        used: list[int] = []
        unused: list[int] = []
        for places in stretches(self._index):
            (unused if tally.seen.isdisjoint(places) else used).extend(places)
        return reported(scope, tally, sorted(used), sorted(unused), self._index)

    def _identity(self, name: str) -> Identity:
        index = self._index
        return Identity(self._seed, name, index, index.projects, index.issued_secrets)

    def _choose(self, live: _Live, scope: Scope) -> tuple[Keyed, Choice | MissKind]:
        keyed = scope.key_of(live.request, live.identified, live.credential, self._index.keys)
        if keyed.text not in self._index.keys:
            return keyed, kind_of_stranger(keyed, self._index)
        return keyed, choose(self._asked(live, keyed, scope), scope, self._index)

    def _asked(self, live: _Live, keyed: Keyed, scope: Scope) -> Asked:
        """Find out which recorded client asks: the owner of an id, or the one this connection has been; else it is
        taken for the one that never keeps a connection, or the only one there is."""
        owners = (self._index.owner(thing) for thing in keyed.ids)
        owner = next((each for each in owners if each is not None), None)
        known = owner if owner is not None else scope.actor_of.get(live.request.connection)
        if known is not None:
            return Asked(keyed, program(live.request), known)
        used = next(iter(scope.actors)) if len(scope.actors) == 1 else None
        is_restless = used is not None and self._index.is_restless(used)
        actor = used if is_restless else self._index.only_actor
        return Asked(keyed, program(live.request), actor, assumed=True)

    def _is_over(self, keyed: Keyed, scope: Scope) -> bool:
        served, index = scope.served.by_actor, self._index
        is_over = all(served[actor] == index.writes_of(actor) for actor in scope.actors)
        return not keyed.names_an_id and is_over and bool(scope.actors)

    def _serve(self, live: _Live, keyed: Keyed, choice: Choice, scope: Scope) -> Hit:
        entry, index = choice.recorded, self._index
        if keyed.is_write:
            scope.used.add(entry.at)
            scope.bind(entry, keyed)
        if entry.changes:
            scope.served.add(entry, index.touches(entry.at))
            scope.actors.add(entry.actor)
        client = entry.actor if index.writes_of(entry.actor) else None
        scope.note(entry, client, live.request.connection)
        return self._hit(keyed, choice, scope)

    def _hit(self, keyed: Keyed, choice: Choice, scope: Scope) -> Hit:
        entry, notes = choice.recorded, choice.notes
        scope.ask(entry, keyed, self._index.chosen_names)
        response = scope.answer(entry.at, self._index.template(entry.at))
        order = sorted_by(keyed) if scope.renames else None
        if order is not None and is_paged(keyed):
            notes = (*notes, PAGED_NOTE)
        elif order is not None:
            response = resorted(response, *order)
        return Hit(response, keyed.label, entry.seq, notes, entry.at)
