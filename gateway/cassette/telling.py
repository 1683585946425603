"""The report of a scope in words, from its JSON: what the command line, the end of a replay and the tests print."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

# Of what was not used and of the misses so many are named.
MOST_IN_WORDS = 20


def words(told: Mapping[str, Any]) -> Iterator[str]:
    """Yield a report, told as JSON, in words line by line. What missed does not hide what was not used."""
    name = f"scope {told['name']}" if "name" in told else "all scopes"
    if "hits" not in told:
        yield f"{name}: nothing is replayed here"
        return
    count = told["used_count"] + told["unused_count"]
    yield f"{name}: {told['hits']} hits, {told['approximate']} of them approximate; {told['miss_count']} misses"
    yield f"{told['unused_count']} of {count} recorded exchanges were not used"
    yield from unused(told)
    for miss in told["misses"][:MOST_IN_WORDS]:
        yield f"  missed: {miss['operation']}, {miss['kind']}: {miss['message']}"
    yield from _more("missed", told["miss_count"])


def unused(told: Mapping[str, Any]) -> Iterator[str]:
    """Yield what was not used, line by line."""
    for each in told["unused"][:MOST_IN_WORDS]:
        yield f"  unused: exchange {each['seq']}, {each['operation']} ({each['method']} {each['target']})"
    yield from _more("unused", told["unused_count"])


def _more(what: str, count: int) -> Iterator[str]:
    if count > MOST_IN_WORDS:
        yield f"  {what}: and {count - MOST_IN_WORDS} more"
