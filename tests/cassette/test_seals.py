"""Seals: lines that survive, and say who, when and why."""

from __future__ import annotations

import pytest

from gateway.cassette.seals import Seal, seals_of, state_of
from gateway.errors import CassetteError

SEAL = Seal("2026-01-02T03:04:05+00:00", "Zoë", "name corrected", "0010-x.json was edited", "ab")


def test_seals_survive_their_lines() -> None:
    assert seals_of(SEAL.line() * 2) == [SEAL, SEAL]
    assert SEAL.line().count(b"\n") == 1


def test_a_seal_reads_as_a_sentence() -> None:
    assert SEAL.words() == "sealed 2026-01-02T03:04:05+00:00 by Zoë: name corrected (0010-x.json was edited)"


@pytest.mark.parametrize("line", [b"{}", b"[]", b"{", b'{"who": "x"}'])
def test_a_line_that_is_none_is_named(line: bytes) -> None:
    with pytest.raises(CassetteError, match=r"seals\.jsonl: line 2: expected at, by, reason, note and state"):
        seals_of(SEAL.line() + line)


def test_the_state_is_that_of_the_sums() -> None:
    assert state_of(b"a") != state_of(b"b")
