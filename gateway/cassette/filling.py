"""A recorded answer made out to the client of a scope: its ids, its words, its times."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil

from gateway.cassette.answers import AskedHole, EchoHole, Hole, IdHole, Template, TimeHole, as_json
from gateway.cassette.index import Recorded
from gateway.cassette.key import Keyed
from gateway.cassette.scope import Scope
from gateway.cassette.times import Since, Times, shifted
from gateway.contract.fleeting import fleeting
from gateway.http.messages import Response

RETRY_AFTER = b"retry-after"
# Answers served before; emptied when full.
REMEMBERED_ANSWERS = 256


@dataclass(frozen=True, slots=True)
class Show:
    """How answers are shown: recorded or shifted times, from which moment the recording counts them, and how many
    recorded seconds pass in one."""

    times: Times = Times.RECORDED
    begun_at: float = 0.0
    speed: float = 1.0


@fleeting
class Filling:
    """Fills the holes of one answer at a time. `asked` are the client's names in the exchange, by field, where they
    differ from the recorded ones."""

    scope: Scope
    show: Show
    at: float
    asked: Mapping[str, str]

    def answer(self, place: int, template: Template) -> Response:
        """Return the answer of the exchange at a place: the same object as long as nothing changes in it."""
        made = self.scope.made
        if place in made:
            return made[place]
        response = paced(template.render(self.fill), self.show.speed)
        if template.steady and not (template.dated and self.show.times is Times.SHIFTED):
            if len(made) >= REMEMBERED_ANSWERS:
                made.clear()
            made[place] = response
        return response

    def fill(self, hole: Hole) -> bytes:
        """Return what stands in a hole for this client."""
        if isinstance(hole, IdHole):
            return self.scope.ids.value(hole.alias).encode()
        if isinstance(hole, EchoHole):
            return self._word(hole)
        if isinstance(hole, TimeHole):
            return f"{hole.quote}{self._time(hole)}{hole.quote}".encode()
        if isinstance(hole, AskedHole):
            known = hole.field in self.asked
            return hole.encode(self.asked[hole.field]).encode("utf-8", "replace") if known else hole.raw
        return self.scope.ids.mint.token(self.scope.tokens).encode()

    def _word(self, hole: EchoHole) -> bytes:
        word = self.scope.words.get((hole.echo.write, hole.echo.path))
        return hole.raw if word is None else as_json(word + hole.echo.suffix).encode()

    def _time(self, hole: TimeHole) -> str:
        if hole.since is Since.TOKEN:
            return shifted(hole.text, self.at - hole.recorded_at)
        if self.show.times is Times.RECORDED:
            return hole.text
        if hole.since is Since.ANSWER:
            return shifted(hole.text, self.at - hole.recorded_at)
        began_at = self.at if self.scope.began_at is None else self.scope.began_at
        return shifted(hole.text, began_at - self.show.begun_at)


def asked_names(live: Keyed, recorded: Recorded) -> Mapping[str, str]:
    """Return the names a client asks for, by field, if it asks for others than the recorded ones."""
    return dict(live.names) if live.names != recorded.names else {}


def paced(response: Response, speed: float) -> Response:
    """Return an answer that asks for waiting so much less as the recording is replayed faster."""
    wait = response.header(RETRY_AFTER) if speed != 1.0 else None
    if wait is None or not wait.isdigit():
        return response
    return response.with_header(RETRY_AFTER, str(ceil(int(wait) / speed)).encode())
