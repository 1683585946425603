"""Which text of a live answer stands where which text of the recorded one does: so live ids are told for recorded ones.

Members go by name, items of a list by their own names: a live service has more things than a recording, in another
order. An only item stands against an only item.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from gateway.cassette.leaves import parsed
from gateway.contract.model import JsonValue
from gateway.http.messages import Response

Pair = tuple[str, str]

_NAMES = ("name", "display_name")


def paired(recorded: Response, live: Response) -> Iterator[Pair]:
    """Yield the recorded and the live text of each place that both answers have, where they differ."""
    yield from _in_location(recorded, live)
    yield from _pairs(parsed(recorded.body), parsed(live.body))


def _in_location(recorded: Response, live: Response) -> Iterator[Pair]:
    first, second = (each.header(b"location") or b"" for each in (recorded, live))
    segments = zip(reversed(first.split(b"/")), reversed(second.split(b"/")), strict=False)
    yield from ((one.decode("latin-1"), other.decode("latin-1")) for one, other in segments if one != other)


def _pairs(recorded: JsonValue, live: JsonValue) -> Iterator[Pair]:
    if isinstance(recorded, dict) and isinstance(live, dict):
        for name in recorded:
            if name in live:
                yield from _pairs(recorded[name], live[name])
    elif isinstance(recorded, list) and isinstance(live, list):
        for one, other in _partners(recorded, live):
            yield from _pairs(one, other)
    elif isinstance(recorded, str) and isinstance(live, str) and recorded != live:
        yield recorded, live


def _partners(recorded: list[JsonValue], live: list[JsonValue]) -> Iterator[tuple[JsonValue, JsonValue]]:
    if len(recorded) == len(live) == 1:
        yield recorded[0], live[0]
        return
    known, found = _by_name(recorded), _by_name(live)
    yield from ((each, found[name]) for name, each in known.items() if name in found)


def _by_name(items: list[JsonValue]) -> dict[str, JsonValue]:
    """Return the items whose names no other item has."""
    named = [(name, item) for item in items if (name := _name(item))]
    often = Counter(name for name, _ in named)
    return {name: item for name, item in named if often[name] == 1}


def _name(item: JsonValue) -> str | None:
    names = (item.get(member) for member in _NAMES) if isinstance(item, dict) else iter(())
    return next((name for name in names if isinstance(name, str) and name), None)
