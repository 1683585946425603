"""Names that a client asks for in paths and filters, and which recorded ones they stand for.

A name that a served write has bound stands for its recorded name; one that contains a bound word (of at least four
characters) for the recorded name with that word swapped in; any other for a recorded name that no write chose, or
that no write served so far has bound: a client may look for its disk before it creates it (replay trial, rule 3.2).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product

from gateway.cassette.index import Index, Names
from gateway.cassette.key import Keyed
from gateway.cassette.scope import Scope

SHORTEST_WORD = 4


def unnamed(keyed: Keyed, index: Index) -> list[int]:
    """Return the number of the series of a key that asks for no name, if there is one."""
    only = index.series(keyed.text, ())
    return [] if only is None else [only]


class Naming:
    """The names of one scope, and those of the recording."""

    def __init__(self, scope: Scope, index: Index) -> None:
        self._scope = scope
        self._index = index

    def fitting(self, keyed: Keyed) -> list[int]:
        """Return the numbers of the series of this key whose recorded names fit the asked-for ones."""
        if not keyed.names:
            return unnamed(keyed, self._index)
        asked = tuple(name for _, name in keyed.names)
        known = self._numbers(keyed.text, product(*(self._recorded(live) for live in asked)))
        return known or self._open(asked, keyed.text)

    def _numbers(self, key: str, names: Iterator[Names]) -> list[int]:
        found = (self._index.series(key, each) for each in dict.fromkeys(names))
        return sorted(number for number in found if number is not None)

    def _recorded(self, live: str) -> list[str]:
        exact = self._scope.names.get(live)
        return exact if exact else self._swapped(live)

    def _swapped(self, live: str) -> list[str]:
        word = self._longest_word(live)
        return [live.replace(word, recorded) for recorded in self._scope.names[word]] if word else []

    def _longest_word(self, live: str) -> str | None:
        """Return the longest bound word in a name, the foremost of those."""
        for length in range(len(live), SHORTEST_WORD - 1, -1):
            for start in range(len(live) - length + 1):
                if self._scope.names.get(word := live[start : start + length]):
                    return word
        return None

    def _open(self, asked: Names, key: str) -> list[int]:
        if any(self._scope.names.get(live) for live in asked):
            return []
        same = self._index.series(key, asked)
        if same is not None and self._are_free(asked):
            return [same]
        free = [(names, number) for names, number in self._index.names(key) if self._are_free(names)]
        chosen = self._index.chosen_names
        never_chosen = [number for names, number in free if all(name not in chosen for name in names)]
        return never_chosen + [number for _, number in free if number not in never_chosen]

    def _are_free(self, names: Names) -> bool:
        return all(name not in self._index.chosen_names or name not in self._scope.bound for name in names)
