"""How much a difference between two recordings weighs, by the same measure as a live answer held against one.

Status of another class, a member that is gone or of another type: an error. A member or an exchange that is new:
information. All else, values and lists that are longer or shorter, is a warning: a test may hang on it, or not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from gateway.cassette.comparing import Weight
from gateway.cassette.diff import ABSENT, Change, Difference

_STATUS = "/response/status"
_ANSWER = "/response/"
# An item of a list, the innermost one around a place, and what is left of the place.
_IN_ITEM = re.compile(r"(.*/\d+)(/.*)?")
_ORDER = tuple(Weight)


def weight_of(difference: Difference) -> Weight:
    """Return the weight of two exchanges that differ, or of one that only one recording has."""
    if not difference.changes:
        return Weight.WARN if difference.first else Weight.INFO
    return heaviest(weights_of(difference))


def weights_of(difference: Difference) -> tuple[Weight, ...]:
    """Return the weight of each change, in their order."""
    absent = {(each.where, _side(each)) for each in difference.changes if _side(each)}
    return tuple(_weight(each, absent) for each in difference.changes)


def heaviest(weights: Iterable[Weight]) -> Weight:
    return min(weights, key=_ORDER.index)


def reaches(weight: Weight, bound: Weight) -> bool:
    """Return whether a weight is at least another one."""
    return _ORDER.index(weight) <= _ORDER.index(bound)


def _weight(change: Change, absent: set[tuple[str, str]]) -> Weight:
    if change.where == _STATUS:
        return Weight.ERROR if change.first[:1] != change.second[:1] else Weight.WARN
    if not change.where.startswith(_ANSWER) or _is_of_an_item_more(change, absent):
        return Weight.WARN
    if _side(change) == "first":
        return Weight.INFO
    return Weight.ERROR if _side(change) == "second" or _kind(change.first) != _kind(change.second) else Weight.WARN


def _side(change: Change) -> str:
    """Return the recording that has nothing at this place, if one has."""
    if change.first == ABSENT:
        return "first"
    return "second" if change.second == ABSENT else ""


def _is_of_an_item_more(change: Change, absent: set[tuple[str, str]]) -> bool:
    """Return whether a place is in an item of a list that the other recording has not: it has no id there either."""
    found, side = _IN_ITEM.fullmatch(change.where), _side(change)
    if found is None or not side:
        return False
    return found[2] is None or (f"{found[1]}/id", side) in absent


def _kind(text: str) -> str:
    value = json.loads(text)
    return "number" if isinstance(value, int | float) and not isinstance(value, bool) else type(value).__name__
