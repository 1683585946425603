"""Which recorded exchange answers a request, given what its scope has served so far.

A read is answered from its exact gate; else from the nearest one that has the same writes of the client's own actor,
for writes of others may have come in another order; else it is in the wrong epoch, unless nobody knows who asks. A
write that names a thing needs its exact gate: one unused, or a refusal again, for a refusal changes nothing and may
repeat; a used success does not. A creation takes the next unused one in recorded order, those of its own actor first
(replay trial, rule 3.3), and then those of the same software: of two clients recorded at once, it tells them apart.
Inside a gate the n-th request gets the n-th answer, and the last answer of a read sticks.

Gates are spans of time (see the module `index`), so each of these is a look-up or two, however much was recorded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import islice

from gateway.cassette.clock import held
from gateway.cassette.events import Step
from gateway.cassette.gates import depends, is_creation
from gateway.cassette.index import ALWAYS, BEGINNING, EVERYONE, Index, Recorded, Span, When, Who
from gateway.cassette.key import Keyed, program
from gateway.cassette.names import Naming, unnamed
from gateway.cassette.progress import START, Moment, Pace, advanced
from gateway.cassette.repeats import Settled, settled_at, stepped
from gateway.cassette.scope import Scope
from gateway.cassette.series import Track, Tracks
from gateway.cassette.served import gate_at
from gateway.contract.fleeting import fleeting
from gateway.http.messages import Request

NEAREST_GATE = "nearest gate: other clients' writes came in another order"
# Of creations in recorded order, so many unused ones are compared with what is asked.
COMPARED = 64
# Of equal writes behind one gate, so many are looked at.
MOST_EQUAL_WRITES = 1024


class MissKind(StrEnum):
    """Why no recorded exchange answers a request."""

    NO_SUCH_OPERATION = "no-such-operation"
    NO_MATCH = "no-match"
    SERIES_EXHAUSTED = "series-exhausted"
    WRONG_EPOCH = "wrong-epoch"


@fleeting
class Choice:
    """The exchange that answers, and what a reader of the answer should know. Of a read, how far it brings its client
    in the answers to the request, and what the clock to; `settled` tells where it stays, whatever it asks again."""

    recorded: Recorded
    notes: tuple[str, ...] = ()
    step: Step | None = None
    clock_s: float | None = None
    settled: Settled | None = None

    def noted(self, note: str) -> Choice:
        """Return the same, with something more to know."""
        return replace(self, notes=(note, *self.notes))


@fleeting
class Asked:
    """A live request, and who asks: known by its ids or connection, or `assumed` for want of others. `moment` is how
    far the client is in the recording, `pace` the rule by which its polls go on."""

    request: Request
    keyed: Keyed
    actor: int | None
    assumed: bool
    moment: Moment
    pace: Pace


def choose(asked: Asked, scope: Scope, index: Index, tracks: Tracks) -> Choice | MissKind:
    """Return the exchange that answers, or why none does. Changes nothing."""
    tags = depends(asked.keyed, index)
    if is_creation(asked.keyed):
        return _creation(asked, tags, scope, index)
    keyed = asked.keyed
    series = Naming(scope, index).fitting(keyed) if keyed.names else unnamed(keyed, index)
    if not series:
        return MissKind.NO_MATCH
    exact = scope.served.span(tags, index)
    if asked.keyed.is_write:
        return _write(series, exact, scope, index)
    for each in series if exact is not None else ():
        if found := tracks.find(each, exact or ALWAYS, asked.actor):
            return _progressed(found, asked, scope, index)
    near = _nearest(asked, series, tags, scope, index)
    found = tracks.find(near.series, gate_at(tags, near.began, index), asked.actor) if near else None
    return _progressed(found, asked, scope, index, (NEAREST_GATE,)) if found else MissKind.WRONG_EPOCH


def _progressed(found: Track, asked: Asked, scope: Scope, index: Index, notes: tuple[str, ...] = ()) -> Choice:
    """Return the next answer of a run. Where all of them are equal there is no progress to remember, nor at the last
    state, if the client's own answers are evidence that the others are over."""
    first, moment = found.places[0], asked.moment
    position = advanced(found.segments, scope.positions.get(first, START), moment, asked.pace)
    recorded = index.recorded(found.place(position))
    is_own = recorded.actor == asked.actor
    step = stepped(found.segments, first, position, is_own)
    settled = settled_at(found.segments, first, position, is_own, asked.actor, moment.latest)
    return Choice(recorded, notes, step, held(found.segments, position, moment.clock_s), settled)


