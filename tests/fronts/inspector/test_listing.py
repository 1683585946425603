"""The list: rows, facets with counts, pages, filters."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.fronts.inspector import listing, reading
from gateway.stores.audit_files import AuditFiles
from tests.audit.records import denied, ended
from tests.fronts.inspector.visiting import looking


def places(page: str) -> list[str]:
    return re.findall(r'<tr data-seq="([^"]+)"', page)


def facets(page: str) -> dict[tuple[str, str], str]:
    found = re.findall(
        r'data-facet="([^"]+)" data-value="([^"]+)"[^>]*><span class="value">[^<]*</span> <span class="count">([^<]+)<',
        page,
    )
    return {(name, value): count for name, value, count in found}


def test_the_newest_stands_first_and_leads_to_its_exchange(tmp_path: Path) -> None:
    with looking(tmp_path, [ended(1), denied(2)]) as looked:
        page = looked.get("/inspector/").text
    assert places(page) == ["gw-1:2", "gw-1:1"]
    assert re.findall(r'href="(/inspector/exchange/[^"]+)"', page) == [
        "/inspector/exchange/req-2",
        "/inspector/exchange/req-1",
    ]
    assert re.search(r'data-href="([^"]*)"', page)[1] == "/inspector/tail?after=gw-1%3A2"  # type: ignore[index]


def test_facets_count_all_records_and_those_of_a_filter(tmp_path: Path) -> None:
    records = [ended(1), denied(2), denied(3, who={"user_name": "bob"}), ended(4, stage="received")]
    with looking(tmp_path, records) as looked:
        every = facets(looked.get("/inspector/").text)
        some = facets(looked.get("/inspector/?decision=deny").text)
    assert (every["decision", "allow"], every["decision", "deny"], every["principal", "alice"]) == ("1", "2", "2")
    assert (some["decision", "allow"], some["decision", "deny"], some["principal", "alice"]) == ("1", "2", "1")
    assert ("status", "200") not in some


def test_counts_of_much_are_told_as_the_least(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "BOUND", 2)
    with looking(tmp_path, [ended(number) for number in range(1, 5)]) as looked:
        page = looked.get("/inspector/?method=GET").text
    assert facets(page)["status", "200"] == "2+"


def test_pages_lead_on_and_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "ROWS", 2)
    with looking(tmp_path, [ended(number) for number in range(1, 6)]) as looked:
        first = looked.get("/inspector/?method=GET").text
        older = re.findall(r'rel="next" href="([^"]+)"', first)[0].replace("&amp;", "&")
        second = looked.get(older).text
        newer = re.findall(r'rel="prev" href="([^"]+)"', second)[0].replace("&amp;", "&")
        back = looked.get(newer)
        last = looked.get(re.findall(r'rel="next" href="([^"]+)"', second)[0].replace("&amp;", "&")).text
        begun = looked.get(newer.replace("method=GET", "method=POST"))
        nowhere = looked.get("/inspector/?method=GET&before=1").text
    assert (places(first), places(second), places(last)) == (["gw-1:5", "gw-1:4"], ["gw-1:3", "gw-1:2"], ["gw-1:1"])
    assert (places(back.text), 'rel="next"' in last, 'id="tail"' in second) == (places(first), False, False)
    assert (begun.status_code, begun.headers["location"]) == (303, "/inspector/?method=POST")
    assert 'rel="prev" href="/inspector/?method=GET"' in nowhere


@pytest.mark.parametrize("query", ["from=yesterday", "words=%3F", "before=x", "after=-1", f"id={'x' * 300}"])
def test_an_address_that_says_no_filter_is_told_why(tmp_path: Path, query: str) -> None:
    with looking(tmp_path, [ended()]) as looked:
        answer = looked.get(f"/inspector/?{query}")
    assert (answer.status_code, 'id="fault" role="alert"' in answer.text) == (400, True)


def test_a_list_that_ends_in_the_past_does_not_go_on(tmp_path: Path) -> None:
    with looking(tmp_path, [ended()]) as looked:
        page = looked.get("/inspector/?to=2030-01-01&words=openstacksdk").text
    assert 'data-href=""' in page
    assert (places(page), 'value="openstacksdk"' in page, "Clear all" in page) == (["gw-1:1"], True, True)


def test_without_a_trail_that_is_said(tmp_path: Path) -> None:
    with looking(tmp_path) as looked:
        answer = looked.get("/inspector/")
    assert (answer.status_code, "holds no audit trail" in answer.text) == (503, True)


def test_a_trail_that_is_far_ahead_is_drawn_by_another_process(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "AT_ONCE_BYTES", 100)
    with looking(tmp_path, [ended(1), ended(2)]) as looked:
        page = looked.get("/inspector/").text
        assert (places(page), "The index is being drawn" in page) == ([], True)
        looked.page.reading.drawn()
        assert places(looked.get("/inspector/").text) == ["gw-1:2", "gw-1:1"]


def test_what_comes_between_two_looks_is_there(tmp_path: Path) -> None:
    with looking(tmp_path, [ended(1)]) as looked:
        looked.get("/inspector/")
        files = AuditFiles(looked.folder, "gw-1")
        files.append(ended(2))
        assert places(looked.get("/inspector/").text) == ["gw-1:2", "gw-1:1"]
        files.close()


def test_what_a_client_sent_stays_text(tmp_path: Path) -> None:
    hostile = "\"><img src=x onerror=alert(1)>\u202e{{7*7}}'"
    with looking(tmp_path, [ended(1, who={"user_name": hostile}, what={"target": hostile}, mode=hostile)]) as looked:
        page = looked.get("/inspector/").text
        chosen = looked.get("/inspector/", words="x")
        found = re.findall(r'href="(/inspector/\?principal=[^"]+)"', page)
        narrowed = looked.get(found[0]).text
    assert "<img" not in page + narrowed + chosen.text
    assert ("\u202e" in page, "\\u202e" in page, "{{7*7}}" in page) == (False, True, True)
    assert places(narrowed) == ["gw-1:1"]


def test_there_is_no_page_where_there_is_none(tmp_path: Path) -> None:
    with looking(tmp_path, [ended()]) as looked:
        assert looked.get("/inspector/nowhere").status_code == 404
        assert [looked.get(path).headers["location"] for path in ("/", "/inspector")] == ["/inspector/"] * 2
