"""Filters and the addresses they stand in."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.audit.entries import LATEST_MS
from gateway.audit.search import Query
from gateway.inspector.filters import KINDS, TOLD, Filter, filter_of

NOW_MS = 1_795_510_800_000


def test_an_address_without_a_filter_asks_for_all_that_is_told() -> None:
    chosen = filter_of([("before", "3f"), ("nonsense", "x")], NOW_MS)
    assert (chosen, chosen.is_open) == (Filter(now_ms=NOW_MS), True)
    assert chosen.query == Query(TOLD)
    assert chosen.address("/inspector/") == "/inspector/"


def test_an_address_says_terms_words_and_times() -> None:
    pairs = [("principal", "bob"), ("ip", "10.0.0.7"), ("words", "disk-12"), ("from", "15m"), ("to", "1m")]
    chosen = filter_of(pairs, NOW_MS)
    assert chosen.pairs == tuple(pairs)
    assert chosen.query == Query(
        (("principal", "bob"), ("from", "10.0.0.7"), *TOLD),
        frozenset({"disk-12"}),
        NOW_MS - 15 * 60_000,
        NOW_MS - 60_000,
    )


def test_who_asks_for_a_stage_or_an_id_gets_records_of_every_kind() -> None:
    assert filter_of([("stage", "anchor")], NOW_MS).query == Query((("stage", "anchor"),))
    assert filter_of([("id", "req-1")], NOW_MS).query == Query((("id", "req-1"),), until_ms=LATEST_MS)


def test_a_value_is_chosen_once_and_let_go() -> None:
    chosen = Filter().having("status", "403").having("status", "403").having("status", "424").having("mode", "replay")
    assert chosen.values("status") == ("403", "424")
    assert chosen.without("status", "403").chosen == (("status", "424"), ("mode", "replay"))
    assert chosen.without("status").chosen == (("mode", "replay"),)


def test_a_filter_narrowed_to_a_time_keeps_the_rest() -> None:
    chosen = Filter((("mode", "replay"),), "disk").between("2026-11-24T09:00:00", "2026-11-24T09:05:00")
    assert chosen.address("/x", ("before", "3f")) == (
        "/x?mode=replay&words=disk&from=2026-11-24T09%3A00%3A00&to=2026-11-24T09%3A05%3A00&before=3f"
    )


@pytest.mark.parametrize(
    ("pairs", "says"),
    [
        ([("from", "yesterday")], "'yesterday' is no time"),
        ([("to", "2026-13-01")], "is no time"),
        ([("words", "!?")], "holds no word"),
        ([("principal", "x" * 257)], "256 characters"),
        ([("status", str(status)) for status in range(100, 151)], "at most 50 values"),
    ],
    ids=["from", "to", "words", "long", "many"],
)
def test_an_address_that_says_no_filter_is_told_why(pairs: list[tuple[str, str]], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        filter_of(pairs, NOW_MS)


@given(st.lists(st.tuples(st.sampled_from(sorted(KINDS)), st.text(max_size=20)), max_size=6))
def test_every_filter_is_read_from_its_own_address(pairs: list[tuple[str, str]]) -> None:
    texts = [(name, value.encode("utf-8", "replace").decode()) for name, value in pairs]
    chosen = filter_of(texts, NOW_MS)
    read = parse_qsl(urlsplit(chosen.address("/inspector/")).query, keep_blank_values=True)
    assert filter_of(read, NOW_MS) == chosen
