"""Lists sorted by a word that the client chose: their recorded order is that of the recorded words.

An unpaged list is sorted again by the client's words; a paged one cannot be, for its pages were cut in the recorded
order (replay trial, point 3).
"""

from __future__ import annotations

import json

from gateway.cassette.key import Keyed
from gateway.cassette.kinds import CHOSEN
from gateway.cassette.leaves import parsed
from gateway.contract.model import JsonObject, JsonValue
from gateway.http.messages import Response

_PAGING = frozenset({"query.limit", "query.marker", "query.offset"})
PAGED_NOTE = "pages stand in the recorded order: a paged list sorted by a name cannot be sorted again"


def sorted_by(keyed: Keyed) -> tuple[str, bool] | None:
    """Return the chosen member a list is sorted by and whether downwards, or None. Downwards unless told otherwise.

    Source: Querying Disks, sort_key and sort_dir; the OpenStack API's newer `sort=key:dir`.
    """
    query = dict(keyed.parts)
    key, _, direction = query.get("query.sort", "").split(",")[0].partition(":")
    key = key or query.get("query.sort_key", "")
    direction = direction or query.get("query.sort_dir", "desc")
    return (key, direction != "asc") if key in CHOSEN else None


def is_paged(keyed: Keyed) -> bool:
    """True when a list was asked for in pages."""
    return any(field in _PAGING for field, _ in keyed.parts)


def resorted(response: Response, member: str, downwards: bool) -> Response:
    """Return an answer with its list sorted by a member."""
    answer = parsed(response.body)
    found = (
        next((name for name, value in answer.items() if _is_list(value)), None) if isinstance(answer, dict) else None
    )
    if found is None or not isinstance(answer, dict):
        return response
    items = _items(answer[found])
    items.sort(key=lambda item: str(item.get(member) or ""), reverse=downwards)
    return response.with_body(json.dumps({**answer, found: items}).encode())


def _is_list(value: JsonValue) -> bool:
    return isinstance(value, list) and all(isinstance(item, dict) for item in value)


def _items(value: JsonValue) -> list[JsonObject]:
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []
