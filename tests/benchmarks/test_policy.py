"""The benchmark of decisions: it measures requests that are allowed, under as many policies as it says."""

from __future__ import annotations

import pytest

from benchmarks import policy
from benchmarks.policy import ALICE, FACTS, REQUESTS, policies, rows


@pytest.mark.parametrize("count", [4, 200])
def test_the_principal_has_all_policies_and_may_do_everything(count: int) -> None:
    held = policies(count)
    assert len(held.holding_for(ALICE)) == count
    assert all(held.decide(ALICE, match, FACTS).allowed for match in REQUESTS.values())


def test_each_request_is_measured_with_few_and_with_many() -> None:
    found = list(rows(rounds=1, times=1))
    assert [row.target_us for row in found] == [20, 20, 20, 60, 60, 60]


def test_the_rows_are_printed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(policy, "rows", lambda: iter([policy.Row("decide", 1.0, 20)]))
    policy.main()
    assert capsys.readouterr().out == "    1.00 µs  decide  (target 20)\n"
