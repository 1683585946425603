"""Answers requests from a recording. Pure: a request and the time it came in, a hit or a miss out.

Every scope replays the recording by itself. A request has a turn in its scope: what it gets is decided by what the
scope has seen so far, which changes nothing, and then told to the scope as events. When a request that names no id
would miss and every write of the clients replayed so far has been served, a new run has begun and the scope rewinds
(replay trial, rule 3.5); the hit says so. What one process alone decides again and again is decided once (see
`repeats`).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from gateway.cassette.bearers import REFUSED_NOTE, Bearers, bearer, readings, told
from gateway.cassette.choosing import Asked, Choice, MissKind, choose
from gateway.cassette.clock import Tempo
from gateway.cassette.events import Answered, Event, Forgotten, Known, Learnt, Missed, Presented, Rewound, Snapshot
from gateway.cassette.exchange import CredentialClass
from gateway.cassette.filling import Filling, Show, asked_names
from gateway.cassette.foretelling import Foreteller
from gateway.cassette.hit import Hit
from gateway.cassette.index import ALWAYS, Index
from gateway.cassette.journal import Alone, Journal, Turn
from gateway.cassette.key import Keyed
from gateway.cassette.kinds import PROJECT
from gateway.cassette.live import Live, asker, assumed
from gateway.cassette.misses import Miss, kind_of_stranger, missed
from gateway.cassette.names import Naming
from gateway.cassette.reading import Identity
from gateway.cassette.repeats import REPEATED_BYTES, Repeat, Repeats
from gateway.cassette.reports import ScopeReport, Tally, merged, reported
from gateway.cassette.scope import REAL_KINDS, Scope
from gateway.cassette.series import Tracks, stretches
from gateway.cassette.sorting import PAGED_NOTE, is_paged, resorted, sorted_by
from gateway.cassette.times import Times
from gateway.contract.fleeting import fleeting
from gateway.contract.model import Effect, Match, Unmatched
from gateway.http.messages import Request

__all__ = ["Hit", "Manner", "Miss", "Player"]

# Scopes that are remembered; of those nobody holds, the longest unused is forgotten first.
MOST_SCOPES = 4096
# Ids of which it is known which scope has given them out, or that none has; emptied when full.
REMEMBERED_ISSUERS = 4096
REWOUND = "rewound: every recorded write had been served, so a new run has begun"
RECALLED = "the last recorded answer, whatever was written since"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a recording is replayed. `seed` makes the ids of one gateway differ from another's."""

    seed: str = ""
    tempo: Tempo = field(default_factory=Tempo)
    times: Times = Times.RECORDED


@fleeting
class _Found:
    """What answers a request: the choice, its key as this scope reads it, and the ids the request made known."""

    keyed: Keyed
    known: Known
    choice: Choice


@fleeting
class _Missing:
    """Why nothing answers a request."""

    keyed: Keyed
    known: Known
    kind: MissKind


