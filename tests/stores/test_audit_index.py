"""The index of a trail: it finds what a filter over the files finds, whatever leads, and can always be made anew."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from gateway.audit.entries import entry_of
from gateway.audit.rollup import Share
from gateway.audit.search import EVERYTHING, Page, Query, spoken
from gateway.errors import StoreError
from gateway.stores import audit_index, audit_schema, audit_ways
from gateway.stores.audit_files import files_of
from gateway.stores.audit_index import INDEX_FILE, AuditIndex
from gateway.stores.audit_reading import records_of
from gateway.stores.audit_schema import opened
from tests.audit.records import AT_MS, DISK, denied, ended, trail_of

MANY = Page(1000)
QUERIES = {
    "all": EVERYTHING,
    "denied": Query((("decision", "deny"),)),
    "one of two": Query((("status", "403"), ("status", "200"))),
    "both": Query((("principal", "bob"), ("method", "POST"))),
    "nothing": Query((("principal", "nobody"),)),
    "a resource": Query((("resource", DISK), ("principal", "bob"))),
    "words": Query(words=spoken(["disk-12"])),
    "words and terms": Query((("principal", "bob"),), spoken(["disk openstacksdk"])),
    "words of no record": Query((("decision", "deny"),), spoken(["disk nowhere"])),
    "a span": Query(since_ms=AT_MS + 3000, until_ms=AT_MS + 7000),
    "a span of one": Query((("principal", "alice"),), spoken(["openstacksdk"]), AT_MS + 3000, AT_MS + 7000),
    "an id": Query((("id", "req-3"),)),
}


def mixed(count: int = 12) -> Iterable[dict[str, Any]]:
    for number in range(1, count + 1):
        name = ("alice", "bob")[number % 2]
        yield (denied if number % 3 == 0 else ended)(number, who={"user_name": name})


def found(index: AuditIndex, query: Query = EVERYTHING, page: Page = MANY) -> list[object]:
    return [each.record["id"] for each in index.find(query, page)]


def ready(folder: Path) -> AuditIndex:
    index = AuditIndex(folder)
    index.catch_up()
    return index


@pytest.mark.parametrize("few", [0, audit_ways.FEW], ids=["words lead", "terms lead"])
@pytest.mark.parametrize("query", QUERIES.values(), ids=list(QUERIES))
def test_the_index_finds_what_the_files_hold(
    tmp_path: Path, query: Query, few: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_ways, "FEW", few)
    trail_of(tmp_path, mixed())
    held = list(records_of(files_of(tmp_path, "gw-1")))
    with ready(tmp_path) as index:
        expected = [record["id"] for record in reversed(held) if query.fits(entry_of(record))]
        assert found(index, query) == expected


def test_pages_follow_each_other_without_gap_or_overlap(tmp_path: Path) -> None:
    trail_of(tmp_path, mixed(10))
    with ready(tmp_path) as index:
        first = index.find(EVERYTHING, Page(4))
        second = index.find(EVERYTHING, Page(4, first[-1].place))
        third = index.find(EVERYTHING, Page(4, second[-1].place))
    pages = [[each.record["seq"] for each in page] for page in (first, second, third)]
    assert pages == [[10, 9, 8, 7], [6, 5, 4, 3], [2, 1]]


@pytest.mark.parametrize("query", QUERIES.values(), ids=list(QUERIES))
def test_a_page_leads_back_to_the_one_before(tmp_path: Path, query: Query) -> None:
    with ready(trail_of(tmp_path, mixed(30))) as index:
        every = index.find(query, MANY)
        first, second = every[:3], every[3:6]
        if second:
            assert index.find(query, Page(3, after=second[0].place)) == first
        assert index.find(query, Page(3, after=every[0].place if every else 0)) == []


def test_all_that_fits_is_read_page_by_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_index, "_AT_ONCE", 3)
    trail_of(tmp_path, mixed(10))
    with ready(tmp_path) as index:
        assert [record["seq"] for record in index.walk(EVERYTHING)] == list(range(10, 0, -1))
        assert list(index.walk(Query((("principal", "nobody"),)))) == []


def test_new_records_do_not_move_the_pages_that_follow(tmp_path: Path) -> None:
    trail_of(tmp_path, mixed(4))
    with ready(tmp_path) as index:
        first = index.find(EVERYTHING, Page(2))
        trail_of(tmp_path, [ended(99)])
        index.catch_up()
        assert found(index, EVERYTHING, Page(2, first[-1].place)) == ["req-2", "req-1"]


def test_records_of_one_moment_all_have_their_place(tmp_path: Path) -> None:
    trail_of(tmp_path, [ended(1, id=f"same-{number}") for number in range(2100)])
    with ready(tmp_path) as index:
        assert len(set(found(index, page=Page(9000)))) == 2100


def test_chains_are_found_together_in_order_of_time(tmp_path: Path) -> None:
    trail_of(tmp_path, [ended(1), ended(3)], "gw-1")
    trail_of(tmp_path, [ended(2), ended(4)], "gw-2")
    with ready(tmp_path) as index:
        assert found(index) == ["req-4", "req-3", "req-2", "req-1"]


def test_only_what_is_new_is_drawn(tmp_path: Path) -> None:
    trail_of(tmp_path, [ended(1)])
    with AuditIndex(tmp_path) as index:
        heard: list[int] = []
        behind = index.behind()
        assert (index.catch_up(heard.append), index.catch_up(), sum(heard), index.behind()) == (1, 0, behind, 0)
    trail_of(tmp_path, [ended(2)])
    with AuditIndex(tmp_path) as index:
        assert (index.catch_up(), found(index)) == (1, ["req-2", "req-1"])


def test_a_line_that_is_not_whole_yet_is_drawn_when_it_is(tmp_path: Path) -> None:
    trail_of(tmp_path, [ended(1), ended(2)])
    path = files_of(tmp_path, "gw-1")[0]
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    with AuditIndex(tmp_path) as index:
        assert index.catch_up() == 1
        path.write_bytes(whole)
        assert (index.catch_up(), found(index)) == (1, ["req-2", "req-1"])


def test_lines_that_are_no_records_are_passed_over(tmp_path: Path) -> None:
    trail_of(tmp_path, [ended(1)])
    path = files_of(tmp_path, "gw-1")[0]
    path.write_bytes(b"no json\n[]\n" + path.read_bytes())
    with ready(tmp_path) as index:
        assert found(index) == ["req-1"]


def test_two_draw_the_same_trail_once(tmp_path: Path) -> None:
    trail_of(tmp_path, mixed(4))
    with AuditIndex(tmp_path) as one, AuditIndex(tmp_path) as other:
        assert (one.catch_up(), other.catch_up(), len(found(other))) == (4, 0, 4)


def test_the_index_of_another_trail_is_thrown_away(tmp_path: Path) -> None:
    trail_of(tmp_path, mixed(4))
    ready(tmp_path).close()
    files_of(tmp_path, "gw-1")[0].unlink()
    trail_of(tmp_path, [ended(7)])
    with ready(tmp_path) as index:
        assert found(index) == ["req-7"]


def test_an_index_of_another_version_is_made_anew(tmp_path: Path) -> None:
    trail_of(tmp_path, mixed(2))
    with sqlite3.connect(tmp_path / INDEX_FILE) as connection:
        connection.execute("CREATE TABLE records (old)")
    connection.close()
    with ready(tmp_path) as index:
        assert len(found(index)) == 2


def test_an_index_is_for_the_owner_alone(tmp_path: Path) -> None:
    trail_of(tmp_path, mixed(2))
    ready(tmp_path).close()
    assert (tmp_path / INDEX_FILE).stat().st_mode & 0o777 == 0o600


def test_where_no_index_can_be_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="the index of the audit trail cannot be opened"):
        opened(tmp_path / "no" / INDEX_FILE)


def test_an_index_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    trail_of(tmp_path, [ended(1)])
    with ready(tmp_path) as index:
        trail_of(tmp_path, [ended(2)])
        with sqlite3.connect(tmp_path / INDEX_FILE) as connection:
            connection.execute("DROP TABLE spans")
        connection.close()
        with pytest.raises(StoreError, match=r"cannot be written \(no such table: spans\)"):
            index.catch_up()


def test_a_record_that_is_not_there_any_more_is_said(tmp_path: Path) -> None:
    trail_of(tmp_path, [ended(1)])
    with ready(tmp_path) as index:
        path = files_of(tmp_path, "gw-1")[0]
        path.write_bytes(path.read_bytes().replace(b"{", b"<"))
        with pytest.raises(StoreError, match="see evs-gateway audit verify"):
            index.find(EVERYTHING, MANY)


def test_requests_are_counted_by_the_minute(tmp_path: Path) -> None:
    trail_of(tmp_path, [ended(1), ended(2), denied(61), {"stage": "admin", "event": "stop", "ts_ms": AT_MS}])
    read = Share(AT_MS // 60_000, "cinder_show_volume", "allow", 200, "cloud", 14)
    write = Share(AT_MS // 60_000 + 1, "cinder_create_volume", "deny", 403, "gateway", 10)
    with ready(tmp_path) as index:
        assert list(index.minutes(0, AT_MS + 999_999)) == [(read, 2), (write, 1)]
        assert list(index.minutes(AT_MS, AT_MS + 1)) == [(read, 2)]
        assert list(index.minutes(AT_MS + 60_000, AT_MS + 120_000)) == [(write, 1)]


def test_a_file_that_goes_is_forgotten_and_stays_counted(tmp_path: Path) -> None:
    trail_of(tmp_path, mixed(6), rotate_bytes=2500)
    first, *_ = files_of(tmp_path, "gw-1")
    gone = [record["id"] for record in records_of([first])]
    with ready(tmp_path) as index:
        before = list(index.minutes(0, AT_MS * 2))
        index.forget(first)
        first.unlink()
        left = [f"req-{number}" for number in range(6, len(gone), -1)]
        assert (found(index), found(index, Query(words=spoken(["openstacksdk"])))) == (left, left)
        assert (found(index, Query((("id", "req-1"),))), list(index.minutes(0, AT_MS * 2))) == ([], before)
    with ready(tmp_path) as index:
        assert found(index) == left


def test_a_file_that_was_not_drawn_is_forgotten_too(tmp_path: Path) -> None:
    trail_of(tmp_path, mixed(2))
    with AuditIndex(tmp_path) as index:
        index.forget(files_of(tmp_path, "gw-1")[0])
        assert found(index) == []


def test_an_index_that_another_process_just_began_is_left_as_it_is(tmp_path: Path) -> None:
    trail_of(tmp_path, [ended(1)])
    with ready(tmp_path) as index:
        audit_schema._created(tmp_path / INDEX_FILE).close()
        assert found(index) == ["req-1"]
