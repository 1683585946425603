"""Values that a look-up gives."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.access.values import ABSENT, UNRESOLVED, Value
from tests.access.asking import EXTEND, SHOW, value


@pytest.mark.parametrize(
    ("key", "target", "expected"),
    [
        ("gw:TargetStatus", {"status": "available"}, "available"),
        ("gw:TargetStatus", {"status": 1}, UNRESOLVED),
        ("gw:TargetStatus", {}, UNRESOLVED),
        ("gw:TargetStatus", None, UNRESOLVED),
        ("gw:TargetStatus", ABSENT, UNRESOLVED),
        ("gw:TargetType", {"type": "SSD"}, "SSD"),
        ("gw:TargetSize", {"size": 40}, 40),
        ("gw:TargetAttached", {"attached": False}, False),
        ("gw:TargetMetadata/env", {"metadata": {"ENV": "prod"}}, "prod"),
        ("gw:TargetMetadata/env", {"metadata": {}}, ABSENT),
        ("gw:TargetMetadata/env", {}, UNRESOLVED),
        ("g:ResourceTag/env", {"tags": {"env": "prod"}}, "prod"),
        ("gw:TargetAge", {"created_at": "2026-03-03T11:59:00.000000"}, 60.0),
        ("gw:TargetAge", {"created_at": "2026-03-03T15:59:00+04:00"}, 60.0),
        ("gw:TargetAge", {"created_at": "yesterday"}, UNRESOLVED),
        ("gw:TargetAge", {}, UNRESOLVED),
        ("evs:VolumeId", {}, "V1"),
    ],
)
def test_a_disk_that_is_there(key: str, target: Any, expected: Value) -> None:
    assert value(key, SHOW, target=target) == expected


@pytest.mark.parametrize(
    ("new_size", "target", "expected"),
    [(80, {"size": 40}, 40), ("80", {"size": 40}, UNRESOLVED), (80, {}, UNRESOLVED), (80, None, UNRESOLVED)],
)
def test_by_how_much_a_disk_grows(new_size: Any, target: Any, expected: Value) -> None:
    assert value("gw:SizeDelta", EXTEND, {"os-extend": {"new_size": new_size}}, target=target) == expected


def test_what_does_not_grow_has_no_growth() -> None:
    assert value("gw:SizeDelta", SHOW) is ABSENT
