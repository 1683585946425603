"""The benchmark of admission and validation: it measures requests that nothing is found about."""

from __future__ import annotations

import pytest

from benchmarks import validation
from benchmarks.validation import Row, create, judge, rows, show


def test_the_requests_are_as_documented_and_of_the_size_named() -> None:
    assert judge(create()).operation.id == "cinder_create_volume"
    assert judge(show()).operation.id == "cinder_show_volume"
    assert (len(create().body), show().body) == (300, b"")


def test_each_row_has_a_cost_and_the_two_requests_a_target() -> None:
    measured = list(rows(rounds=1, times=1))
    assert [row.target_us for row in measured] == [40, None, None, None, 10]
    assert all(row.cost_us > 0 for row in measured)


def test_a_row_is_told_with_its_target() -> None:
    assert str(Row("a", 1.234, 40)) == "    1.23 µs  a  (target 40)"


def test_the_command_prints_the_rows(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(validation, "rows", lambda: [Row("a", 1)])
    validation.main()
    assert capsys.readouterr().out == "    1.00 µs  a\n"
