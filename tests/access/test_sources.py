"""Where the values of keys come from: each key present, absent and unresolved, as far as it can be."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from gateway.access.facts import Facts
from gateway.access.keys import read_key
from gateway.access.principals import Assurance, AuthMethod, Principal
from gateway.access.reading import Context, Surroundings
from gateway.access.values import ABSENT, UNRESOLVED, Value
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import Match
from tests.access.worked import NOON

ALICE = Principal(
    user_id="u1",
    user_name="alice",
    domain_id="d1",
    domain_name="acme",
    project_id="P",
    project_name="ae-ad-1",
    auth_method=AuthMethod.SIGNATURE,
    assurance=Assurance.CLAIMED,
)


def context(request: str, body: Any = None, principal: Principal = ALICE, **facts: Any) -> Context:
    method, path = request.split(" ")
    match = CATALOGUE.identify(method, path.encode(), b"", body)
    assert isinstance(match, Match), match
    around = Surroundings("ae-ad-1", ZoneInfo("Asia/Dubai"))
    return Context(around, principal, match, Facts(**{"at": NOON, **facts}))


def value(key: str, request: str, body: Any = None, **more: Any) -> Value:
    return read_key(key).value(context(request, body, **more))


LIST, SHOW, CREATE = "GET /v2/P/volumes", "GET /v2/P/volumes/V1", "POST /v2/P/cloudvolumes"
EXTEND, BOOT = "POST /v2/P/volumes/V1/action", "POST /v2/P/volumes/V1/action"
META = "PUT /v2/P/volumes/V1/metadata"


def disk(**members: Any) -> dict[str, Any]:
    return {"volume": members}


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("g:CurrentTime", NOON),
        ("g:DomainId", "d1"),
        ("g:DomainName", "acme"),
        ("g:PrincipalAccount", "d1"),
        ("g:PrincipalUrn", "iam::d1:user:alice"),
        ("g:ProjectName", "ae-ad-1"),
        ("g:ServiceName", ABSENT),
        ("g:SourceIp", ABSENT),
        ("g:UserId", "u1"),
        ("g:UserName", "alice"),
        ("g:MFAPresent", UNRESOLVED),
        ("g:PrincipalTag/team", UNRESOLVED),
        ("evs:VolumeIops", UNRESOLVED),
        ("gw:ApiFamily", "cinder"),
        ("gw:ApiVersion", "v2"),
        ("gw:ApprovalCount", 0),
        ("gw:ApprovalGroups", ABSENT),
        ("gw:Assurance", "claimed"),
        ("gw:AuthMethod", "aksk"),
        ("gw:BreakGlass", False),
        ("gw:DayOfWeek", "Tue"),
        ("gw:TimeOfDay", "16:00"),
        ("gw:Environment", UNRESOLVED),
        ("gw:Operation", "cinder_list_volumes"),
        ("gw:RequestCount", ABSENT),
        ("gw:RequestTotalSize", ABSENT),
        ("gw:Multiattach", ABSENT),
        ("gw:TargetStatus", ABSENT),
        ("gw:TargetMetadata/env", ABSENT),
        ("gw:TargetProjectId", ABSENT),
        ("gw:SizeDelta", ABSENT),
        ("evs:VolumeSize", ABSENT),
        ("evs:VolumeId", ABSENT),
        ("evs:Encrypted", ABSENT),
        ("gw:MetadataKeys", ABSENT),
        ("g:RequestTag/owner", ABSENT),
    ],
)
def test_a_list_of_disks(key: str, expected: Value) -> None:
    assert value(key, LIST, target={"status": "available"}) == expected


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
    ("key", "request_line", "body", "expected"),
    [
        ("evs:VolumeSize", EXTEND, {"os-extend": {"new_size": 80.5}}, 80),
        ("gw:SizeDelta", EXTEND, {"os-extend": {"new_size": 80}}, 40),
        ("gw:SizeDelta", EXTEND, {"os-extend": {"new_size": "80"}}, UNRESOLVED),
        ("gw:SizeDelta", SHOW, None, ABSENT),
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
    ("written", "expected"),
    [("10.0.0.7", ip_address("10.0.0.7")), ("::ffff:10.0.0.7", ip_address("10.0.0.7")), ("unix", UNRESOLVED)],
)
def test_the_source_address(written: str, expected: Value) -> None:
    assert value("g:SourceIp", LIST, source_ip=written) == expected


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        (Principal(user_name="a"), UNRESOLVED),
        (Principal(domain_id="d"), UNRESOLVED),
        (Principal(domain_id="d", agency="ops", user_name="s1"), "sts::d:assumed-agency:ops/s1"),
    ],
)
def test_the_name_of_who_asks(principal: Principal, expected: Value) -> None:
    assert value("g:PrincipalUrn", LIST, principal=principal) == expected


def test_what_is_not_known_of_who_asks_is_absent() -> None:
    assert value("g:UserId", LIST, principal=Principal()) is ABSENT


def test_the_label_of_the_gateway() -> None:
    assert value("gw:Environment", LIST, environment="prod") == "prod"


def test_the_service_is_that_of_each_action() -> None:
    key, asked = read_key("g:ServiceName"), context(LIST)
    asked.turn_to("ims:images:get")
    assert key.value(asked) == "ims"
    asked.turn_to("evs:volumes:get")
    assert key.value(asked) == "evs"


@pytest.mark.parametrize(
    ("key", "given", "expected"),
    [
        ("g:UserName", "bob", "bob"),
        ("g:UserName", None, ABSENT),
        ("g:UserName", 5, UNRESOLVED),
        ("g:UserName", True, UNRESOLVED),
        ("gw:ApprovalCount", 2, 2),
        ("gw:ApprovalCount", "2", 2),
        ("gw:ApprovalCount", "two", UNRESOLVED),
        ("gw:ApprovalCount", True, UNRESOLVED),
        ("gw:BreakGlass", True, True),
        ("gw:BreakGlass", "true", True),
        ("g:CurrentTime", "1970-01-01T00:00:01Z", 1.0),
        ("g:SourceIp", "10.0.0.1", ip_address("10.0.0.1")),
        ("g:TagKeys", ["a", "b"], ("a", "b")),
        ("g:TagKeys", "a", ("a",)),
        ("g:TagKeys", [], ABSENT),
        ("g:TagKeys", ["a", 1], UNRESOLVED),
        ("g:RequestTag/owner", "Bob", "Bob"),
        ("g:UserName", ["a", "b"], UNRESOLVED),
    ],
)
def test_values_set_directly(key: str, given: Any, expected: Value) -> None:
    assert value(key, LIST, context={key.lower(): given}) == expected
