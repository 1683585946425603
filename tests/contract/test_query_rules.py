"""The rules of texts in a URL."""

from __future__ import annotations

import pytest

from gateway.contract import faults
from gateway.contract.model import Remark, Severity
from gateway.contract.query_rules import JsonText, LimitText, OffsetText, Spelled, Version, integer_text
from gateway.contract.rules import Rule

WARN, REJECT = Severity.WARN, Severity.REJECT
LIMIT = LimitText(faults.LIMIT_INTEGER, faults.LIMIT_POSITIVE)
ODD = Remark("form", WARN, "plain decimal digits")
DISKS = OffsetText(REJECT, WARN)
SNAPSHOTS = OffsetText(WARN, None)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1", []),
        ("1000", []),
        ("1001", [Remark("maximum", REJECT, "1 to 1000", faults.LIMIT_TOO_GREAT)]),
        ("0", [Remark("minimum", REJECT, "1 to 1000", faults.LIMIT_POSITIVE)]),
        ("-1", [Remark("minimum", REJECT, "1 to 1000", faults.LIMIT_POSITIVE)]),
        ("ten", [Remark("integer", REJECT, "an integer", faults.LIMIT_INTEGER)]),
        ("", [Remark("integer", REJECT, "an integer", faults.LIMIT_INTEGER)]),
        ("0x10", [Remark("integer", REJECT, "an integer", faults.LIMIT_INTEGER)]),
        ("1e2", [Remark("integer", REJECT, "an integer", faults.LIMIT_INTEGER)]),
        ("1.5", [Remark("integer", REJECT, "an integer", faults.LIMIT_INTEGER)]),
        ("10.0", [ODD]),
        ("+10", [ODD]),
        ("010", [ODD]),
        (" 10 ", [ODD]),
        ("\u0661\u0660", [ODD]),
    ],
)
def test_a_limit_is_1_to_1000(value: str, expected: list[Remark]) -> None:
    assert list(LIMIT.judge(value)) == expected


@pytest.mark.parametrize(
    ("rule", "value", "expected"),
    [
        (DISKS, "1", []),
        (DISKS, "0", [WARN]),
        (DISKS, "-1", [REJECT]),
        (DISKS, "one", [REJECT]),
        (DISKS, "+1", [WARN]),
        (SNAPSHOTS, "0", []),
        (SNAPSHOTS, "-1", [WARN]),
        (SNAPSHOTS, "1.5", [REJECT]),
        (JsonText(), '{"a": "b"}', []),
        (JsonText(), "a=b", [WARN]),
        (JsonText(), "[1]", [WARN]),
        (JsonText(), "[" * 100_000, [WARN]),
        (Spelled(("true", "True")), "True", []),
        (Spelled(("true", "True")), "TRUE", [WARN]),
        (Spelled(("true", "True")), "false", [REJECT]),
        (Version(), "v2", []),
        (Version(), "v3", [WARN]),
        (Version(), "v2.1", [REJECT]),
    ],
)
def test_a_text_passes_warns_or_is_refused(rule: Rule, value: str, expected: list[Severity]) -> None:
    assert [remark.severity for remark in rule.judge(value)] == expected


def test_an_integer_has_odd_forms_but_no_other_notations() -> None:
    assert [integer_text(text) for text in ("7", " -7.00", "7,0", "1_0", "7" * 31)] == [
        7,
        -7,
        None,
        None,
        int("7" * 31),
    ]
    assert integer_text("7" * 4001) is None
    assert integer_text(7) is None
