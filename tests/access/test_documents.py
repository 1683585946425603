"""Policy documents: what is read. What is refused stands with the worked examples."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from gateway.access.documents import Document, Grant, Version, read_document
from gateway.access.resources import Thing
from gateway.errors import PolicyError
from tests.access.worked import DATA

DISK = Thing("evs", "R", "D", "volume", "V1")


def read(*statements: dict[str, Any], version: str = "5.0") -> Document:
    return read_document(json.dumps({"Version": version, "Statement": statements}).encode(), "x.json", "x")


def one(**parts: Any) -> Any:
    (statement,) = read({"Effect": "Allow", "Action": "evs:*:*"} | parts).statements
    return statement


def test_statements_are_named_by_sid_or_place() -> None:
    document = read({"Effect": "Allow", "Action": "*"}, {"Sid": "b", "Effect": "Deny", "Action": ["*"]})
    assert document.version is Version.IDENTITY_POLICY
    assert [(each.name, each.grant) for each in document.statements] == [("x#0", Grant.ALLOW), ("x#b", Grant.DENY)]


@pytest.mark.parametrize(
    ("action", "covered"),
    [
        ("evs:volumes:delete", ["evs:volumes:delete"]),
        ("EVS:Volumes:DELETE", ["evs:volumes:delete"]),
        ("evs:*:delete", ["evs:volumes:delete", "evs:snapshots:delete"]),
        ("evs:volumes:d*", ["evs:volumes:delete", "evs:volumes:detach"]),
        ("evs:volumes:get?", []),
        ("*:*:*", ["evs:volumes:delete", "evs:snapshots:delete", "evs:volumes:detach", "evs:volumes:extend"]),
        ("*", ["evs:volumes:delete", "evs:snapshots:delete", "evs:volumes:detach", "evs:volumes:extend", ""]),
        ("evs:volumes:resize", ["evs:volumes:extend"]),
        ("evs::enableEncryptionByDefault", []),
    ],
)
def test_actions_cover(action: str, covered: list[str]) -> None:
    actions = ["evs:volumes:delete", "evs:snapshots:delete", "evs:volumes:detach", "evs:volumes:extend", ""]
    assert [each for each in actions if one(Action=action).covers(each)] == covered


def test_the_other_name_of_extending_is_known_in_5_0_only() -> None:
    (statement,) = read({"Effect": "Allow", "Action": ["evs:volumes:resize"]}, version="1.1").statements
    assert not statement.covers("evs:volumes:extend")


def test_not_action_covers_the_rest_and_the_empty_action() -> None:
    (statement,) = read({"Effect": "Deny", "NotAction": ["evs:*:get", "evs:volumes:resize"]}).statements
    actions = ["evs:volumes:get", "evs:volumes:extend", "evs:volumes:delete", ""]
    assert [each for each in actions if statement.covers(each)] == ["evs:volumes:delete", ""]


def test_resources_reach() -> None:
    assert one().reaches(None)
    assert one(Resource="*").reaches(DISK)
    assert one(Resource=["*:*:*:*:*"]).reaches(None)
    assert one(Resource=["evs:*:*:snapshot:*", "evs:*:*:volume:*"]).reaches(DISK)
    assert not one(Resource="evs:*:*:volume:*").reaches(None)


def test_a_deny_reaches_what_it_may_mean() -> None:
    unknown = DISK._replace(id=None)
    assert not one(Resource="evs:*:*:volume:V1").reaches(unknown)
    assert one(Effect="Deny", Resource="evs:*:*:volume:V1").reaches(unknown)


def test_a_uri_is_about_nothing_that_is_asked_here() -> None:
    allow = one(Resource={"uri": ["/iam/agencies/x"]})
    deny = one(Effect="Deny", Action="iam:agencies:assume", Resource={"uri": "/iam/agencies/x"})
    assert not allow.reaches(DISK)
    assert not deny.reaches(DISK)


@pytest.mark.parametrize("action", ["evs:foo:bar", "*", "ims:images:get"])
def test_a_uri_in_a_deny_of_evs_actions_is_refused(action: str) -> None:
    with pytest.raises(PolicyError, match=r"x.json:1:\d+: a uri names no EVS resource"):
        one(Effect="Deny", Action=action, Resource={"uri": ["/x"]})


def test_a_statement_knows_the_keys_it_names() -> None:
    statement = one(Condition={"StringEquals": {"GW:targetprojectid": "p"}})
    assert statement.names_key("gw:TargetProjectId")
    assert not statement.names_key("g:UserId")


def test_the_wrappings_of_both_apis_are_taken_off() -> None:
    inner = {"Version": "1.1", "Statement": [{"Effect": "Allow", "Action": ["evs:*:*"]}]}
    role = json.dumps({"role": {"display_name": "n", "type": "AX", "policy": inner}})
    quoted = json.dumps({"policy_name": "n", "policy_document": json.dumps(inner)})
    assert [len(read_document(text.encode(), "x", "x").statements) for text in (role, quoted)] == [1, 1]


def test_a_mistake_inside_a_wrapping_says_so() -> None:
    with pytest.raises(PolicyError, match=r"^x:1:policy_document:1:13: unknown Version"):
        read_document(json.dumps({"policy_document": '{"Version": "9"}'}).encode(), "x", "x")


@pytest.mark.parametrize(
    ("statements", "says"),
    [
        ([{"Effect": "Allow", "Action": "*"}] * 101, "more than 100 statements"),
        ([{"Effect": "Allow", "Action": ["evs:*:*"] * 101}], "more than 100 actions"),
        ([{"Sid": "", "Effect": "Allow", "Action": "*"}], "is empty or stands twice"),
        ([{"Effect": "Allow"}], "either Action or NotAction"),
        ([{"Effect": "Allow", "Action": "*", "Resource": {"urn": []}}], "unknown element of Resource"),
    ],
)
def test_bounds_and_shapes(statements: list[dict[str, Any]], says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        read(*statements)


def test_a_question_mark_in_a_resource_needs_5_0() -> None:
    with pytest.raises(PolicyError, match=r"5\.0 only"):
        read({"Effect": "Allow", "Action": ["evs:*:*"], "Resource": "evs:*:*:volume:V?"}, version="1.1")


@pytest.mark.parametrize(
    "case", [each for each in DATA["refused"] if "document" in each], ids=lambda case: str(case["id"])
)
def test_a_document_that_means_something_else_is_refused(case: dict[str, Any]) -> None:
    with pytest.raises(PolicyError, match=re.escape(case["says"])):
        read_document(json.dumps(case["document"]).encode(), "x.json", "x")
