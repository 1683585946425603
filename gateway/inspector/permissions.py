"""Who used which action, as a matrix: principals down, actions across, in each cell how often and when last.

Where no policies were asked, the documented actions of an operation stand for it: that is what it would have needed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.access.requirements import usual_actions
from gateway.audit.uses import Used

# Principals that a matrix shows, those that were there last; it counts the rest.
MOST_PRINCIPALS = 200
NOBODY = "(nobody known)"
NO_ACTION = "(no action)"


@dataclass(frozen=True, slots=True)
class Cell:
    """How often a principal used an action: allowed, denied, and where nobody decided. And when last."""

    allowed: int = 0
    denied: int = 0
    undecided: int = 0
    last_ms: int = 0

    @property
    def tone(self) -> str:
        """The verdicts in one word."""
        passed = self.allowed + self.undecided
        return ("mixed" if passed else "denied") if self.denied else ("allowed" if self.allowed else "undecided")

    def with_(self, used: Used) -> Cell:
        """Return the cell with further uses in it."""
        verdict, count = used.use.decision, used.requests
        return Cell(
            self.allowed + (count if verdict == "allow" else 0),
            self.denied + (count if verdict == "deny" else 0),
            self.undecided + (count if verdict not in ("allow", "deny") else 0),
            max(self.last_ms, used.last_ms),
        )


@dataclass(frozen=True, slots=True)
class Row:
    """A principal with its cells, one for each action of the matrix; None where it never used that."""

    principal: str
    last_ms: int
    cells: tuple[Cell | None, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Principals, those that were there last first, by actions. `more` principals are not shown."""

    actions: tuple[str, ...]
    rows: tuple[Row, ...]
    more: int = 0


def matrix_of(used: Iterable[Used], most: int = MOST_PRINCIPALS) -> Matrix:
    """Return the matrix of what was used."""
    cells: defaultdict[str, dict[str, Cell]] = defaultdict(dict)
    for each in used:
        known = cells[each.use.principal or NOBODY]
        for action in _actions(each):
            known[action] = known.get(action, Cell()).with_(each)
    last = {who: max(cell.last_ms for cell in known.values()) for who, known in cells.items()}
    shown = sorted(cells, key=lambda who: (-last[who], who))[:most]
    actions = tuple(sorted({action for who in shown for action in cells[who]}))
    return Matrix(actions, tuple(_row(who, last[who], cells[who], actions) for who in shown), len(cells) - len(shown))


def _actions(used: Used) -> tuple[str, ...]:
    return (used.use.action,) if used.use.action else usual_actions(used.use.operation) or (NO_ACTION,)


def _row(who: str, last_ms: int, known: Mapping[str, Cell], actions: tuple[str, ...]) -> Row:
    return Row(who, last_ms, tuple(known.get(action) for action in actions))
