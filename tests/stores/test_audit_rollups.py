"""The counts in the index of a trail: spans of every width tell the same, and a search counts what the counts count."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.audit.entries import LATEST_MS
from gateway.audit.rollup import ALL, Counted, Only, minute_of
from gateway.audit.search import Query
from gateway.audit.uses import Use, Used
from gateway.stores.audit_index import AuditIndex
from tests.audit.records import AT_MS, denied, ended, trail_of

MINUTE = AT_MS // 60_000
ENDED = Query((("stage", "complete"), ("stage", "aborted")))


@pytest.fixture
def index(tmp_path: Path) -> AuditIndex:
    hours = (0, 0, 1, 30, 31)
    records = [ended(3600 * hour + number) for number, hour in enumerate(hours)]
    trail_of(tmp_path, [*records, denied(60 * 60), denied(40 * 3600, who={"user_name": "bob"})])
    index = AuditIndex(tmp_path)
    index.catch_up()
    return index


def summed(index: AuditIndex, step: int, only: Only = ALL) -> dict[tuple[str, int], int]:
    with index:
        counts: Counter[tuple[str, int]] = Counter()
        for share, count in index.rollups.steps(0, MINUTE * 2, step, only):
            counts[share.decision, share.status] += count
    return dict(counts)


@pytest.mark.parametrize("step", [1, 2, 10, 30, 60, 720, 1440, 2880])
def test_every_step_counts_every_request_once(index: AuditIndex, step: int) -> None:
    assert summed(index, step) == {("allow", 200): 5, ("deny", 403): 2}


@pytest.mark.parametrize(
    ("only", "counts"),
    [
        (Only(decisions=("deny",)), {("deny", 403): 2}),
        (Only(operations=("cinder_show_volume",), origins=("cloud",)), {("allow", 200): 5}),
        (Only(operations=("cinder_show_volume", "cinder_create_volume")), {("allow", 200): 5, ("deny", 403): 2}),
        (Only(statuses=(403,)), {("deny", 403): 2}),
        (Only(classes=(2,)), {("allow", 200): 5}),
        (Only(statuses=(500,), classes=(4,)), {("deny", 403): 2}),
        (Only(statuses=(500,)), {}),
    ],
    ids=["denied", "operation and origin", "two operations", "status", "class", "status or class", "none"],
)
def test_a_choice_counts_what_it_covers(index: AuditIndex, only: Only, counts: dict[object, int]) -> None:
    assert summed(index, 60, only) == counts


def test_steps_begin_where_their_spans_do(index: AuditIndex) -> None:
    hour = MINUTE // 60 * 60
    with index:
        steps = list(index.rollups.steps(MINUTE, MINUTE + 120, 60))
        touched = list(index.rollups.steps(hour + 59, hour + 60, 60))
    day = [(share.minute - hour, share.decision, count) for share, count in steps]
    assert day == [(0, "allow", 2), (60, "allow", 1), (60, "deny", 1)]
    assert [(share.minute, count) for share, count in touched] == [(hour, 2)]


def test_a_search_counts_by_step_as_the_counts_do(index: AuditIndex) -> None:
    with index:
        counted = index.counted(ENDED, 60, 100)
        expected = dict(index.rollups.steps(0, MINUTE * 2, 60))
        assert {replace(share, operation=""): count for share, count in counted.shares} == expected
        assert (counted.since_ms, counted.is_all) == (AT_MS, True)
        assert minute_of(0, dict(counted.shares)).denied == 2


def test_a_search_counts_the_newest_up_to_its_bound(index: AuditIndex) -> None:
    with index:
        counted = index.counted(ENDED, 60, 1)
        assert [(share.decision, count) for share, count in counted.shares] == [("allow", 1), ("deny", 1)]
        assert (counted.since_ms, counted.is_all) == (AT_MS + (31 * 3600 + 4) * 1000, False)
        assert (index.counted(ENDED, 60, 7).is_all, index.counted(ENDED, 60, 6).is_all) == (True, False)
        assert index.counted(Query((("principal", "nobody"),)), 60, 2) == Counted((), 0, True)


def test_the_extent_is_from_the_first_minute_behind_the_last(index: AuditIndex, tmp_path: Path) -> None:
    with index:
        assert index.rollups.extent() == (MINUTE, MINUTE + 40 * 60 + 1)
    (tmp_path / "other").mkdir()
    with AuditIndex(tmp_path / "other") as empty:
        assert empty.rollups.extent() is None


def test_uses_have_their_counts_and_their_last_time(index: AuditIndex) -> None:
    get = Use("alice", "evs:volumes:get", "cinder_show_volume", "allow")
    create = Use("alice", "evs:volumes:create", "cinder_create_volume", "deny")
    by_bob = Use("bob", "evs:volumes:create", "cinder_create_volume", "deny")
    with index:
        everything = {each.use: each for each in index.rollups.uses(0, MINUTE * 2)}
        ever = index.rollups.uses(0, LATEST_MS)
        first_hour = index.rollups.uses(MINUTE, MINUTE + 1)
    assert {each.use: each for each in ever} == everything
    assert everything == {
        get: Used(get, 5, AT_MS + (31 * 3600 + 4) * 1000),
        create: Used(create, 1, AT_MS + 3600 * 1000),
        by_bob: Used(by_bob, 1, AT_MS + 40 * 3600 * 1000),
    }
    assert first_hour == [Used(get, 2, AT_MS + 1000)]


def test_counts_grow_with_the_trail(index: AuditIndex, tmp_path: Path) -> None:
    trail_of(tmp_path, [ended(5), ended(6)])
    with index:
        index.catch_up()
        used = index.rollups.uses(MINUTE, MINUTE + 1)
    assert [(each.requests, each.last_ms) for each in used] == [(4, AT_MS + 6000)]
