"""Requests written down: what is read of them, and what makes one unreadable."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.access.principals import Assurance, AuthMethod, Principal
from gateway.access.records import NotARecord, read_principal, read_record, read_time
from gateway.access.values import ABSENT
from gateway.contract.model import Match, Mismatch, Oddity, Unmatched

WHOLE: dict[str, Any] = {
    "id": "c1",
    "principal": {
        "user_id": "u1",
        "user_name": "alice",
        "roles": ["member"],
        "ak": None,
        "auth_method": "aksk",
        "assurance": "claimed",
    },
    "source_ip": "10.0.0.7",
    "at": "1970-01-01T01:00:10+01:00",
    "request": {"method": "GET", "path": "/v2/p1/volumes", "query": {"limit": 5, "all": [True, None]}},
    "target": {"status": "available"},
    "context": {"GW:ApprovalCount": 2},
}


def changed(**more: Any) -> dict[str, Any]:
    return {**WHOLE, **more}


def asked(path: str = "/v2/p1/volumes", method: str = "GET", **request: Any) -> Match | Unmatched:
    return read_record(changed(request={"method": method, "path": path, **request}), 0.0).match


def test_a_whole_record() -> None:
    found = read_record(WHOLE, 0.0)
    assert found.principal == Principal(
        user_id="u1",
        user_name="alice",
        roles=("member",),
        auth_method=AuthMethod.SIGNATURE,
        assurance=Assurance.CLAIMED,
    )
    assert (found.facts.at, found.facts.source_ip, found.facts.target) == (10.0, "10.0.0.7", {"status": "available"})
    assert dict(found.facts.context) == {"gw:approvalcount": 2}
    assert found.match.query == (("limit", "5"), ("all", "true"), ("all", ""))


def test_what_is_left_out() -> None:
    found = read_record({"principal": {}, "request": {"method": "GET", "path": "/"}}, 7.0)
    assert found.principal == Principal()
    assert (found.facts.at, found.facts.source_ip, found.facts.target) == (7.0, None, ABSENT)
    assert read_record(changed(target=None, context=None), 0.0).facts.target is None


def test_a_time_without_an_offset_is_utc() -> None:
    assert read_time("1970-01-01T00:00:10", 0.0) == read_time("1970-01-01T00:00:10Z", 0.0) == 10.0


def test_paths_are_read_as_the_gateway_reads_them() -> None:
    found = asked("/v2/p1/volumes/a%2Fb/?limit=1", method="HEAD", query="?offset=2")
    assert isinstance(found, Match)
    assert found.path_values["volume_id"] == "a/b"
    assert found.query == (("limit", "1"), ("offset", "2"))
    assert found.oddities == (Oddity.HEAD, Oddity.TRAILING_SLASH)


def test_what_is_not_ascii_is_read_as_it_would_be_sent() -> None:
    found = asked("/v2/p1/volumes/v1/metadata/é", query={"name": "é"})
    assert isinstance(found, Match)
    assert found.path_values["key"] == "é"
    assert found.query == (("name", "é"),)


def test_an_action_that_is_none_is_unmatched() -> None:
    found = asked("/v2/p1/volumes/v1/action", method="POST", body={"os-x": {}})
    assert isinstance(found, Unmatched)
    assert found.reason is Mismatch.UNKNOWN_ACTION


@pytest.mark.parametrize(
    ("record", "says"),
    [
        ([], "a record must be an object"),
        (changed(principal=None), "'principal' must be an object"),
        (changed(principal={"roles": "admin"}), "'roles' must be a list"),
        (changed(principal={"roles": [1]}), "'roles' must be a list"),
        (changed(principal={"user_id": 1}), "'user_id' must be a string"),
        (changed(principal={"auth_method": "magic"}), "'auth_method'"),
        (changed(at="yesterday"), "'at' must be a time"),
        (changed(at=5), "'at' must be a time"),
        (changed(at="9999-12-31T23:59:59Z"), "not at the end of all times"),
        (changed(source_ip=5), "'source_ip' must be a string"),
        (changed(target=[]), "'target' must be an object"),
        (changed(context={"gw:Nothing": 1}), "unknown condition key 'gw:Nothing'"),
        (changed(context=[]), "'context' must be an object"),
        (changed(request={"method": "GET"}), "'path' must be a string"),
        (changed(request={"method": "", "path": "/"}), "'method' must be a string"),
        (changed(request={"method": "GET", "path": "v2"}), "must begin with a slash"),
        (changed(request={"method": "GET", "path": "/v2/%zz"}), "broken percent-encoding"),
        (changed(request={"method": "GET", "path": "/v2/%00"}), "NUL"),
        (changed(request={"method": "GET", "path": "/v2/\0"}), "NUL"),
        (changed(request={"method": "GET", "path": "/", "query": []}), "'query' must be an object or a string"),
    ],
)
def test_what_cannot_be_judged_says_why(record: Any, says: str) -> None:
    with pytest.raises(NotARecord, match=says):
        read_record(record, 0.0)


def test_a_principal_alone() -> None:
    assert read_principal({"agency": "ops"}) == Principal(agency="ops")
