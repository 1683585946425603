"""Names that a client asks for in paths and filters, and which recorded ones they stand for.

A name that a served write has bound stands for its recorded name; one that contains a bound word (of at least four
characters) for the recorded name with that word swapped in; any other for a recorded name that no write chose, or
that no write served so far has bound: a client may look for its disk before it creates it (replay trial, rule 3.2).
"""

from __future__ import annotations

from collections.abc import Container, Iterator

from gateway.cassette.key import Keyed
from gateway.cassette.scope import Scope
from gateway.cassette.series import Names, Run, Series

SHORTEST_WORD = 4


class Naming:
    """The names of one scope. `chosen` are all names that recorded writes chose."""

    def __init__(self, scope: Scope, chosen: Container[str]) -> None:
        self._scope = scope
        self._chosen = chosen

    def fitting(self, keyed: Keyed, series: Series) -> list[Run]:
        """Return the runs whose recorded names fit the asked-for ones."""
        if not keyed.names:
            return list(series.runs.get((), {}).values())
        asked = tuple(name for _, name in keyed.names)
        known = [names for names in series.runs if self._stand_for(asked, names)]
        found = known or self._open(asked, series)
        return [run for names in found for run in series.runs[names].values()]

    def _stand_for(self, asked: Names, recorded: Names) -> bool:
        return all(name in self._recorded(live) for live, name in zip(asked, recorded, strict=True))

    def _recorded(self, live: str) -> list[str]:
        exact = self._scope.names.get(live)
        return exact if exact else list(self._swapped(live))

    def _swapped(self, live: str) -> Iterator[str]:
        words = [word for word in self._scope.names if len(word) >= SHORTEST_WORD and word in live]
        for word in sorted(words, key=len, reverse=True)[:1]:
            yield from (live.replace(word, recorded) for recorded in self._scope.names[word])

    def _open(self, asked: Names, series: Series) -> list[Names]:
        if any(self._scope.names.get(live) for live in asked):
            return []
        free = [names for names in series.runs if all(self._is_free(name) for name in names)]
        never_chosen = [names for names in free if all(name not in self._chosen for name in names)]
        return [asked] if asked in free else never_chosen + [names for names in free if names not in never_chosen]

    def _is_free(self, recorded: str) -> bool:
        return recorded not in self._chosen or recorded not in self._scope.bound