@dataclass(frozen=True, slots=True)
class _Near:
    """An exchange whose gate is not the scope's: how many served writes it lacks, how many others it has."""

    distance: tuple[int, int]
    began: When
    series: int


def _nearest(asked: Asked, series: list[int], tags: tuple[str, ...], scope: Scope, index: Index) -> _Near | None:
    span = ALWAYS if asked.actor is None else scope.served.span(tags, index, asked.actor)
    near = None
    if span is not None:
        near = _near(series, span, Who(only=asked.actor), tags, scope, index)
        near = near or _near(series, span, EVERYONE, tags, scope, index)
    if near is None and asked.assumed:
        near = _near(series, ALWAYS, Who(but=asked.actor), tags, scope, index)
    return near


def _near(series: list[int], span: Span, who: Who, tags: tuple[str, ...], scope: Scope, index: Index) -> _Near | None:
    """Return the nearest exchange in a span. The later one began, the fewer served writes it lacks: so it is the first
    that lacks no more than the last one does."""
    found = []
    for each in series:
        last = index.last(each, span, who)
        if last is not None:
            enough = Span(scope.served.latest(tags, last, index)).within(span)
            began = index.first(each, enough, who) or last
            found.append(_Near(scope.served.distance(tags, began, index), began, each))
    return min(found, key=lambda near: (near.distance, near.began), default=None)


def _write(series: list[int], exact: Span | None, scope: Scope, index: Index) -> Choice | MissKind:
    found = [each for number in series if exact is not None for each in _walk(number, exact, index)]
    chosen = _unused_or_refused(sorted(found, key=lambda each: each.at), scope)
    if chosen is not None:
        return Choice(chosen)
    unused = any(each.at not in scope.used for number in series for each in _walk(number, ALWAYS, index))
    return MissKind.WRONG_EPOCH if unused and not found else MissKind.SERIES_EXHAUSTED


def _walk(series: int, span: Span, index: Index) -> Iterator[Recorded]:
    return islice(index.walk(series, span), MOST_EQUAL_WRITES)


def _creation(asked: Asked, tags: tuple[str, ...], scope: Scope, index: Index) -> Choice | MissKind:
    exact, software = scope.served.span(tags, index), program(asked.request)

    def distance(each: Recorded) -> tuple[bool, bool, bool, bool, int]:
        stranger = each.actor in scope.actors if asked.actor is None else each.actor != asked.actor
        other_gate = exact is None or not exact.holds(each.began)
        renamed = each.chosen != asked.keyed.chosen
        return stranger, each.program != software, other_gate, renamed, each.at

    series = [number for _, number in index.names(asked.keyed.text)]
    unused = {
        each.at: each for number in series for each in _unused_creations(number, exact, asked.actor, scope, index)
    }
    if unused:
        return Choice(min(unused.values(), key=distance))
    refused = [each for number in series for each in _walk(number, ALWAYS, index) if each.refused]
    return Choice(max(refused, key=distance)) if refused else MissKind.SERIES_EXHAUSTED


def _unused_creations(
    series: int, exact: Span | None, actor: int | None, scope: Scope, index: Index
) -> Iterator[Recorded]:
    """Yield unused creations that may be the best: the next ones behind the scope's own gate and in all, those of the
    client and those of anyone."""
    for who in (EVERYONE, Who(only=actor)):
        left = Span(after=_passed(series, who, scope, index))
        for span in (left, exact):
            if span is not None:
                unused = (each for each in index.walk(series, span.within(left), who) if each.at not in scope.used)
                yield from islice(unused, COMPARED)


def _passed(series: int, who: Who, scope: Scope, index: Index) -> When:
    """Return until when all creations are used, and remember it, so that the next one need not look at them again."""
    passed = scope.passed.get((series, who.only), BEGINNING)
    for each in index.walk(series, Span(after=passed), who):
        if each.at not in scope.used:
            break
        passed = each.began
    scope.passed[series, who.only] = passed
    return passed


def _unused_or_refused(found: list[Recorded], scope: Scope) -> Recorded | None:
    unused = next((each for each in found if each.at not in scope.used), None)
    return unused or next((each for each in reversed(found) if each.refused), None)
