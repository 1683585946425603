"""The matrix of who used what."""

from __future__ import annotations

import pytest

from gateway.audit.uses import Use, Used
from gateway.inspector.permissions import Cell, Matrix, Row, matrix_of


def used(who: str, action: str, count: int, last: int, decision: str = "allow", operation: str = "none") -> Used:
    return Used(Use(who, action, operation, decision), count, last)


def test_principals_stand_by_actions_those_that_were_there_last_first() -> None:
    matrix = matrix_of([used("alice", "a:b:get", 3, 10), used("bob", "a:b:set", 1, 20), used("bob", "a:b:get", 2, 5)])
    get, once, late = Cell(allowed=2, last_ms=5), Cell(allowed=1, last_ms=20), Cell(allowed=3, last_ms=10)
    assert matrix == Matrix(("a:b:get", "a:b:set"), (Row("bob", 20, (get, once)), Row("alice", 10, (late, None))))


def test_verdicts_of_one_action_stand_in_one_cell() -> None:
    uses = [used("bob", "a:b:get", 3, 10), used("bob", "a:b:get", 2, 20, "deny"), used("bob", "a:b:get", 1, 5, "none")]
    assert matrix_of(uses).rows[0].cells == (Cell(3, 2, 1, 20),)


def test_where_nobody_decided_the_documented_actions_stand_for_an_operation() -> None:
    uses = [used("", "", 3, 10, "none", "cinder_show_volume"), used("", "", 1, 9, "none", "undocumented")]
    matrix = matrix_of(uses)
    assert matrix.actions == ("(no action)", "evs:volumes:get")
    assert matrix.rows == (Row("(nobody known)", 10, (Cell(0, 0, 1, 9), Cell(0, 0, 3, 10))),)


def test_principals_beyond_the_bound_are_counted() -> None:
    matrix = matrix_of([used(f"user-{number}", "a:b:get", 1, number) for number in range(5)], most=2)
    assert ([row.principal for row in matrix.rows], matrix.more) == (["user-4", "user-3"], 3)


@pytest.mark.parametrize(
    ("cell", "tone"),
    [
        (Cell(1), "allowed"),
        (Cell(0, 1), "denied"),
        (Cell(1, 1), "mixed"),
        (Cell(0, 1, 1), "mixed"),
        (Cell(0, 0, 1), "undecided"),
    ],
)
def test_a_cell_says_its_verdicts_in_one_word(cell: Cell, tone: str) -> None:
    assert cell.tone == tone
