"""What records are found by."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.audit.entries import Term, entry_of, joined, texts_of, verdict_of, words_of
from tests.audit.records import AT_MS, DISK, PROJECT, denied, ended


def test_a_request_falls_under_who_what_where_and_how_it_ended() -> None:
    entry = entry_of({**ended(), "chain": "gw-1", "seq": 3})
    assert (entry.ts_ms, entry.chain, entry.seq, entry.id) == (AT_MS + 1000, "gw-1", 3, "req-1")
    assert entry.terms == {
        ("stage", "complete"),
        ("chain", "gw-1"),
        ("id", "req-1"),
        ("mode", "passthrough"),
        ("from", "10.0.0.7"),
        ("operation", "cinder_show_volume"),
        ("method", "GET"),
        ("project", PROJECT),
        ("principal", "alice"),
        ("principal", "u1"),
        ("resource", DISK),
        ("decision", "allow"),
        ("action", "evs:volumes:get"),
        ("origin", "cloud"),
        ("status", "200"),
        ("status", "2xx"),
    }


@pytest.mark.parametrize(
    "term",
    [
        ("decision", "deny"),
        ("decision", "explicit"),
        ("action", "evs:volumes:create"),
        ("status", "4xx"),
        ("origin", "gateway"),
    ],
)
def test_a_denial_falls_under_why_it_was(term: Term) -> None:
    assert term in entry_of(denied()).terms


def test_a_request_that_nobody_decided_about_falls_under_what_it_would_need() -> None:
    assert ("action", "evs:volumes:get") in entry_of(ended(decision=None, what={"actions": ["evs:volumes:get"]})).terms


def test_a_request_has_the_id_that_it_had_before_its_answer_too() -> None:
    terms = entry_of(ended(given_id="before")).terms
    assert {("id", "before"), ("id", "req-1")} <= terms


def test_a_request_that_nobody_decided_about_falls_under_none() -> None:
    record = ended(decision=None, who=None)
    assert verdict_of(record) == "none"
    assert ("decision", "none") in entry_of(record).terms


def test_what_is_no_request_falls_under_little() -> None:
    entry = entry_of({"stage": "admin", "ts_ms": AT_MS, "event": "reload", "facts": {"path": "policies.d"}})
    assert (entry.terms, entry.words) == (
        {("stage", "admin"), ("action", "reload")},
        {"reload", "policies.d", "policies", "d"},
    )


def test_members_of_other_types_say_nothing() -> None:
    odd = {
        "stage": 1,
        "ts_ms": "late",
        "seq": None,
        "who": [],
        "what": "all",
        "decision": 5,
        "outcome": {"status": "x"},
    }
    entry = entry_of({**odd, "from": {"ip": 7}})
    assert (entry.ts_ms, entry.seq, entry.terms) == (0, 0, {("decision", "none")})


def test_words_are_found_as_they_stand_and_in_parts() -> None:
    assert words_of(["Disk-12, (big)"]) == {"disk-12", "disk", "12", "big"}
    assert joined("Disk-12, (big).") == {"disk-12", "big"}


def test_a_word_without_end_is_cut() -> None:
    assert words_of(["x" * 1000]) == {"x" * 128}


def test_words_stand_in_lists_and_objects_but_not_in_hashes() -> None:
    words = entry_of({"remarks": ["late"], "facts": {"a": {"b": "deep"}}, "prev": "beef", "hash": "cafe"}).words
    assert words == {"late", "deep"}


def test_only_strings_of_a_list_are_texts() -> None:
    assert (texts_of(["a", 1, None]), texts_of("a")) == (("a",), ())


def test_words_are_found_however_deep_they_are() -> None:
    deep: dict[str, Any] = {"a": "bottom"}
    for _ in range(5000):
        deep = {"a": deep}
    assert entry_of(deep).words == {"bottom"}
