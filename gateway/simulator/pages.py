"""Filters, order and paging of a list, the same for disks, snapshots and transfers.

Source: 7.1.4 and 7.1.5, filter parameters and volumes_links; 7.3.4, snapshots_links.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar
from urllib.parse import urlencode

from gateway.contract import faults
from gateway.contract.faults import Fault
from gateway.contract.model import JsonObject
from gateway.http.strict_json import Json, parse
from gateway.simulator.calls import Call
from gateway.simulator.reading import whole_in

MOST = 1000


class Listed(Protocol):
    """What stands in a list."""

    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=Listed)
Predicate = Callable[[T, str], bool]
Keys = Mapping[str, Callable[[T], Any]]


@dataclass(frozen=True, slots=True)
class Page:
    """Some things in a row, and whether there are more behind them."""

    items: tuple[Any, ...]
    more: bool


def filtered(items: Iterable[T], call: Call, filters: Mapping[str, Predicate[T]]) -> list[T]:
    """Return the things that every known filter of the query lets through; other query parameters are ignored."""
    wanted = [(filters[name], value) for name, value in call.match.query if name in filters]
    return [item for item in items if all(matches(item, value) for matches, value in wanted)]


def ordered(items: list[T], call: Call, keys: Keys[T]) -> list[T]:
    """Return the things in the order asked for, the latest first when nothing is asked.

    `sort_key` and `sort_dir` are documented; `sort=key:dir,key` is what cinderclient sends.
    """
    items = sorted(items, key=keys["created_at"], reverse=True)
    for name, direction in reversed(_order(call)):
        if name in keys:
            items.sort(key=keys[name], reverse=direction != "asc")
    return items


def _order(call: Call) -> list[tuple[str, str]]:
    sort = call.asked("sort")
    if sort is None:
        return [(call.asked("sort_key") or "created_at", (call.asked("sort_dir") or "desc").lower())]
    parts = (part.strip().partition(":") for part in sort.split(","))
    return [(name, direction or "desc") for name, _, direction in parts]


def paged(items: list[T], call: Call) -> Page | Fault:
    """Return the page after the marker, or from the offset on; the marker counts first, then the offset.

    Errors: 404 when the marker is none of the things listed.
    """
    start = _after(items, call.asked("marker"))
    if start is None:
        return faults.NOT_FOUND
    start += max(0, whole_in(call.asked("offset") or "") or 0)
    end = start + (whole_in(call.asked("limit") or "") or MOST)
    return Page(tuple(items[start:end]), more=end < len(items))


def _after(items: list[T], marker: str | None) -> int | None:
    if not marker:
        return 0
    return next((place for place, item in enumerate(items, 1) if item.id == marker), None)


def next_links(name: str, call: Call, page: Page) -> JsonObject:
    """Return the member with the link to the next page, the same query with the marker moved on; none on the last."""
    if not page.more or not page.items:
        return {}
    kept = [(name, value) for name, value in call.match.query if name not in ("marker", "offset")]
    query = urlencode([*kept, ("marker", page.items[-1].id)])
    return {name: [{"href": f"{call.origin}{call.path}?{query}", "rel": "next"}]}


def carries(metadata: Mapping[str, str], wanted: str) -> bool:
    """Return whether metadata holds every pair of a filter, a JSON object or, from cinderclient, a Python one."""
    read = parse(wanted.replace("'", '"').encode())
    pairs = read.value if isinstance(read, Json) else None
    return isinstance(pairs, dict) and all(metadata.get(key) == value for key, value in pairs.items())
