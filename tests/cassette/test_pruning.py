"""What a run used, as its report says, held against the cassette."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.cassette.pruning import Usage, refuse_unfit, usage_of
from gateway.errors import CassetteError
from tests.stores.sample_exchanges import exchange

EXCHANGES = [exchange(number, seq=number) for number in range(1, 6)]


def report(**whole: Any) -> bytes:
    unused = [{"seq": 4, "operation": "cinder_show_volume", "method": "GET", "target": "/x"}]
    used = [[1, 3], [5, 5]]
    return json.dumps(
        {
            "cassette": "a.sqlite",
            "exchanges": whole.pop("exchanges", 5),
            "scopes": [],
            "all": {"hits": 9, "miss_count": 0, "used": used, "unused": unused, "approximate": 0, **whole},
        }
    ).encode()


def _refusal(usage: Usage) -> str:
    with pytest.raises(CassetteError) as caught:
        refuse_unfit(usage, EXCHANGES)
    return str(caught.value)


def test_what_any_scope_used_is_covered() -> None:
    usage = usage_of(report())
    refuse_unfit(usage, EXCHANGES)
    assert [usage.covers(each) for each in EXCHANGES] == [True, True, True, False, True]


def test_a_run_that_missed_prunes_nothing() -> None:
    assert _refusal(usage_of(report(miss_count=1))) == "the run missed once; expected a green run"
    assert _refusal(usage_of(report(miss_count=2))) == "the run missed 2 times; expected a green run"


def test_a_run_that_used_nothing_prunes_nothing() -> None:
    assert _refusal(usage_of(report(hits=0))).startswith("the run used nothing")


def test_a_report_of_another_cassette_is_refused() -> None:
    assert _refusal(usage_of(report(exchanges=6))).startswith("the run knew 6 exchanges and 5 are there; expected")
    other = [{"seq": 4, "operation": "cinder_delete_volume", "method": "DELETE"}]
    assert _refusal(usage_of(report(unused=other))).startswith(
        "exchange 4 is DELETE cinder_delete_volume in the report and another one here; expected the report of a run"
    )


@pytest.mark.parametrize(
    ("content", "member"), [(b"{", "the file"), (b"{}", "exchanges"), (b'{"exchanges": 1}', "all")]
)
def test_a_file_that_is_no_report_is_named(content: bytes, member: str) -> None:
    with pytest.raises(CassetteError, match=f"^{member}: .*; expected what a replay wrote with --report"):
        usage_of(content)
