"""Values that lie in a body."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.access.values import ABSENT, UNRESOLVED, Value
from tests.access.asking import BOOT, CREATE, EXTEND, META, disk, value


@pytest.mark.parametrize(
    ("key", "members", "expected"),
    [
        ("evs:VolumeSize", {"size": 100}, 100),
        ("evs:VolumeSize", {"size": 99.9}, 99),
        ("evs:VolumeSize", {"size": "100"}, UNRESOLVED),
        ("evs:VolumeSize", {"size": True}, UNRESOLVED),
        ("evs:VolumeSize", {}, ABSENT),
        ("evs:VolumeSize", {"size": None, "snapshot_id": "S1"}, UNRESOLVED),
        ("evs:VolumeSize", {"backup_id": "B1"}, UNRESOLVED),
        ("evs:VolumeType", {"volume_type": "SSD"}, "SSD"),
        ("evs:VolumeType", {"volume_type": 1}, UNRESOLVED),
        ("evs:VolumeType", {"volume_type": None}, ABSENT),
        ("evs:AvailabilityZone", {"availability_zone": "az"}, "az"),
        ("evs:ImageId", {"imageRef": "I1"}, "I1"),
        ("evs:SnapshotId", {"snapshot_id": "S1"}, "S1"),
        ("evs:BackupId", {"backup_id": "B1"}, "B1"),
        ("evs:Encrypted", {}, False),
        ("evs:Encrypted", {"metadata": None}, False),
        ("evs:Encrypted", {"metadata": {"__system__encrypted": "1"}}, True),
        ("evs:Encrypted", {"metadata": {"__system__encrypted": "0"}}, False),
        ("evs:Encrypted", {"metadata": {"__system__encrypted": "yes"}}, UNRESOLVED),
        ("evs:Encrypted", {"metadata": []}, UNRESOLVED),
        ("evs:KmsKeyId", {"metadata": {"__system__cmkid": "k1"}}, "k1"),
        ("evs:KmsKeyId", {}, ABSENT),
        ("gw:RequestCount", {}, 1),
        ("gw:RequestCount", {"count": 3}, 3),
        ("gw:RequestCount", {"count": "3"}, UNRESOLVED),
        ("gw:RequestCount", {"count": 0}, UNRESOLVED),
        ("gw:RequestTotalSize", {"size": 100, "count": 3.9}, 300),
        ("gw:RequestTotalSize", {"size": 100}, 100),
        ("gw:RequestTotalSize", {"backup_id": "B1"}, UNRESOLVED),
        ("gw:RequestTotalSize", {"size": 100, "count": []}, UNRESOLVED),
        ("gw:RequestTotalSize", {}, ABSENT),
        ("gw:Multiattach", {"multiattach": True, "shareable": "false"}, True),
        ("gw:Multiattach", {"multiattach": "true"}, UNRESOLVED),
        ("gw:Multiattach", {"shareable": "true"}, True),
        ("gw:Multiattach", {"shareable": False}, False),
        ("gw:Multiattach", {"shareable": "yes"}, UNRESOLVED),
        ("gw:Multiattach", {}, ABSENT),
        ("gw:MetadataKeys", {"metadata": {"a": "1", "b": "2"}}, ("a", "b")),
        ("gw:MetadataKeys", {"metadata": {}}, ABSENT),
        ("gw:MetadataKeys", {"metadata": "x"}, UNRESOLVED),
        ("gw:RequestMetadata/Env", {"metadata": {"env": "prod"}}, "prod"),
        ("gw:RequestMetadata/env", {"metadata": {"env": "prod", "ENV": "test"}}, UNRESOLVED),
        ("gw:RequestMetadata/env", {"metadata": {"env": 1}}, UNRESOLVED),
        ("gw:RequestMetadata/env", {"metadata": {}}, ABSENT),
        ("g:RequestTag/owner", {"tags": {"owner": "a"}}, "a"),
        ("g:RequestTag/owner", {"tags": ["owner"]}, UNRESOLVED),
        ("g:RequestTag/owner", {"tags": None}, ABSENT),
        ("g:TagKeys", {"tags": {"owner": "a"}}, ("owner",)),
        ("g:TagKeys", {"tags": 1}, UNRESOLVED),
        ("gw:TargetStatus", {"size": 1}, ABSENT),
        ("gw:ApiFamily", {}, "vendor"),
    ],
)
def test_a_new_disk(key: str, members: dict[str, Any], expected: Value) -> None:
    assert value(key, CREATE, disk(**members)) == expected


@pytest.mark.parametrize("body", [disk(), {"volume": []}, [], None, {}])
def test_a_body_without_a_disk_leaves_the_size_open_or_absent(body: Any) -> None:
    expected = ABSENT if body == disk() else UNRESOLVED
    assert value("evs:VolumeSize", CREATE, body) is expected


def test_the_look_up_of_its_source_gives_a_new_disk_its_size() -> None:
    body = disk(snapshot_id="S1")
    assert value("evs:VolumeSize", CREATE, body, target={"size": 40}) == 40
    assert value("gw:RequestTotalSize", CREATE, body, target={"size": 40}) == 40
    assert value("evs:VolumeSize", CREATE, body, target={}) is UNRESOLVED


@pytest.mark.parametrize(
    ("key", "request_line", "body", "expected"),
    [
        ("evs:VolumeSize", EXTEND, {"os-extend": {"new_size": 80.5}}, 80),
        ("gw:Bootable", BOOT, {"os-set_bootable": {"bootable": True}}, True),
        ("gw:Bootable", BOOT, {"os-set_bootable": {"bootable": "true"}}, UNRESOLVED),
        ("gw:ReadOnly", BOOT, {"os-update_READONLY_flag": {"readonly": False}}, False),
        ("gw:Force", "POST /v2/P/snapshots", {"snapshot": {"volume_id": "V1", "force": True}}, True),
        ("evs:VolumeId", "POST /v2/P/snapshots", {"snapshot": {"volume_id": "V1"}}, "V1"),
        ("evs:SnapshotId", "DELETE /v2/P/snapshots/S1", None, "S1"),
        ("evs:VolumeId", "POST /v2/P/os-volume-transfer", {"transfer": {"volume_id": 5}}, UNRESOLVED),
        ("gw:TargetProjectId", "GET /v2/P/os-quota-sets/Q", None, "Q"),
        ("gw:ApiVersion", "GET /v3", None, "v3"),
        ("gw:ApiVersion", "GET /", None, ABSENT),
        ("gw:MetadataKeys", META, {"metadata": {"a": "1"}}, ("a",)),
        ("gw:RequestMetadata/a", META, {"metadata": {"a": "1"}}, "1"),
        ("gw:RequestMetadata/a", META + "/a", {"meta": {"a": "1"}}, "1"),
        ("evs:SnapshotId", META, {"metadata": {"snapshot_id": "S1"}}, ABSENT),
        ("gw:Force", META, {"metadata": {"force": True}}, ABSENT),
        ("gw:TargetStatus", "GET /v2/P/os-volume-transfer/T1", None, "available"),
        ("gw:TargetStatus", "GET /v2/P/types/T1", None, ABSENT),
    ],
)
def test_other_requests(key: str, request_line: str, body: Any, expected: Value) -> None:
    assert value(key, request_line, body, target={"size": 40, "status": "available"}) == expected


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("evs:VolumeSize", ABSENT),
        ("gw:RequestCount", ABSENT),
        ("gw:Multiattach", ABSENT),
        ("evs:Encrypted", ABSENT),
    ],
)
def test_a_request_that_makes_no_disk(key: str, expected: Value) -> None:
    assert value(key, "GET /v2/P/volumes") is expected
