"""The documented faults as a table."""

from __future__ import annotations

from collections import Counter

from gateway.contract import faults
from gateway.contract.faults import TABLE, Fault


def test_the_appendix_has_125_rows() -> None:
    assert len(TABLE) == 125
    assert Counter(fault.status for fault in TABLE) == {400: 89, 500: 25, 403: 6, 404: 2, 401: 1, 413: 1, 503: 1}


def test_codes_with_several_rows_are_told_apart_by_message() -> None:
    several = {code: count for code, count in Counter(fault.code for fault in TABLE).items() if count > 1}
    assert several == {"EVS.5400": 8, "EVS.5403": 2, "Common.0011": 3}
    assert len(set(TABLE)) == 124, "Common.0011 says 'query job fail.' twice"


def test_each_named_fault_is_a_row() -> None:
    named = [value for value in vars(faults).values() if isinstance(value, Fault)]
    assert set(named) <= set(TABLE)
    assert Fault("EVS.1010", "invalid volume size!", 400) == faults.VOLUME_SIZE
