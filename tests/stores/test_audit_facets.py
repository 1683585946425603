"""Facets of an index: kept counts of all records, and bounded counts of those that somebody looks for."""

from __future__ import annotations

from pathlib import Path

from gateway.audit.facets import KINDS
from gateway.audit.search import Query
from gateway.stores.audit_facets import Value, Within
from gateway.stores.audit_files import files_of
from gateway.stores.audit_index import AuditIndex
from tests.audit.records import denied, ended, trail_of

MOST = 10


def drawn(folder: Path) -> AuditIndex:
    index = AuditIndex(folder)
    index.catch_up()
    return index


def of(values: tuple[Value, ...], kind: str) -> list[tuple[str, int]]:
    return [(value.word, value.records) for value in values if value.kind == kind]


def test_totals_are_those_of_all_records(tmp_path: Path) -> None:
    records = [ended(1), ended(2), denied(3), ended(4, stage="received")]
    with drawn(trail_of(tmp_path, records)) as index:
        totals = index.totals(MOST)
    assert of(totals, "decision") == [("allow", 2), ("deny", 1)]
    assert of(totals, "status") == [("200", 2), ("403", 1)]
    assert of(totals, "principal") == [("alice", 3)]


def test_totals_name_the_most_frequent_values(tmp_path: Path) -> None:
    records = [ended(number, mode=f"mode-{number % 5}") for number in range(1, 13)]
    with drawn(trail_of(tmp_path, records)) as index:
        assert sorted(of(index.totals(2), "mode")) == [("mode-1", 3), ("mode-2", 3)]


def test_values_within_a_query_are_counted(tmp_path: Path) -> None:
    records = [ended(1), denied(2), denied(3, who={"user_name": "bob"})]
    with drawn(trail_of(tmp_path, records)) as index:
        within = index.within(Query((("decision", "deny"),)), ("principal", "status"), 100, MOST)
    assert within.is_all
    assert of(within.values, "status") == [("403", 2)]
    assert sorted(of(within.values, "principal")) == [("alice", 1), ("bob", 1)]
    assert {value.kind for value in within.values} == {"principal", "status"}


def test_of_more_than_the_bound_the_newest_are_counted(tmp_path: Path) -> None:
    records = [ended(1, mode="record"), ended(2), ended(3)]
    with drawn(trail_of(tmp_path, records)) as index:
        within = index.within(Query(), KINDS, 2, MOST)
    assert (of(within.values, "mode"), within.is_all) == ([("passthrough", 2)], False)


def test_nothing_found_has_no_values(tmp_path: Path) -> None:
    with drawn(trail_of(tmp_path, [ended()])) as index:
        assert index.within(Query((("mode", "replay"),)), KINDS, 9, MOST) == Within((), True)


def test_records_that_are_let_go_are_no_longer_counted(tmp_path: Path) -> None:
    trail_of(tmp_path, [ended(1, mode="record"), ended(2)], rotate_bytes=100)
    with drawn(tmp_path) as index:
        index.forget(files_of(tmp_path, "gw-1")[0])
        assert of(index.totals(MOST), "mode") == [("passthrough", 1)]
        assert of(index.within(Query(), KINDS, 9, MOST).values, "mode") == [("passthrough", 1)]
