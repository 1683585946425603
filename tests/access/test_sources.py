"""Where the values of keys come from: each present, absent and unresolved, as far as it can be."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from gateway.access.keys import read_key
from gateway.access.principals import Principal
from gateway.access.values import ABSENT, UNRESOLVED, Value
from tests.access.asking import LIST, context, value
from tests.access.worked import NOON


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


def test_what_path_and_body_name() -> None:
    assert value("evs:SnapshotId", "GET /v2/P/snapshots/S1") == "S1"
    assert value("evs:VolumeId", "GET /v2/P/volumes/V1") == "V1"
