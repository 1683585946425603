"""Who made what: which recorded write issued an id, which disk a snapshot or transfer belongs to.

An id belongs to the write in whose answer it first appeared. Calls that answer with a job name their disks later: what
a job's answer shows belongs to the write that started the job. A disk whose job nobody asked for is adopted by the
first earlier creation whose name it bears (with the `-0001` of a batch).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gateway.cassette.exchange import Exchange
from gateway.cassette.key import Keyed
from gateway.cassette.kinds import IS_ALIAS, PROJECT, SECRET, kind_of
from gateway.cassette.leaves import objects, parsed
from gateway.contract.model import Effect

BATCH_SUFFIX = re.compile(r"-\d{4}\Z")


@dataclass(frozen=True, slots=True)
class Entry:
    """One recorded exchange, aliased, with its key and its place in the recording."""

    at: int
    exchange: Exchange
    keyed: Keyed

    @property
    def refused(self) -> bool:
        return self.exchange.response.status >= 400

    @property
    def changes(self) -> bool:
        """True for a write that was carried out. A refused one changes nothing."""
        return self.keyed.is_write and not self.refused


@dataclass(frozen=True, slots=True)
class Lineage:
    """What a recording says about its things. `issued` maps the place of a write to the ids it brought into being."""

    issued: dict[int, list[str]] = field(default_factory=dict)
    children: dict[str, set[str]] = field(default_factory=dict)
    parent: dict[str, str] = field(default_factory=dict)
    projects: dict[str, set[str]] = field(default_factory=dict)

    def family(self, thing: str) -> set[str]:
        """Return a thing with its snapshots and transfers."""
        return {thing, *self.children.get(thing, ())}


def things_in(text: str) -> Iterator[str]:
    """Yield the aliases in a text that stand for a thing, neither a project nor a secret."""
    return (alias for alias in IS_ALIAS.findall(text) if kind_of(alias) not in (PROJECT, SECRET))


@dataclass(frozen=True, slots=True)
class _Orphan:
    """A disk that no write issued: where it was first shown, its name and its age."""

    at: int
    name: str
    created_at: str


@dataclass(slots=True)
class _Maker:
    """A creation that may have made disks which no answer to it showed, and how many it still may."""

    at: int
    room: int


class Ancestry:
    """Reads a recording in order and tells its lineage. Holds things and the writes that made them, no exchanges."""

    def __init__(self) -> None:
        self.result = Lineage()
        self._seen: set[str] = set()
        self._starter: dict[str, int] = {}
        self._orphans: dict[str, _Orphan] = {}
        self._makers: dict[str, list[_Maker]] = defaultdict(list)

    def read(self, entry: Entry) -> None:
        request, body = entry.exchange.request, entry.exchange.response.body
        self._seen.update(things_in((request.target + request.body).decode("utf-8", "replace")))
        shown = list(dict.fromkeys(things_in(body.decode("utf-8", "replace"))))
        new = [alias for alias in shown if alias not in self._seen]
        self._seen.update(new)
        self._note_projects(entry, new)
        if entry.changes:
            self._issue(entry.at, new)
            self._note_maker(entry)
            self._starter.update((alias, entry.at) for alias in new if kind_of(alias) == "job")
        elif entry.keyed.target in self._starter:
            self._follow(self._starter[entry.keyed.target], shown)
        for _, value in objects(parsed(body)) if shown else ():
            self._relate(value.get("id"), value.get("volume_id"))
            thing, name = value.get("id"), value.get("name")
            if thing in new and not entry.changes and kind_of(str(thing)) == "volume" and isinstance(name, str):
                self._orphans[str(thing)] = _Orphan(entry.at, name, str(value.get("created_at", "")))

    def adopt(self) -> None:
        """Give each disk that no write issued, the oldest first, to the first creation that may have made it."""
        issued = {thing for things in self.result.issued.values() for thing in things}
        makers = {word: [each for each in made if self._started_jobs_only(each)] for word, made in self._makers.items()}
        for thing, orphan in sorted(self._orphans.items(), key=lambda each: each[1].created_at):
            maker = _maker(orphan, makers) if thing not in issued else None
            if maker is not None:
                maker.room -= 1
                self._issue(maker.at, [thing])

    def _started_jobs_only(self, maker: _Maker) -> bool:
        return {kind_of(alias) for alias in self.result.issued[maker.at]} == {"job"}

    def _note_maker(self, entry: Entry) -> None:
        operation = entry.keyed.operation
        creates = operation.effect is Effect.CREATE if operation else entry.keyed.target is None
        kinds = {kind_of(alias) for alias in self.result.issued.get(entry.at, ())}
        if creates and kinds == {"job"}:
            maker = _Maker(entry.at, _count(entry))
            for word in {word for path, word in entry.keyed.chosen.items() if path[-1] == "name"}:
                self._makers[word].append(maker)

    def _note_projects(self, entry: Entry, new: list[str]) -> None:
        if entry.keyed.project:
            for alias in (*entry.keyed.ids, *(new if entry.changes else ())):
                self.result.projects.setdefault(alias, set()).add(entry.keyed.project)

    def _issue(self, at: int, things: list[str]) -> None:
        known = self.result.issued.setdefault(at, [])
        known.extend(thing for thing in things if thing not in known)

    def _follow(self, at: int, shown: list[str]) -> None:
        self._issue(at, shown)
        self._starter.update((alias, at) for alias in shown if kind_of(alias) == "job")

    def _relate(self, thing: object, volume: object) -> None:
        if isinstance(thing, str) and isinstance(volume, str) and thing != volume and IS_ALIAS.fullmatch(thing):
            self.result.parent[thing] = volume
            self.result.children.setdefault(volume, set()).add(thing)


def _count(entry: Entry) -> int:
    """Return how many disks a creation asks for. Source: Creating EVS Disks, count."""
    count = dict(entry.keyed.parts).get("body.volume.count", "1")
    return int(count) if count.isdecimal() else 1


def _maker(orphan: _Orphan, makers: Mapping[str, list[_Maker]]) -> _Maker | None:
    """Return the first creation before an orphan was shown whose name it bears, and that may have made one more."""
    words = {orphan.name, BATCH_SUFFIX.sub("", orphan.name)}
    fitting = (each for word in words for each in makers.get(word, ()) if each.room > 0 and each.at < orphan.at)
    return min(fitting, key=lambda maker: maker.at, default=None)
