"""Cassettes on the shelf, and one at a glance."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from gateway.fronts.inspector import shelf
from gateway.fronts.inspector.pages import size
from gateway.http.messages import Response
from gateway.stores.copying import write_cassette
from tests.audit.records import ended, trail_of
from tests.cassette.recordings import recorded
from tests.fronts.inspector.glancing import glancing, said

EXCHANGES = recorded(lambda client: [client.create() for _ in range(2)])


def shelved(folder: Path) -> Path:
    trail_of(folder / "audit", [ended()])
    write_cassette(folder / "own.sqlite", EXCHANGES)
    write_cassette(folder / "other.cassette", EXCHANGES)
    return folder


def test_cassettes_are_listed(tmp_path: Path) -> None:
    with glancing(shelved(tmp_path)) as somebody:
        rows = somebody.rows("/inspector/cassettes", "cassettes")
    assert [row[:2] for row in rows] == [["other.cassette", "text"], ["own.sqlite (this gateway's)", "sqlite"]]


def test_an_empty_shelf_says_so(tmp_path: Path) -> None:
    with glancing(tmp_path) as somebody:
        assert "No cassette was recorded here." in somebody.page("/inspector/cassettes")


@pytest.mark.parametrize("name", ["own.sqlite", "other.cassette"])
def test_a_cassette_is_told_at_a_glance(tmp_path: Path, name: str) -> None:
    with glancing(shelved(tmp_path)) as somebody:
        page = somebody.page(f"/inspector/cassettes/{name}")
        operations = somebody.rows(f"/inspector/cassettes/{name}", "operations")
    assert f"Exchanges {len(EXCHANGES)}, of which 0" in said(page)
    assert "Covers 1 of 58 documented operations" in said(page)
    assert operations == [["cinder_create_volume", str(len(EXCHANGES))]]
    assert ('<svg class="timeline"' in page, "none departs from what the reference" in page) == (True, True)


def test_answers_that_are_not_as_documented_are_listed(tmp_path: Path) -> None:
    shelved(tmp_path)
    broken = [replace(each, response=Response(each.response.status, (), b"[]")) for each in EXCHANGES]
    write_cassette(tmp_path / "broken.sqlite", broken)
    with glancing(tmp_path) as somebody:
        rows = somebody.rows("/inspector/cassettes/broken.sqlite", "reference")
    assert [row[:5] for row in rows][-1] == ["warn", "cinder_create_volume", "body", "an object", "an array"]


@pytest.mark.parametrize("name", ["none.sqlite", "..%2Fown.sqlite", "audit"])
def test_only_what_lies_there_is_opened(tmp_path: Path, name: str) -> None:
    with glancing(shelved(tmp_path)) as somebody:
        assert somebody.get(f"/inspector/cassettes/{name}").status_code == 404


def test_a_large_cassette_is_read_in_part_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "MOST_EXCHANGES", 1)
    monkeypatch.setattr(shelf, "MOST_TEXT_BYTES", 10)
    with glancing(shelved(tmp_path)) as somebody:
        assert "told of its first 1 exchanges" in somebody.page("/inspector/cassettes/own.sqlite")
        text = somebody.get("/inspector/cassettes/other.cassette")
    assert (text.status_code, "is too large to be looked into here" in text.text) == (503, True)


def test_a_cassette_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    shelved(tmp_path)
    (tmp_path / "broken.sqlite").write_bytes(b"SQLite format 3\0" + b"x" * 100)
    with glancing(tmp_path) as somebody:
        answer = somebody.get("/inspector/cassettes/broken.sqlite")
    assert (answer.status_code, "broken.sqlite" in answer.text) == (503, True)


@pytest.mark.parametrize(
    ("size_bytes", "words"), [(7, "7 B"), (1_500, "1.5 KB"), (2_000_000, "2.0 MB"), (3_140_000_000, "3.1 GB")]
)
def test_sizes_are_said_as_people_say_them(size_bytes: int, words: str) -> None:
    assert size(size_bytes) == words
