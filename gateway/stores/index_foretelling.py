"""Noting in an index what reads will be answered with whose words alone tell it (see `gateway.cassette.foretold`)."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from gateway.cassette.aliases import project_in
from gateway.cassette.exchange import Exchange
from gateway.cassette.foretold import (
    LONGEST,
    METHOD,
    Foretold,
    answer_of,
    credential_of,
    names_in,
    place_of,
    written,
)
from gateway.cassette.gates import Around, depends
from gateway.cassette.index import ALWAYS, Seen
from gateway.cassette.key import Keyed
from gateway.cassette.packing import unpacked
from gateway.cassette.series import track
from gateway.cassette.spoken import dumped, loaded
from gateway.contract.catalogue import Catalogue
from gateway.contract.model import Match
from gateway.stores.index_runs import unpacked_run

Row = tuple[Any, ...]
ASKED = "INSERT OR IGNORE INTO index_asked VALUES (?,?,?,?,?,?,?)"
FORETOLD = "INSERT INTO index_foretold VALUES (?,?)"
_EACH = (
    "SELECT place, target, label, project, named, ids, run FROM index_asked JOIN index_requests USING (digest)"
    " WHERE run IS NOT NULL ORDER BY place"
)


class Foretelling:
    """Knows what is settled of a recording: which tags were written, who has what, whose writes were carried out."""

    def __init__(
        self,
        catalogue: Catalogue,
        around: Around,
        written_tags: Mapping[str, int],
        owners: Mapping[str, int],
        writers: Mapping[int, int],
    ) -> None:
        self._catalogue = catalogue
        self._around = around
        self._written = written_tags
        self._owners = owners
        self._writers = writers

    def asked(self, exchange: Exchange, keyed: Keyed, digest: bytes) -> Row | None:
        """Return a row of what was asked, if its answers may be foretold; its ids are as they were sent."""
        request = exchange.request
        if request.method != METHOD or request.body or any(self._written[tag] for tag in depends(keyed, self._around)):
            return None
        identified = self._catalogue.identify(METHOD, request.path, request.query, None)
        project = project_in(request.path)
        named = names_in(keyed, identified, project) if isinstance(identified, Match) else None
        if named is None:
            return None
        alias = next((alias for value, alias in named if value == project), None) if project is not None else None
        if project is not None and alias is None:
            return None
        place = place_of(METHOD, request.target, credential_of(keyed))
        return place, digest, request.target, keyed.label, alias, dumped(named), dumped(keyed.ids)

    def foretold(self, connection: sqlite3.Connection) -> Iterator[Row]:
        """Yield the rows of what is foretold, in their order."""
        asked = connection.cursor()
        for place, target, label, project, named, ids, run in asked.execute(_EACH):
            told = self._told(
                target, label, project, (loaded(named), loaded(ids)), unpacked_run(run, ALWAYS), connection
            )
            if told is not None:
                yield place, written(told)

    def _told(
        self,
        target: bytes,
        label: str,
        project: str | None,
        said: tuple[Any, Any],
        run: tuple[Seen, ...],
        connection: sqlite3.Connection,
    ) -> Foretold | None:
        actors = {seen.actor for seen in run}
        if len(actors) != 1:
            return None
        (actor,), (named, ids) = actors, said
        found, begins, place = track(run, None), [], 0
        for each in found.segments:
            begins.append(found.places[place])
            place += each.count
        answers = _answers(begins, connection.execute, LONGEST - len(target) * 3 - 64 * len(begins) - 512)
        if not answers:
            return None
        owner = next((self._owners[each] for each in ids if self._owners.get(each) is not None), None)
        client = actor if self._writers.get(actor) else None
        pairs = tuple((value, alias) for value, alias in named)
        who = actor, owner, client, client is not None and bool(ids)
        return Foretold(target, project, pairs, run[0].at, found.segments, tuple(begins), *who, label, answers)


def _answers(begins: list[int], execute: Callable[..., Any], room: int) -> dict[int, bytes]:
    """Return the answers that begin the runs as far as there is room: the last first, for that is asked for longest."""
    found: dict[int, bytes] = {}
    for run in (len(begins) - 1, *range(len(begins) - 1)):
        (packed,) = execute("SELECT answer FROM index_exchanges WHERE at = ?", (begins[run],)).fetchone()
        answer = answer_of(unpacked(packed))
        room -= len(answer)
        if room < 0:
            break
        found[run] = answer
    return found
