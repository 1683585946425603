"""Aliases in the files of a text cassette, counted, and told from what only looks like one.

People edit these files. A misspelt alias (`<volumme:1>`) would be played to clients as it stands, so every word of that
look is refused unless it is an alias, or was there when the cassette was written: the header names those.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from gateway.cassette.kinds import KINDS, kind_of
from gateway.cassette.text_blobs import is_blob
from gateway.cassette.text_migrations import LOOKS_LIKE_ALIAS, is_exchange_file
from gateway.errors import CassetteError


def counted_aliases(files: Mapping[str, bytes]) -> dict[str, int]:
    """Return how many ids of each kind the files name."""
    found = {word for _, word in _words(files)}
    counts = Counter(kind_of(word) for word in found)
    return {f"<{kind}>": counts[kind] for kind in KINDS if counts[kind]}


def literals(files: Mapping[str, bytes]) -> list[str]:
    """Return what looks like an alias in the files and is none."""
    return sorted({word for _, word in _words(files) if kind_of(word) not in KINDS})


def check_placeholders(files: Mapping[str, bytes], known: Iterable[str]) -> None:
    """Raise CassetteError for the first word that looks like an alias, is none and is not known either."""
    allowed = frozenset(known)
    for name, word in _words(files):
        if kind_of(word) not in KINDS and word not in allowed:
            raise CassetteError(f"{name}: {word} is no alias{_suggestion(word)}; the kinds are {', '.join(KINDS)}")


def _words(files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    for name, content in files.items():
        if is_exchange_file(name) or is_blob(name):
            for found in LOOKS_LIKE_ALIAS.findall(content):
                yield name, found.decode()


def _suggestion(word: str) -> str:
    close = get_close_matches(kind_of(word).lower(), KINDS, n=1)
    return f"; did you mean <{close[0]}{word[1 + len(kind_of(word)) :]}?" if close else ""