class Player:
    """Replays one recording, for any number of scopes, and shares them with whoever has the same journal."""

    def __init__(
        self,
        index: Index,
        manner: Manner | None = None,
        journal: Journal | None = None,
        repeats: Repeats | None = None,
    ) -> None:
        """Whoever shares scopes hears at every turn what others did: nothing is kept to be given again."""
        self._repeats = repeats or Repeats(REPEATED_BYTES if journal is None else 0)
        self._index = index
        self._tracks = Tracks(index)
        self._manner = manner or Manner()
        self._journal: Journal = journal or Alone()
        self._speed = self._manner.tempo.speed
        self._tokens = Bearers(self._manner.seed)
        self._show = Show(self._manner.times, index.begun_at, self._manner.tempo.speed)
        foreteller = Foreteller(index, self._manner.tempo, self._show, self._repeats)
        self._foreteller = foreteller if journal is None else None
        self._scopes: OrderedDict[str, Scope] = OrderedDict()
        self._held = {""}
        self._gone = Tally()
        self._changes = 0
        self._issuers: dict[str, tuple[int, str | None]] = {}

    def hold(self, scope: str) -> None:
        """Never forget a scope for others: it has a listener of its own. That of the main one is held anyway."""
        self._held.add(scope)

    def let_go(self, scope: str) -> None:
        """Let a scope be one of many again."""
        self._held.discard(scope)

    def play(
        self,
        scope: str,
        request: Request,
        identified: Match | Unmatched,
        credential: CredentialClass,
        at: float,
    ) -> Hit | Miss:
        """Return the answer of the exchange that fits what the scope has seen so far, or why there is none."""
        who, known = self._tokens.of(request), self._scopes.get(scope)
        if known is not None:
            repeat = self._repeats.of.get(known.asked_again(request, who))
            if (
                repeat is not None
                and repeat.credential is credential
                and known.again(repeat, request.connection, at, self._speed)
            ):
                self._scopes.move_to_end(scope)
                return repeat.hit
        live = Live(request, identified, credential, at, who)
        told = self._foreteller.hit(live, known) if known is not None and self._foreteller is not None else None
        if told is None:
            return self._play(scope, live)
        self._scopes.move_to_end(scope)
        return told

    def _play(self, name: str, live: Live) -> Hit | Miss:
        with self._journal.turn(name) as turn:
            scope = self._current(name, turn)
            found, events = self._decided(live, scope)
            kept = [turn.append(event) for event in events]
        for event in kept:
            self._apply(scope, event)
        played = self._played(live, found, scope)
        if isinstance(found, _Found) and isinstance(played, Hit) and len(kept) == 1:
            self._keep(live, found, played, kept[0], scope)
        return played

    def _keep(self, live: Live, found: _Found, hit: Hit, event: Event, scope: Scope) -> None:
        """Keep an answer that will be given again, if it is sure to be."""
        choice = found.choice
        is_sure = choice.settled is not None and hit.at in scope.made
        if choice.settled is None or not is_sure or not isinstance(event, Answered) or event.tells_more_than_ids:
            return
        tells = event.client is not None and bool(choice.recorded.ids)
        repeat = Repeat(hit, live.credential, choice.settled, event.client, tells, event.approximate)
        self._repeats.keep(scope.asked_again(live.request, live.bearer), repeat)

    def foresee(
        self,
        scope: str,
        request: Request,
        identified: Match | Unmatched,
        credential: CredentialClass,
        at: float,
    ) -> Hit | Miss:
        """Return what `play` would, and leave the scope as it is: its client will not get the answer."""
        live = Live(request, identified, credential, at, self._tokens.of(request))
        with self._journal.turn(scope) as turn:
            twin = self._current(scope, turn).twin(self._index)
        found, events = self._decided(live, twin)
        for event in events:
            twin.apply(event, self._index)
        return self._played(live, found, twin)

    def present(self, scope: str) -> None:
        """Let a scope, if it is new, know things by their real ids where the recording still holds them: the service
        that was recorded is there."""
        if scope not in self._scopes:
            self._tell(scope, Presented())

    def learn(self, scope: str, pairs: Iterable[tuple[str, str]]) -> None:
        """Let a scope know the live ids of things, each beside the one that its recorded answer showed."""
        if scope in self._scopes:
            self._tell(scope, Learnt(tuple(pairs)))

    def recall(self, request: Request, identified: Match | Unmatched, credential: CredentialClass) -> Hit | Miss:
        """Return the last recorded answer to a read, whatever was written since: what is known when the service
        cannot be asked. Ids are the real ones where the recording still holds them. Leaves no trace."""
        index = self._index
        scope = Scope(self._identity(""))
        scope.ids.presented = REAL_KINDS | {PROJECT}
        scope.began_at = index.begun_at  # times are shown as they were recorded
        keyed, _ = scope.key_of(request, identified, credential, index.keys)
        found = Naming(scope, index).fitting(keyed) if keyed.text in index.keys and not keyed.is_write else []
        seen = [each for series in found for each in index.run(series, ALWAYS)]
        if not seen:
            return missed(kind_of_stranger(keyed, index), keyed, scope, index)
        latest = index.recorded(max(each.at for each in seen))
        live = Live(request, identified, credential, index.begun_at + latest.answered_s)
        return self._hit(live, keyed, Choice(latest, (RECALLED,)), scope)

    def forget(self, scope: str) -> None:
        """Let a scope begin anew at its next request, as if it had never been; what it used is remembered."""
        with self._journal.turn(scope) as turn:
            current = self._current(scope, turn)
            twin = current.twin(self._index)
            twin.apply(Forgotten(), self._index)
            kept = turn.append(Snapshot(twin.document()))
        self._apply(current, kept)

    def rewind(self, scope: str) -> None:
        """Set a scope back to the start of the recording, with new ids, as the automatic rewind does."""
        self._tell(scope, Rewound())

    def scopes(self) -> tuple[str, ...]:
        """Return the names of the scopes that have asked for anything since they were last forgotten."""
        return tuple(sorted(name for name, scope in self._everyone() if scope.is_in_use))

    def report(self, scope: str) -> ScopeReport:
        """Return what became of the recording in a scope; all is unused where nothing was asked."""
        known = self._looked(scope) if scope in self._journal.scopes() else self._scopes.get(scope)
        return self._reported(scope, Tally() if known is None else known.tally)

    def overall(self) -> ScopeReport:
        """Return what became of the recording in all scopes together, forgotten ones too: what any of
        them used was used."""
        tallies = (tally for _, scope in self._everyone() for tally in (scope.past, scope.tally))
        return self._reported("", merged((self._gone, *tallies)))

    def issuer(self, values: Iterable[str]) -> str | None:
        """Return the scope that has given out one of these ids."""
        asked = tuple(values)
        found = next((name for name in map(self._issuer, asked) if name is not None), None)
        if found is not None or not asked:
            return found
        others = self._journal.scopes()
        return next((name for name in others if any(map(self._looked(name).ids.is_issued, asked))), None)

    def _issuer(self, value: str) -> str | None:
        """Return who has given out an id; found out anew only when a scope may know other ids than before."""
        changes, name = self._issuers.get(value, (-1, None))
        if changes != self._changes:
            if len(self._issuers) >= REMEMBERED_ISSUERS:
                self._issuers.clear()
            scopes = reversed(self._scopes.items())
            name = next((name for name, scope in scopes if scope.ids.is_issued(value)), None)
            self._issuers[value] = self._changes, name
        return name

    def _tell(self, scope: str, event: Event) -> None:
        with self._journal.turn(scope) as turn:
            current = self._current(scope, turn)
            kept = turn.append(event)
        self._apply(current, kept)

    def _apply(self, scope: Scope, event: Event) -> None:
        """Apply an event, and note whether the scope may know other ids now."""
        scope.apply(event, self._index)
        self._changes += not isinstance(event, Answered | Missed) or bool(event.known)

    def _everyone(self) -> Iterator[tuple[str, Scope]]:
        """Yield all scopes by name, with what others made of them."""
        shared = dict.fromkeys(self._journal.scopes())
        yield from ((name, self._looked(name)) for name in shared)
        yield from [each for each in self._scopes.items() if each[0] not in shared]

    def _looked(self, name: str) -> Scope:
        with self._journal.turn(name) as turn:
            return self._current(name, turn)

    def _current(self, name: str, turn: Turn) -> Scope:
        """Return a scope as it is at the beginning of a turn."""
        scope = self._scopes.get(name)
        if scope is None:
            scope = self._begun(name)
        self._scopes.move_to_end(name)
        for event in turn.news:
            self._apply(scope, event)
        if turn.is_long:
            turn.append(Snapshot(scope.document()))
        return scope

    def _begun(self, name: str) -> Scope:
        """Remember a new scope, in place of the longest unused one where there are too many. Of one that the journal
        does not keep either, what it used is remembered."""
        unheld = (each for each in self._scopes if each not in self._held)
        oldest = next(unheld, None) if len(self._scopes) >= MOST_SCOPES else None
        if oldest is not None:
            gone = self._scopes.pop(oldest)
            if not self._journal.let_go(oldest):
                self._gone = merged((self._gone, gone.past, gone.tally))
        self._changes += 1
        scope = self._scopes[name] = Scope(self._identity(name))
        return scope

    def _reported(self, scope: str, tally: Tally) -> ScopeReport:
        used: list[int] = []
        unused: list[int] = []
        for places in stretches(self._index):
            (unused if tally.seen.isdisjoint(places) else used).extend(places)
        return reported(scope, tally, sorted(used), sorted(unused), self._index)

    def _identity(self, name: str) -> Identity:
        index = self._index
        return Identity(self._manner.seed, name, index, index.projects, index.issued_secrets)

    def _decided(self, live: Live, scope: Scope) -> tuple[_Found | Miss, Sequence[Event]]:
        """Decide what answers a request, and what that means to its scope. Changes nothing."""
        found = self._found(live, scope)
        if isinstance(found, _Found):
            return found, (self._answered(live, found, scope),)
        if self._is_over(found.keyed, scope):
            fresh = scope.rewound()
            again = self._found(live, fresh)
            if isinstance(again, _Found):
                again = replace(again, choice=again.choice.noted(REWOUND))
                return again, (Rewound(), self._answered(live, again, fresh))
        clock_s = scope.clock_s(live.at, self._manner.tempo.speed)
        miss = missed(found.kind, found.keyed, scope, self._index, clock_s)
        return miss, (Missed(live.at, found.known, miss.report),)

    def _found(self, live: Live, scope: Scope) -> _Found | _Missing:
        keyed, known = scope.key_of(live.request, live.identified, live.credential, self._index.keys)
        who = live.bearer
        outcomes = (self._sought(live, each, known, scope) for each in readings(keyed, who, scope, self._index))
        first = next(outcomes)
        found = (
            first if isinstance(first, _Found) else next((each for each in outcomes if isinstance(each, _Found)), first)
        )
        if isinstance(found, _Found) and found.keyed.is_refused and scope.bearers.get(who) is False:
            return replace(found, choice=found.choice.noted(REFUSED_NOTE))
        return found

    def _sought(self, live: Live, keyed: Keyed, known: Known, scope: Scope) -> _Found | _Missing:
        if keyed.text not in self._index.keys:
            return _Missing(keyed, known, kind_of_stranger(keyed, self._index))
        asked = self._asked(live, keyed, scope)
        choice = choose(asked, scope, self._index, self._tracks)
        if not isinstance(choice, Choice):
            return _Missing(keyed, known, choice)
        is_cut = scope.renames and sorted_by(keyed) is not None and is_paged(keyed)
        return _Found(keyed, known, choice.noted(PAGED_NOTE) if is_cut else choice)

    def _asked(self, live: Live, keyed: Keyed, scope: Scope) -> Asked:
        """Find out which recorded client asks: the owner of an id, or the one this connection has been; else it is
        taken for the one that never keeps a connection, or the only one there is."""
        owner = next((each for each in map(self._index.owner, keyed.ids) if each is not None), None)
        known = asker(owner, live.request.connection, scope)
        actor = assumed(scope, self._index) if known is None else known
        tempo = self._manner.tempo
        moment, pace = scope.moment_of(actor, live.at, tempo.speed), tempo.pace_of(keyed.operation_id)
        return Asked(live.request, keyed, actor, known is None, moment, pace)

    def _is_over(self, keyed: Keyed, scope: Scope) -> bool:
        served, index = scope.served.by_actor, self._index
        is_over = all(served[actor] == index.writes_of(actor) for actor in scope.actors)
        return not keyed.names_an_id and is_over and bool(scope.actors)

    def _answered(self, live: Live, found: _Found, scope: Scope) -> Answered:
        """Return what an answer changes in its scope."""
        recorded, index, keyed = found.choice.recorded, self._index, found.keyed
        client = recorded.actor if index.writes_of(recorded.actor) else None
        tells = recorded.changes or bool(recorded.ids)
        issues = keyed.operation is not None and keyed.operation.effect is Effect.ISSUE and not recorded.refused
        clock_s = found.choice.clock_s
        return Answered(
            place=recorded.at,
            at=live.at,
            anchor_s=recorded.answered_s if clock_s is None else clock_s,
            client=client,
            connection=live.request.connection if client is not None and tells else "",
            known=found.known,
            step=found.choice.step,
            words=scope.new_words(recorded, keyed),
            names=scope.new_names(recorded, keyed, index.chosen_names),
            tokens=int(issues),
            bearers=told(self._bearers(live, keyed, scope, issues), scope),
            approximate=not {REWOUND}.issuperset(found.choice.notes),
        )

    def _bearers(self, live: Live, keyed: Keyed, scope: Scope, issues: bool) -> Iterator[tuple[str, bool]]:
        """Yield what stands for the tokens that this answer tells something about, and whether they are refused."""
        yield live.bearer, keyed.is_refused
        if issues:
            yield bearer(scope.ids.mint.token(scope.tokens + 1).encode(), self._manner.seed), False

    def _played(self, live: Live, found: _Found | Miss, scope: Scope) -> Hit | Miss:
        return found if isinstance(found, Miss) else self._hit(live, found.keyed, found.choice, scope)

    def _hit(self, live: Live, keyed: Keyed, choice: Choice, scope: Scope) -> Hit:
        recorded = choice.recorded
        filling = Filling(scope, self._show, live.at, asked_names(keyed, recorded))
        response = filling.answer(recorded.at, self._index.template(recorded.at))
        order = sorted_by(keyed) if scope.renames else None
        if order is not None and not is_paged(keyed):
            response = resorted(response, *order)
        return Hit(response, keyed.label, recorded.seq, choice.notes, recorded.at)
