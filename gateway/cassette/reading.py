"""What the ids in a request stand for in one scope, and what the scope has yet to learn from them.

Changes nothing: what a reading found out becomes known when its event is applied.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container
from dataclasses import dataclass, field

from gateway.cassette.events import Known
from gateway.cassette.ids import Mint
from gateway.cassette.index import RealIds
from gateway.cassette.kinds import IS_ALIAS, IS_ID, NAMED_THING, OWNED, PROJECT, kind_of, number_of
from gateway.cassette.places import Places

# What may stand in any answer as it is.
_PLAIN = re.compile(r"[\w.~-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class Identity:
    """What the ids of a scope are made from, and what a recording says of ids: real ones where it still holds them,
    its projects and the secrets that were issued in it."""

    seed: str
    name: str
    real: RealIds
    projects: tuple[str, ...]
    issued_secrets: Container[str]


@dataclass(slots=True)
class Ids:
    """The ids of a scope. `values` are those that it did not make: projects as clients sent them, live ones that it was
    told, the `met`. Ids of the `presented` kinds are shown as the recording holds them, where it does, and so are those
    that a client named itself: of these only the numbers are kept, in `named` by kind, for there may be very many.
    `made` are the aliases that were shown as values made here."""

    identity: Identity
    mint: Mint
    presented: frozenset[str] = frozenset()
    values: dict[str, str] = field(default_factory=dict)
    met: set[str] = field(default_factory=set)
    aliases: dict[str, str] = field(default_factory=dict)
    named: dict[str, Places] = field(default_factory=dict)
    made: set[str] = field(default_factory=set)

    def value(self, alias: str) -> str:
        """Return the value that is shown for an alias."""
        known = self.values.get(alias) or self._recorded(alias)
        if known is None:
            self.made.add(alias)
            known = self.mint.value(alias)
        return known

    def alias(self, value: str) -> str | None:
        """Return the alias of a value that this scope has shown or been told."""
        known = self.aliases.get(value) or self.aliases.get(value.lower())
        if known is not None:
            return known
        recorded = self.identity.real.alias_of(value) if IS_ID.fullmatch(value) else None
        if recorded is None:  # what was recorded is nothing that was made here: a look-up is quicker than the reckoning
            return self.mint.alias(value)
        return recorded if self.is_named(recorded) else None

    def real(self, value: str) -> str | None:
        """Return the alias of a real id that the recording still holds, unless another value was told to be it."""
        alias = self.identity.real.alias_of(value)
        return alias if alias is not None and self.values.get(alias, value).lower() == value.lower() else None

    def is_issued(self, value: str) -> bool:
        """Return whether a client has this id of a disk, snapshot, transfer or job from here."""
        alias = self.alias(value)
        return alias is not None and kind_of(alias) in OWNED and self.identity.real.alias_of(value) is None

    def know(self, known: Known) -> bool:
        """Take values for the aliases a client named by them; return whether anything may have been shown otherwise."""
        otherwise = [self._know(alias, value) for alias, value in known]
        return any(otherwise)

    def _know(self, alias: str, value: str) -> bool:
        kind, is_id = kind_of(alias), IS_ID.fullmatch(value) is not None
        if is_id and kind != PROJECT and self.identity.real.value_of(alias) == value:
            self.named.setdefault(kind, Places()).add(number_of(alias))
            return self.values.pop(alias, None) is not None or alias in self.made
        self.values[alias] = value
        self.aliases[value.lower() if is_id else value] = alias
        return True

    def learn(self, pairs: Known) -> None:
        """Take live values for the ids that were shown in their places. What a thing was met as first, it stays."""
        for shown, live in pairs:
            alias = Reading(self).resolve(shown)
            if IS_ALIAS.fullmatch(alias) and alias not in self.met and self.aliases.get(live.lower()) not in self.met:
                self.met.add(alias)
                self.know(((alias, live),))

    def _recorded(self, alias: str) -> str | None:
        is_shown = kind_of(alias) in self.presented or self.is_named(alias)
        return self.identity.real.value_of(alias) if is_shown else None

    def is_named(self, alias: str) -> bool:
        """True for a thing that a client named by its real id."""
        numbers = self.named.get(kind_of(alias))
        return numbers is not None and number_of(alias) in numbers


@dataclass(slots=True)
class Reading:
    """Reads one request. `known` are the aliases that it tells values of, where these are news."""

    ids: Ids
    known: Known = ()
    _found: dict[str, str] = field(default_factory=dict)

    def resolve(self, text: str) -> str:
        """Return a text with the ids in it replaced by their aliases."""
        if IS_ID.fullmatch(text):
            return self._told(text)
        return self._found.get(text) or self.ids.alias(text) or NAMED_THING.sub(self._resolved, text)

    def claim(self, project: str, fits: Callable[[str], bool]) -> None:
        """Find the recorded project that one stands for: of those that nobody claimed the first that fits, else the
        first."""
        if self.ids.aliases.get(project) in self.ids.values:
            return
        if _PLAIN.fullmatch(project):
            alias = self.ids.alias(project) or self.ids.real(project) or self._unclaimed(fits)
            if alias is not None and alias not in self.ids.values:
                self._find(alias, project)

    def stand(self, project: str, alias: str) -> Callable[[str], str]:
        """Return how texts would be resolved if a project stood for a recorded one."""
        return lambda text: alias if text == project else self.resolve(text)

    def _unclaimed(self, fits: Callable[[str], bool]) -> str | None:
        if PROJECT in self.ids.presented:
            return None
        free = [each for each in self.ids.identity.projects if each not in self.ids.values]
        return next(filter(fits, free), None) or next(iter(free), None)

    def _resolved(self, match: re.Match[str]) -> str:
        return self._told(match.group())

    def _told(self, value: str) -> str:
        alias = self._found.get(value.lower()) or self.ids.alias(value)
        if alias is None:
            alias = self.ids.real(value)
            if alias is not None:
                self._find(alias, value)
        return alias or value

    def _find(self, alias: str, value: str) -> None:
        self.known = (*self.known, (alias, value))
        self._found[value] = self._found[value.lower() if IS_ID.fullmatch(value) else value] = alias
