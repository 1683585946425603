"""The benchmark of the audit trail: it measures records that are really written."""

from __future__ import annotations

import pytest

from benchmarks import audit
from benchmarks.audit import rows, run
from benchmarks.validation import Row


def test_each_row_has_a_cost_and_each_record_a_target() -> None:
    measured = list(rows(rounds=1, times=1))
    assert [row.target_us for row in measured] == [30, None, None, None, 30, None, 30]
    assert all(row.cost_us > 0 for row in measured)


def test_what_waits_is_not_measured() -> None:
    async def waits() -> None:
        await _Never()

    with pytest.raises(AssertionError, match="waits for nothing"):
        run(waits())


class _Never:
    def __await__(self):  # type: ignore[no-untyped-def]
        yield


def test_the_command_prints_the_rows(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(audit, "rows", lambda: [Row("a", 1)])
    audit.main()
    assert capsys.readouterr().out == "    1.00 µs  a\n"
