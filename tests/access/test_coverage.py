"""Coverage: statements that applied, conditions that held and failed."""

from __future__ import annotations

from gateway.access.coverage import Coverage, coverage
from tests.access.test_explain import BIG, ELSEWHERE, explained
from tests.access.worked import allowing, record, set_of


def new(size: int) -> dict[str, object]:
    return record("POST", "/v2/P/cloudvolumes", {"volume": {"size": size}})


def test_nothing_tried_is_nothing_seen() -> None:
    policies = set_of({"full": allowing("evs:*:*"), "big": BIG}, ["big"])
    found = coverage(policies, [])
    assert (found.seen, found.total, found.percent) == (0, 4, 0.0)
    assert found.unseen == (
        "full#0 applies",
        "big#0 applies",
        "big#0 NumberGreaterThan evs:VolumeSize holds",
        "big#0 NumberGreaterThan evs:VolumeSize fails",
    )


def test_what_was_tried_is_seen() -> None:
    policies = set_of({"full": allowing("evs:*:*"), "big": BIG}, ["big"])
    found = coverage(policies, [explained(policies, new(size)) for size in (10, 100)])
    assert found == Coverage(4, 4, ())
    assert found.percent == 100.0


def test_a_condition_on_another_resource_is_not_seen() -> None:
    policies = set_of({"elsewhere": ELSEWHERE, "off": BIG}, off={"level": "off"})
    assert coverage(policies, [explained(policies, new(10))]).unseen == ("elsewhere#0 applies",)


def test_an_unknown_condition_is_neither_held_nor_failed() -> None:
    policies = set_of({"big": BIG})
    asked = record("POST", "/v2/P/cloudvolumes", {"volume": {"size": "x"}})
    assert coverage(policies, [explained(policies, asked)]).seen == 1


def test_a_set_without_statements_to_see_is_covered() -> None:
    assert coverage(set_of({"off": BIG}, off={"level": "off"}), []).percent == 100.0
