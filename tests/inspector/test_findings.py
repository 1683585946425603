"""Findings with what the reference says."""

from __future__ import annotations

from gateway.contract.rules import VolumeTypes
from gateway.inspector.findings import Told, findings_of
from tests.audit.records import denied, ended, kept

TYPES = VolumeTypes()
BODY = b'{"volume":{"size":99999,"availability_zone":"az"}}'


def test_a_finding_is_told_with_its_limit_and_section() -> None:
    record = denied(validation=["reject size-range /volume/size"], body=kept("request", BODY))
    assert findings_of(record, TYPES) == (
        Told("reject", "size-range", "/volume/size", "1 to 32768 GB", "99999", "EVS.1010", "7.1.1"),
    )


def test_a_finding_about_what_is_not_kept_has_its_section() -> None:
    record = denied(validation=["reject size-range /volume/size"], body={"request": None})
    assert findings_of(record, TYPES) == (Told("reject", "size-range", "/volume/size", "", "", "", "7.1.1"),)


def test_a_finding_about_no_operation_has_its_rule() -> None:
    record = ended(validation=["warn odd"], what={"target": "/nothing"})
    assert findings_of(record, TYPES) == (Told("warn", "odd", "", "", "", "", ""),)


def test_nothing_was_found() -> None:
    assert findings_of(ended(), TYPES) == ()
