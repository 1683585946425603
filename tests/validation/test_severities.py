"""The operator's table: rules raised, lowered and switched off, everywhere or for one operation."""

from __future__ import annotations

import pytest

from gateway.validation import Severities, Severity
from tests.cases.requests import DISK, plain

WARN, REJECT = Severity.WARN, Severity.REJECT
SATA = plain("cinder_create_volume")
SATA.body = {"volume": {**DISK, "volume_type": "SATA", "size": 0}}
FINDINGS = SATA.findings()


def judged(
    overrides: dict[str, Severity | None], operation: str = "cinder_create_volume"
) -> list[tuple[str, Severity]]:
    return [(each.rule, each.severity) for each in Severities(overrides).applied(operation, FINDINGS)]


@pytest.mark.parametrize(
    ("overrides", "expected"),
    [
        ({}, [("size-range", REJECT), ("volume-type-tolerated", WARN)]),
        ({"name-length": WARN}, [("size-range", REJECT), ("volume-type-tolerated", WARN)]),
        ({"volume-type-tolerated": REJECT}, [("size-range", REJECT), ("volume-type-tolerated", REJECT)]),
        ({"size-range": WARN}, [("size-range", WARN), ("volume-type-tolerated", WARN)]),
        ({"size-range": None}, [("volume-type-tolerated", WARN)]),
        ({"size-range@evs_create_volumes": None}, [("size-range", REJECT), ("volume-type-tolerated", WARN)]),
        (
            {"size-range": None, "size-range@cinder_create_volume": WARN},
            [("size-range", WARN), ("volume-type-tolerated", WARN)],
        ),
        ({"size-range": WARN, "size-range@cinder_create_volume": None}, [("volume-type-tolerated", WARN)]),
    ],
)
def test_rules_are_raised_lowered_and_switched_off(
    overrides: dict[str, Severity | None], expected: list[tuple[str, Severity]]
) -> None:
    assert judged(overrides) == expected


def test_an_empty_table_hands_findings_on_as_they_are() -> None:
    assert Severities().applied("cinder_create_volume", FINDINGS) is FINDINGS


def test_names_that_are_no_rules_are_told() -> None:
    table = Severities(
        {"size-range": WARN, "size-range@cinder_create_volume": WARN, "size": WARN, "size-range@x": None}
    )
    assert table.unknown() == ["size", "size-range@x"]
