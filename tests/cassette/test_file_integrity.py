"""Three verdicts on the files of a text cassette, by plain hashes."""

from __future__ import annotations

import pytest

from gateway.cassette.file_integrity import judge_files, sums_of, unsummed, written_sums
from gateway.cassette.integrity import Fault, State
from gateway.errors import CassetteError

SUMS = {"cassette.json": "a" * 64, "0010-x.json": "b" * 64, "0020-y.json": "c" * 64}
GOOD, BAD, UNKNOWN = State.GOOD, State.BAD, State.UNKNOWN


def _states(hashes: dict[str, str]) -> list[State]:
    return [verdict.state for verdict in judge_files(hashes, SUMS).verdicts.values()]


def test_sums_survive_their_text() -> None:
    text = written_sums(SUMS).decode()
    assert text.splitlines()[0] == f"{'b' * 64}  0010-x.json"
    assert sums_of(text) == SUMS
    assert sums_of(f"{'a' * 64} *x") == {"x": "a" * 64}


@pytest.mark.parametrize("line", ["", "a  x", f"{'g' * 64}  x", f"{'a' * 64}  "])
def test_a_line_that_is_none_is_named(line: str) -> None:
    with pytest.raises(CassetteError, match=r"cassette\.sums: line 2: expected a SHA-256, two spaces and the name"):
        sums_of(f"{'a' * 64}  x\n{line}\n{'a' * 64}  y")


def test_what_is_as_written_is_good_three_times() -> None:
    assert _states(SUMS) == [GOOD, GOOD, GOOD]
    assert judge_files(SUMS, SUMS).completeness.says == "all 3 files are there"


def test_an_edited_file_is_named() -> None:
    hashes = {**SUMS, "0010-x.json": "d" * 64}
    assert _states(hashes) == [BAD, GOOD, GOOD]
    assert judge_files(hashes, SUMS).content.faults == (Fault("0010-x.json", "was edited"),)


def test_a_renamed_file_is_a_matter_of_order() -> None:
    hashes = {"cassette.json": "a" * 64, "0030-x.json": "b" * 64, "0020-y.json": "c" * 64}
    assert _states(hashes) == [GOOD, BAD, GOOD]
    assert judge_files(hashes, SUMS).order.faults == (Fault("0010-x.json", "stands as 0030-x.json"),)


def test_missing_and_added_files_are_a_matter_of_completeness() -> None:
    hashes = {"cassette.json": "a" * 64, "0010-x.json": "b" * 64, "0030-z.json": "d" * 64}
    assert _states(hashes) == [GOOD, GOOD, BAD]
    assert judge_files(hashes, SUMS).completeness.faults == (
        Fault("0020-y.json", "is missing"),
        Fault("0030-z.json", "was added"),
    )


def test_without_sums_nothing_can_be_told() -> None:
    assert [verdict.state for verdict in unsummed().verdicts.values()] == [UNKNOWN] * 3
