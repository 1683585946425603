"""Answers a read by what was foretold of it, where that is all there is to know (see `foretold`)."""

from __future__ import annotations

from gateway.cassette.answers import Template
from gateway.cassette.clock import Tempo, held
from gateway.cassette.events import Answered, Known
from gateway.cassette.filling import Filling, Show, paced
from gateway.cassette.foretold import METHOD, Foretold
from gateway.cassette.hit import Hit
from gateway.cassette.index import Index
from gateway.cassette.live import Live, asker, assumed
from gateway.cassette.progress import START, advanced
from gateway.cassette.repeats import Repeat, Repeats, Settled, settled_at, stepped
from gateway.cassette.scope import Scope
from gateway.contract.model import Match
from gateway.http.messages import Response


class Foreteller:
    """Answers what is foretold, and keeps what will be given again."""

    def __init__(self, index: Index, tempo: Tempo, show: Show, repeats: Repeats) -> None:
        self._index = index
        self._tempo = tempo
        self._show = show
        self._repeats = repeats

    def hit(self, live: Live, scope: Scope) -> Hit | None:
        """Return the answer to a request, and let its scope know; None, and no change, where it is not foretold."""
        request, who = live.request, live.bearer
        if request.method != METHOD or request.body or (who and scope.bearers.get(who) is not False):
            return None
        told = self._index.foretold(METHOD, request.target, live.credential)
        known = told.known(scope.ids) if told is not None else None
        if told is None or known is None or not isinstance(live.identified, Match):
            return None
        return self._answered(live, live.identified.operation.id, told, known, scope)

    def _answered(self, live: Live, operation: str, told: Foretold, known: Known, scope: Scope) -> Hit | None:
        runs, first, connection = told.segments, told.first, live.request.connection
        actor = asker(told.owner, connection, scope)
        actor = assumed(scope, self._index) if actor is None else actor
        moment = scope.moment_of(actor, live.at, self._tempo.speed)
        position = advanced(runs, scope.positions.get(first, START), moment, self._tempo.pace_of(operation))
        answer = told.answer(position.run) if position.served == 1 else None
        if answer is None:
            return None
        place, is_own = told.begins[position.run], told.actor == actor
        event = Answered(
            place,
            live.at,
            held(runs, position, moment.clock_s),
            told.client,
            connection if told.tells else "",
            known,
            stepped(runs, first, position, is_own),
        )
        scope.read(event)
        return self._made_out(
            live, told, place, answer, settled_at(runs, first, position, is_own, actor, moment.latest), scope
        )

    def _made_out(
        self, live: Live, told: Foretold, place: int, answer: Template | Response, settled: Settled | None, scope: Scope
    ) -> Hit:
        if isinstance(answer, Template):
            response = Filling(scope, self._show, live.at, {}).answer(place, answer)
            stays = settled if place in scope.made else None
        else:
            response, stays = paced(answer, self._show.speed), settled
        hit = Hit(response, told.label, self._index.seq(place), (), place)
        if stays is not None:
            request = live.request
            repeat = Repeat(hit, live.credential, stays, told.client, told.tells, approximate=False)
            self._repeats.keep(scope.asked_again(request, live.bearer), repeat)
        return hit
