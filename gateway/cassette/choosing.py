"""Which recorded exchange answers a request, given what its scope has served so far.

A read is answered from its exact gate; else from the nearest one that has the same writes of the client's own actor,
for writes of others may have come in another order; else it is in the wrong epoch, unless nobody knows who asks. A
write that names a thing needs its exact gate: one unused, or a refusal again, for a refusal changes nothing and may
repeat; a used success does not. A creation takes the next unused one in recorded order, those of its own actor first
(replay trial, rule 3.3), and then those of the same software: of two clients recorded at once, it tells them apart.
Inside a gate the n-th request gets the n-th answer, and the last answer of a read sticks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from gateway.cassette.key import Keyed
from gateway.cassette.lineage import Entry
from gateway.cassette.names import Naming
from gateway.cassette.progress import START, Moment, Pace, advanced
from gateway.cassette.scope import Scope
from gateway.cassette.series import Index, Run, Series
from gateway.http.messages import Request

_PRODUCT_END = re.compile(rb"[/ ]")
PACE = Pace()
NEAREST_GATE = "nearest gate: other clients' writes came in another order"


class MissKind(StrEnum):
    """Why no recorded exchange answers a request."""

    NO_SUCH_OPERATION = "no-such-operation"
    NO_MATCH = "no-match"
    SERIES_EXHAUSTED = "series-exhausted"
    WRONG_EPOCH = "wrong-epoch"


@dataclass(frozen=True, slots=True)
class Choice:
    """The exchange that answers, and what a reader of the answer should know."""

    entry: Entry
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A live request, its series, and who asks: known by its ids or connection, or `assumed` for want of others.
    `program` is the client's software."""

    keyed: Keyed
    series: Series
    program: bytes
    actor: int | None
    assumed: bool = False


def program(request: Request) -> bytes:
    """Return the name of the software that sent a request: the product of its User-Agent, without the version."""
    return _PRODUCT_END.split(request.header(b"user-agent") or b"", maxsplit=1)[0]


def choose(asked: Asked, scope: Scope, index: Index) -> Choice | MissKind:
    """Return the exchange that answers, or why none does. Changes the scope's cursors, nothing else."""
    if asked.series.creates:
        return _creation(asked, scope, index)
    runs = Naming(scope, index.chosen_names).fitting(asked.keyed, asked.series)
    if not runs:
        return MissKind.NO_MATCH
    now = scope.served & asked.series.relevant
    exact = [run for run in runs if run.gate == now]
    if asked.keyed.is_write:
        return _write(exact, runs, scope)
    if exact:
        return Choice(_progressed(exact[0], asked.actor, scope))
    return _nearest(asked, runs, now, scope, index)


def _progressed(run: Run, actor: int | None, scope: Scope) -> Entry:
    """Return the next answer of a run. What the asking client saw itself comes before what others saw meanwhile:
    states change by themselves inside a gate too."""
    track = run.seen_by(actor)
    first = track.entries[0].at
    moment = Moment(scope.latest_of(actor))
    scope.cursors[first] = advanced(track.segments, scope.cursors.get(first, START), moment, PACE)
    return track.entry(scope.cursors[first])


def _nearest(asked: Asked, runs: list[Run], now: int, scope: Scope, index: Index) -> Choice | MissKind:
    own = index.gates.own[asked.actor] if asked.actor is not None else 0
    possible = [run for run in runs if run.gate & own == now & own]
    if asked.assumed and not possible:
        possible = [run for run in runs if run.by_actor.keys() != {asked.actor}]
    if not possible:
        return MissKind.WRONG_EPOCH

    def distance(run: Run) -> tuple[bool, int, int, int]:
        missing, extra = now & ~run.gate, run.gate & ~now
        return asked.actor not in run.by_actor, missing.bit_count(), extra.bit_count(), run.entries[0].at

    return Choice(_progressed(min(possible, key=distance), asked.actor, scope), (NEAREST_GATE,))


def _write(exact: list[Run], runs: list[Run], scope: Scope) -> Choice | MissKind:
    entries = [entry for run in exact for entry in run.entries]
    chosen = _unused_or_refused(entries, scope)
    if chosen is not None:
        return Choice(chosen)
    unused = any(entry.at not in scope.used for run in runs for entry in run.entries)
    return MissKind.WRONG_EPOCH if unused and not entries else MissKind.SERIES_EXHAUSTED


def _creation(asked: Asked, scope: Scope, index: Index) -> Choice | MissKind:
    now = scope.served & asked.series.relevant

    def distance(entry: Entry) -> tuple[bool, bool, bool, bool, int]:
        actor = index.actor_of[entry.at]
        stranger = actor in scope.actors if asked.actor is None else actor != asked.actor
        other = program(entry.exchange.request) != asked.program
        renamed = entry.keyed.chosen != asked.keyed.chosen
        return stranger, other, index.gate_of[entry.at] != now, renamed, entry.at

    chosen = _unused_or_refused(sorted(asked.series.entries(), key=distance), scope)
    return Choice(chosen) if chosen is not None else MissKind.SERIES_EXHAUSTED


def _unused_or_refused(entries: list[Entry], scope: Scope) -> Entry | None:
    unused = next((entry for entry in entries if entry.at not in scope.used), None)
    return unused or next((entry for entry in reversed(entries) if entry.refused), None)
