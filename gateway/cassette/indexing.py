"""Reading a recording once, in order, for what replay asks of it later.

An exchange is aliased, keyed and handed on; what is remembered of it is what later exchanges may still change: who made
which thing, which connections are one client, what a write touches. That grows with the things, connections and writes
of a recording, not with its reads. When all is read the findings are settled; only then is it known which answers
repeat which words, so answers are cut into templates in a second reading, or when they are first served.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from gateway.cassette.actors import Actors
from gateway.cassette.aliases import Aliases
from gateway.cassette.answers import Template, template
from gateway.cassette.bearers import Standings
from gateway.cassette.echoes import Field, Setting, Settings, Words, echoes
from gateway.cassette.exchange import Exchange
from gateway.cassette.gates import Write, touched, write_of
from gateway.cassette.index import Recorded, When
from gateway.cassette.key import Keyed, keyed, program
from gateway.cassette.kinds import IS_ALIAS, PROJECT, SECRET, kind_of
from gateway.cassette.leaves import parsed
from gateway.cassette.lineage import Ancestry, Entry
from gateway.cassette.series import answer_mark
from gateway.contract.catalogue import Catalogue
from gateway.contract.model import Effect

# Counts the rules that decide what an index says. An index of another number is made anew.
RULES = 5


@dataclass(frozen=True, slots=True)
class Placed:
    """One exchange, read: its key, what is known of it, and a mark that equal answers share. The actor of `recorded`
    is settled later; until then its connection stands for it."""

    keyed: Keyed
    recorded: Recorded
    connection: str
    answer: bytes


@dataclass(slots=True)
class Findings:
    """What was found out about a recording so far, settled when all of it is read."""

    aliases: Aliases = field(default_factory=Aliases)
    standings: Standings = field(default_factory=Standings)
    ancestry: Ancestry = field(default_factory=Ancestry)
    actors: Actors = field(default_factory=Actors)
    writes: list[Write] = field(default_factory=list)
    words: list[Words] = field(default_factory=list)
    chosen_names: set[str] = field(default_factory=set)
    issued_secrets: set[str] = field(default_factory=set)
    asked_projects: dict[str, None] = field(default_factory=dict)
    shown_projects: dict[str, None] = field(default_factory=dict)

    @property
    def projects(self) -> tuple[str, ...]:
        """The projects in the order in which requests named them, then those only answers show."""
        return tuple(self.asked_projects | self.shown_projects)

    def reserve(self, exchange: Exchange) -> None:
        """Note the aliases that already stand in a recording, and whose credentials were granted anything: before any
        alias is given and any key made."""
        self.aliases.reserve(exchange)
        self.standings.note(exchange)

    def settle(self) -> None:
        self.ancestry.adopt()
        self.actors.settle(self.ancestry.result)

    def touches(self) -> Iterator[tuple[str, When, int]]:
        """Yield tag, completion and client of all that writes touch, in order of completion."""
        for write in sorted(self.writes, key=lambda write: write.ended):
            for tag in touched(write, self.ancestry.result):
                yield tag, write.ended, self.actors.of_write(write.at)

    def settings(self) -> Iterator[tuple[str, Field, Setting]]:
        """Yield what writes set, in recorded order."""
        for each in self.words:
            yield from each.settings(self.ancestry.result.issued.get(each.at, ()))


class Reader:
    """Reads the exchanges of a recording into findings."""

    def __init__(self, catalogue: Catalogue, findings: Findings, begun_at: float) -> None:
        self._catalogue = catalogue
        self._findings = findings
        self._begun_at = begun_at

    def read(self, at: int, exchange: Exchange) -> Placed:
        """Read the next exchange of a recording that was noted whole."""
        findings = self._findings
        findings.aliases.learn(exchange)
        aliased = findings.aliases.apply(exchange)
        self._note_aliases(aliased)
        entry = Entry(at, aliased, self.keyed(aliased))
        findings.ancestry.read(entry)
        findings.actors.read(entry)
        findings.chosen_names.update(entry.keyed.chosen.values())
        if entry.changes:
            findings.writes.append(write_of(entry))
            if entry.keyed.chosen:
                findings.words.append(Words(at, entry.keyed.target, entry.keyed.chosen))
        return Placed(entry.keyed, self._recorded(entry), exchange.connection, answer_mark(aliased.response))

    def keyed(self, aliased: Exchange) -> Keyed:
        """Return the key of an exchange whose ids are aliases."""
        request = aliased.request
        identified = self._catalogue.identify(request.method, request.path, request.query, parsed(request.body))
        key = keyed(request, identified, aliased.credential, str, self._findings.issued_secrets)
        refused = key.refused() if self._findings.standings.is_refused(aliased) else None
        return refused or key

    def _note_aliases(self, aliased: Exchange) -> None:
        findings = self._findings
        if aliased.response.status < 400:  # a refusal may repeat the wrong one it was sent
            findings.issued_secrets.update(_aliases_of(aliased.response.body, SECRET))
        findings.asked_projects.update(dict.fromkeys(_aliases_of(aliased.request.target, PROJECT)))
        findings.shown_projects.update(dict.fromkeys(_aliases_of(aliased.response.body, PROJECT)))

    def _recorded(self, entry: Entry) -> Recorded:
        exchange, key = entry.exchange, entry.keyed
        return Recorded(
            at=entry.at,
            seq=exchange.seq or entry.at + 1,
            operation=key.operation_id,
            method=key.method,
            status=exchange.response.status,
            is_write=key.is_write,
            actor=-1,
            began=(exchange.started_at, entry.at),
            answered_s=exchange.completed_at - self._begun_at,
            names=key.names,
            chosen=key.chosen,
            ids=key.ids,
            program=program(exchange.request),
            target=key.operation.path if key.operation else exchange.request.path.decode("latin-1"),
        )


def cut(at: int, aliased: Exchange, key: Keyed, settings_of: Callable[[str], Settings]) -> Template:
    """Cut the answer of an exchange whose ids are aliases into pieces."""
    response = aliased.response
    found = echoes(at, key.target, parsed(response.body), settings_of)
    issues = key.operation is not None and key.operation.effect is Effect.ISSUE and response.status < 400
    return template(response, found, key.names, issues, aliased.completed_at)


def _aliases_of(text: bytes, kind: str) -> Iterator[str]:
    return (alias for alias in IS_ALIAS.findall(text.decode("utf-8", "replace")) if kind_of(alias) == kind)
