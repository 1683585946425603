"""What somebody asks for, and what fits it."""

from __future__ import annotations

import pytest

from gateway.audit.entries import entry_of
from gateway.audit.search import EVERYTHING, Query, cursor_of, moment_ms, place_of, spoken
from tests.audit.records import AT_MS, denied, ended

READ, WRITE = entry_of(ended()), entry_of(denied())


@pytest.mark.parametrize(
    ("query", "fits"),
    [
        (EVERYTHING, (True, True)),
        (Query((("decision", "deny"),)), (False, True)),
        (Query((("status", "403"), ("status", "200"))), (True, True)),
        (Query((("status", "4xx"), ("principal", "bob"))), (False, False)),
        (Query((("status", "4xx"), ("principal", "alice"))), (False, True)),
        (Query(words=spoken(["disk-12"])), (False, True)),
        (Query(words=spoken(["disk openstacksdk"])), (False, True)),
        (Query(words=spoken(["dis"])), (False, False)),
        (Query(since_ms=AT_MS + 1000), (True, True)),
        (Query(since_ms=AT_MS + 1001), (False, False)),
        (Query(until_ms=AT_MS + 1000), (False, False)),
    ],
)
def test_alternatives_of_a_kind_and_all_kinds_and_all_words(query: Query, fits: tuple[bool, bool]) -> None:
    assert (query.fits(READ), query.fits(WRITE)) == fits


def test_words_are_looked_for_as_they_were_typed() -> None:
    assert spoken(["Disk-12 big", "fast"]) == {"disk-12", "big", "fast"}
    assert spoken([]) == frozenset()


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("90s", 10_000),
        ("1m", 40_000),
        ("1970-01-01T00:00:05", 5_000),
        ("1970-01-01T02:00:05+02:00", 5_000),
        ("1970-01-02", 86_400_000),
    ],
)
def test_times_are_iso_or_ago(text: str, ms: int) -> None:
    assert moment_ms(text, 100_000) == ms


@pytest.mark.parametrize("text", ["yesterday", "15x", "", "-5m"])
def test_other_times_are_said_to_be_none(text: str) -> None:
    with pytest.raises(ValueError, match="is no time; expected one like"):
        moment_ms(text, 0)


def test_a_cursor_leads_back_to_its_place() -> None:
    assert place_of(cursor_of(3_700_000_000_000_000_001)) == 3_700_000_000_000_000_001


@pytest.mark.parametrize("cursor", ["", "xyz", "1" * 17, "'; DROP"])
def test_another_cursor_is_said_to_be_none(cursor: str) -> None:
    with pytest.raises(ValueError, match="is no cursor"):
        place_of(cursor)
