"""The rules about several members of one object, and about several parts of a request."""

from __future__ import annotations

import pytest

from gateway.contract import faults
from gateway.contract.catalogue import CATALOGUE
from gateway.contract.model import JsonObject, JsonValue, Match, Remark, Severity
from gateway.contract.object_rules import (
    AtMostOne,
    BatchName,
    EitherOf,
    Entry,
    Filled,
    ListedKeys,
    MetadataFitsSource,
    NeededUnless,
    NotVoid,
    Overruled,
    Pairs,
    SameKey,
    SameProject,
    Shown,
    SingleFromBackup,
    SizeForSource,
)
from gateway.contract.rules import ObjectRule, Truth

WARN, REJECT = Severity.WARN, Severity.REJECT
SOURCES = AtMostOne(("imageRef", "snapshot_id"), faults.ONE_SOURCE)
SIZE = NeededUnless("size", "backup_id", faults.VOLUME_SIZE)
EITHER = EitherOf(("name", "description"), faults.NAME_AND_DESCRIPTION)
PASSTHROUGH = Entry("hw:passthrough", Truth(), faults.PASSTHROUGH)
LISTED = ListedKeys(("a", "b"), tolerated=("c",))
LONG = "x" * 256
GREAT: JsonObject = {str(at): "x" * 250 for at in range(5000)}
CMK = "__system__cmkid"
ODD_PAIRS: JsonObject = {"a": None, "b": 1, "c": [], "d": LONG, LONG: ""}
ODD_VERDICTS = [(WARN, ("a",)), (WARN, ("b",)), (REJECT, ("c",)), (WARN, ("d",)), (WARN, (LONG,))]


@pytest.mark.parametrize(
    ("rule", "value", "expected"),
    [
        (SOURCES, {"imageRef": "a", "snapshot_id": None}, []),
        (SOURCES, {"snapshot_id": "b", "imageRef": "a"}, [(REJECT, ("snapshot_id",))]),
        (SOURCES, {"imageRef": "a", "snapshot_id": ""}, []),
        (SIZE, {"size": 1}, []),
        (SIZE, {"backup_id": "b"}, []),
        (SIZE, {"size": None}, [(REJECT, ("size",))]),
        (EITHER, {"name": "a"}, []),
        (EITHER, {"name": None}, [(REJECT, ())]),
        (EITHER, {"name": "", "description": ""}, [(WARN, ())]),
        (Filled("volume"), {"name": None}, []),
        (Filled("volume"), {}, [(WARN, ())]),
        (NotVoid(), {"a": "b"}, []),
        (NotVoid(), {}, [(WARN, ())]),
        (Shown("identity"), {"identity": None}, []),
        (Shown("identity"), {}, [(WARN, ("identity",))]),
        (SingleFromBackup(), {"backup_id": "b"}, []),
        (SingleFromBackup(), {"backup_id": "b", "count": 1.9}, []),
        (SingleFromBackup(), {"backup_id": None, "count": 2}, []),
        (SingleFromBackup(), {"backup_id": "b", "count": 2}, [(REJECT, ("count",))]),
        (BatchName(), {"name": "x" * 250, "count": 2}, []),
        (BatchName(), {"name": "x" * 255, "count": 1.9}, []),
        (BatchName(), {"name": "x" * 251, "count": 2}, [(REJECT, ("name",))]),
        (BatchName(), {"name": LONG, "count": 2}, []),
        (SizeForSource(), {}, []),
        (SizeForSource(), {"size": 10}, []),
        (SizeForSource(), {"size": 9}, [(WARN, ("size",))]),
        (SizeForSource(), {"size": 9, "snapshot_id": "s"}, []),
        (SizeForSource(), {"size": 1025, "imageRef": "i"}, [(WARN, ("size",))]),
        (SizeForSource(), {"size": 1025, "snapshot_id": "s"}, []),
        (Pairs(), {"a": "b"}, []),
        (Pairs(), ODD_PAIRS, ODD_VERDICTS),
        (Pairs(REJECT, REJECT), {"a": None, "d": LONG}, [(REJECT, ("a",)), (REJECT, ("d",))]),
        (Pairs(), GREAT, [(WARN, ())]),
        (Pairs(great=REJECT), GREAT, [(REJECT, ())]),
        (PASSTHROUGH, {"hw:passthrough": "true"}, []),
        (PASSTHROUGH, {"hw:passthrough": None}, []),
        (PASSTHROUGH, {"hw:passthrough": "on"}, [(REJECT, ("hw:passthrough",))]),
        (LISTED, {"a": 1, "c": 2, "d": 3}, [(WARN, ("c",)), (REJECT, ("d",))]),
        (MetadataFitsSource(), {"snapshot_id": "s"}, []),
        (MetadataFitsSource(), {"metadata": {"hw:passthrough": "true"}}, []),
        (MetadataFitsSource(), {"metadata": {"full_clone": "0"}, "snapshot_id": "s"}, []),
        (MetadataFitsSource(), {"metadata": {"full_clone": "0"}}, [(WARN, ("metadata", "full_clone"))]),
        (MetadataFitsSource(), {"metadata": {CMK: "k"}, "imageRef": "i"}, [(REJECT, ("metadata", CMK))]),
        (Overruled("display_name", by="name"), {"display_name": "a"}, []),
        (Overruled("display_name", by="name"), {"display_name": "a", "name": "b"}, [(WARN, ("display_name",))]),
    ],
)
def test_members_together_pass_warn_or_are_refused(
    rule: ObjectRule, value: JsonObject, expected: list[tuple[Severity, tuple[str, ...]]]
) -> None:
    assert [(remark.severity, remark.at) for remark in rule.judge(value)] == expected


@pytest.mark.parametrize("rule", [Pairs(), PASSTHROUGH, LISTED])
def test_rules_of_free_keys_leave_other_kinds_to_the_kind_rule(rule: Pairs | Entry | ListedKeys) -> None:
    assert list(rule.judge([])) == []


def test_an_entry_has_its_own_fault() -> None:
    (remark,) = PASSTHROUGH.judge({"hw:passthrough": 1})
    limit, at = 'the string "true" or "false"', ("hw:passthrough",)
    assert remark == Remark("hw-passthrough-value", REJECT, limit, faults.PASSTHROUGH, at)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"meta": {"k": "v"}}, []),
        ({"meta": {}}, []),
        ({"meta": None}, []),
        (None, []),
        ({"meta": {"other": "v"}}, [("body", "meta")]),
        ({"meta": {"k": "v", "l": "w"}}, [("body", "meta")]),
    ],
)
def test_one_piece_of_metadata_is_the_one_of_the_path(body: JsonValue, expected: list[tuple[str, ...]]) -> None:
    match = Match(CATALOGUE.by_id["cinder_update_volume_metadata_item"], {"key": "k"}, body=body)
    assert [remark.at for remark in SameKey().judge(match)] == expected


@pytest.mark.parametrize(("target", "expected"), [("p1", []), ("p2", [faults.PROJECT_ID])])
def test_only_the_own_quota_is_asked_for(target: str, expected: list[faults.Fault]) -> None:
    match = Match(CATALOGUE.by_id["cinder_show_quota_set"], {"project_id": "p1", "target_project_id": target})
    assert [remark.fault for remark in SameProject().judge(match)] == expected
