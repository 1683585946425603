"""Which files go, and what a chain is verified from when they are gone."""

from __future__ import annotations

import pytest

from gateway.audit.chain import START, Head
from gateway.audit.retention import Dropped, Held, Limits, dropped_of, overdue, start_of
from gateway.audit.verification import FaultKind
from tests.audit.trails import OTHER_SIGNER, SIGNER

A1, A2, B1 = Held("a", 1, 100, 1_000), Held("a", 11, 100, 3_000), Held("b", 1, 100, 2_000)


def due(limits: Limits, total: int = 400, now_ms: int = 10_000) -> list[tuple[Held, str]]:
    return list(overdue([A2, B1, A1], total, limits, now_ms))


def test_what_is_older_goes() -> None:
    assert due(Limits(age_ms=7_500)) == [(A1, "age"), (B1, "age")]


def test_the_oldest_go_until_the_rest_is_small_enough() -> None:
    assert due(Limits(size=250)) == [(A1, "size"), (B1, "size")]


def test_both_limits_hold_and_none_keeps_all() -> None:
    assert due(Limits(age_ms=8_500, size=300)) == [(A1, "age")]
    assert due(Limits()) == []


def test_a_file_stays_while_one_before_it_stays() -> None:
    young, old = Held("a", 1, 100, 9_000), Held("a", 11, 100, 9_001)
    assert list(overdue([young, old], 200, Limits(age_ms=1_000), 10_000)) == []
    clock_went_back = Held("a", 11, 100, 1)
    assert list(overdue([young, clock_went_back], 200, Limits(age_ms=1_000), 10_000)) == []


def dropped(seq: int = 10, chain: str = "a", signer=SIGNER) -> Dropped:
    return Dropped(f"{chain}.jsonl", "age", signer.anchor(chain, Head(seq, "ab" * 32), 5))


def test_what_stands_for_a_file_is_read_back() -> None:
    assert dropped_of(dropped().as_json()) == dropped()


@pytest.mark.parametrize("name", ["file", "why", "anchor"])
def test_what_lacks_something_stands_for_nothing(name: str) -> None:
    said = dropped().as_json()
    with pytest.raises(ValueError, match="says nothing of a file that is gone"):
        dropped_of({**said, name: None})


def test_a_chain_begins_behind_the_last_file_that_is_gone() -> None:
    assert start_of("a", [dropped(20), dropped(10)], SIGNER.public) == (Head(20, "ab" * 32), [])
    assert start_of("a", [], SIGNER.public) == (START, [])


@pytest.mark.parametrize("each", [dropped(signer=OTHER_SIGNER), dropped(chain="b")])
def test_words_that_nobody_signed_do_not_count(each: Dropped) -> None:
    head, faults = start_of("a", [each], SIGNER.public)
    assert (head, [fault.kind for fault in faults]) == (START, [FaultKind.UNSIGNED])


def test_without_a_key_any_signature_counts() -> None:
    assert start_of("a", [dropped(signer=OTHER_SIGNER)], None)[0].seq == 10
