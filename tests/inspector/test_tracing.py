"""The decision trace: from the record what was decided, from the policies how."""

from __future__ import annotations

from typing import Any

from gateway.access.policy_set import PolicySet
from gateway.contract.model import JsonObject
from gateway.inspector.tracing import NOBODY_DECIDED, Condition, Need, Statement, Trace, trace_of
from tests.access.worked import allowing, denying, set_of
from tests.audit.records import DISK, PROJECT, denied, ended, kept

MEMBER = {"project_id": PROJECT}
READERS = allowing("evs:volumes:get")
BIG = denying("evs:volumes:create", Condition={"NumberGreaterThan": {"evs:VolumeSize": "30"}})
KEPT = denying("evs:volumes:get", Condition={"StringEquals": {"gw:TargetMetadata/env": "prod"}})
AWAY = denying("evs:volumes:create", Resource="evs:*:*:volume:V1")
GET = f"evs:ae-ad-1:d1:volume:{DISK}"


def record(**decision: Any) -> JsonObject:
    return ended(decision={"statements": ["readers#0"], **decision}, who=MEMBER)


def refused(**changes: Any) -> JsonObject:
    return denied(who=MEMBER, **changes)


def creation(said: Trace) -> Need:
    return next(need for need in said.needs if need.action == "evs:volumes:create")


def policies(**documents: Any) -> PolicySet:
    return set_of(documents)


def test_nobody_had_to_decide_where_no_policies_were_asked() -> None:
    assert trace_of(ended(decision=None), policies(readers=READERS), None) == NOBODY_DECIDED


def test_without_policies_the_record_tells_what_it_keeps() -> None:
    said = trace_of(
        record(missing=["g:MFAPresent"], would={"kind": "implicit", "action": "evs:volumes:get"}), None, None
    )
    assert said == Trace(
        "allow",
        "allow",
        "alice may do this because of readers#0",
        ("readers#0",),
        ("g:MFAPresent",),
        "alice is not authorized to perform evs:volumes:get because no policy allows the evs:volumes:get action",
        (),
        (),
        ("There are no policies in force now that the way could be gone again by.",),
    )


def test_the_way_is_gone_again_statement_by_statement() -> None:
    said = trace_of(record(), policies(readers=READERS), None)
    assert said.needs == (Need("evs:volumes:get", GET, (Statement("readers#0", "Allow", True, True, ()),)),)
    assert said.policies == ("readers",)
    assert said.notes == ("The statements are tried again by the policies in force now.",)


def test_conditions_are_told_with_the_values_they_met() -> None:
    asked = refused(decision={"statements": ["big#0"]})
    need = creation(trace_of(asked, policies(big=BIG, away=AWAY), None))
    size = Condition("NumberGreaterThan evs:VolumeSize: 30", "40", "holds")
    assert need.statements == (
        Statement("big#0", "Deny", True, True, (size,)),
        Statement("away#0", "Deny", False, False, ()),
    )
    assert [statement.says for statement in need.statements] == ["applies", "means another resource"]


def test_a_deny_that_applies_now_and_did_not_then_is_told() -> None:
    need = creation(trace_of(refused(decision={"statements": ["others#0"]}), policies(big=BIG), None))
    assert need.statements[0].says == "applies now, did not decide then"


def test_a_statement_that_only_reports_is_told_from_those_that_decide() -> None:
    known = set_of({"big": BIG}, big={"level": "report"})
    need = creation(trace_of(refused(decision={"statements": []}), known, None))
    assert need.statements[0].says == "applies, under report only"


def test_a_condition_that_fails_keeps_its_statement_out() -> None:
    asked = refused(decision={"statements": []}, body=kept("request", b'{"volume":{"size":20}}'))
    need = creation(trace_of(asked, policies(big=BIG), None))
    assert need.statements[0].says == "does not apply"


def test_what_a_look_up_found_then_is_not_known_any_more() -> None:
    said = trace_of(record(), policies(readers=READERS, kept=KEPT), None)
    told = {statement.name: statement.says for statement in said.needs[0].statements}
    assert told == {"kept#0": "cannot be told any more, did not decide then", "readers#0": "applies"}
    assert said.notes[1:] == (
        "What a look-up found then is not kept: conditions on the state of a thing are unknown here.",
    )


def test_the_same_policies_and_others_are_told_apart() -> None:
    known = policies(readers=READERS)
    assert trace_of(record(), known, known.digest).notes == (
        "The statements are tried again by the same policies as then.",
    )
    assert trace_of(record(), policies(big=BIG), "another").notes == (
        "The policies have changed since then; the statements are tried by those in force now.",
        "By what the trail keeps they come to another verdict now: deny (implicit).",
    )


def test_a_body_that_is_not_kept_is_said() -> None:
    asked = refused(body={"request": None}, decision={"statements": ["big#0"]})
    assert "The trail does not hold the body" in trace_of(asked, policies(big=BIG), None).notes[-1]


def test_a_kind_that_nobody_knows_is_told_as_a_denial() -> None:
    said = trace_of(record(decision="deny", kind="new", action="evs:volumes:get"), None, None)
    assert (said.verdict, said.kind) == ("deny", "new")
    assert "no policy allows the evs:volumes:get action" in said.says
