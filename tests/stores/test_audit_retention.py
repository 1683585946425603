"""Retention: what goes, goes whole, and the rest is verified from there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from gateway.audit.retention import Limits
from gateway.audit.search import EVERYTHING, Page
from gateway.audit.verification import FaultKind, Line
from gateway.errors import StoreError
from gateway.stores.audit_files import AuditFiles, files_of
from gateway.stores.audit_index import AuditIndex
from gateway.stores.audit_reading import dropped_in, judged, records_of
from gateway.stores.audit_retention import retain
from tests.audit.records import AT_MS, ended, trail_of
from tests.audit.trails import OTHER_SIGNER, SIGNER

NOW_MS = AT_MS + 20_000
ONE_A_FILE = 1000


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a trail of ten files of one record each, a second apart."""
    return trail_of(tmp_path, [ended(number) for number in range(1, 11)], rotate_bytes=ONE_A_FILE)


def numbers(folder: Path) -> list[int]:
    return [int(path.name.split(".")[1]) for path in files_of(folder, "gw-1")]


def test_what_is_too_old_goes_and_the_rest_is_whole(folder: Path) -> None:
    dropped = retain(folder, Limits(age_ms=14_000), SIGNER, NOW_MS)
    verdict = judged(folder, "gw-1", (), SIGNER.public)
    assert [(each.file, each.why) for each in dropped] == [(f"gw-1.{n:012}.jsonl", "age") for n in range(1, 6)]
    assert (numbers(folder), dropped_in(folder, "gw-1")) == ([6, 7, 8, 9, 10], dropped)
    assert (verdict.is_whole, verdict.records, verdict.head.seq) == (True, 5, 10)


def test_what_is_too_much_goes_but_never_what_is_written(folder: Path) -> None:
    size = files_of(folder, "gw-1")[0].stat().st_size
    retain(folder, Limits(size=4 * size + 100), SIGNER, NOW_MS)
    assert numbers(folder) == [7, 8, 9, 10]
    retain(folder, Limits(size=0), SIGNER, NOW_MS)
    assert (numbers(folder), judged(folder, "gw-1", (), SIGNER.public).is_whole) == ([10], True)


def test_the_chain_goes_on_after_all_its_older_files_went(folder: Path) -> None:
    retain(folder, Limits(size=0), SIGNER, NOW_MS)
    trail_of(folder, [ended(11)], rotate_bytes=ONE_A_FILE)
    verdict = judged(folder, "gw-1", (), SIGNER.public)
    assert (verdict.is_whole, verdict.head.seq, verdict.records) == (True, 11, 2)


def test_a_file_that_an_empty_one_continues_stays(folder: Path) -> None:
    (folder / "gw-1.000000000011.jsonl").touch()
    retain(folder, Limits(size=0), SIGNER, NOW_MS)
    assert numbers(folder) == [10, 11]
    AuditFiles(folder, "gw-1").close()


def test_nothing_goes_within_the_limits(folder: Path) -> None:
    assert retain(folder, Limits(age_ms=60_000, size=1 << 30), SIGNER, NOW_MS) == []
    assert len(numbers(folder)) == 10


def test_a_chain_without_records_has_nothing_that_could_go(tmp_path: Path) -> None:
    trail_of(tmp_path, [])
    assert retain(tmp_path, Limits(size=0), SIGNER, NOW_MS) == []


def test_chains_are_kept_as_old_as_each_other(folder: Path) -> None:
    trail_of(folder, [ended(number) for number in (2, 4, 30)], "gw-2", ONE_A_FILE)
    dropped = retain(folder, Limits(age_ms=16_500), SIGNER, NOW_MS)
    assert [each.file for each in dropped] == [
        "gw-1.000000000001.jsonl",
        "gw-1.000000000002.jsonl",
        "gw-2.000000000001.jsonl",
        "gw-1.000000000003.jsonl",
    ]
    assert all(judged(folder, chain, (), SIGNER.public).is_whole for chain in ("gw-1", "gw-2"))


def test_files_that_somebody_took_away_are_missed(folder: Path) -> None:
    retain(folder, Limits(age_ms=18_000), SIGNER, NOW_MS)
    files_of(folder, "gw-1")[0].unlink()
    verdict = judged(folder, "gw-1", (), SIGNER.public)
    assert [(fault.kind, fault.seq) for fault in verdict.faults] == [(FaultKind.MISSING, 2)]


def test_who_has_not_the_key_cannot_let_files_go(folder: Path) -> None:
    retain(folder, Limits(age_ms=18_000), OTHER_SIGNER, NOW_MS)
    verdict = judged(folder, "gw-1", (), SIGNER.public)
    assert [fault.kind for fault in verdict.faults] == [FaultKind.UNSIGNED, FaultKind.MISSING]


def test_a_file_that_did_not_go_after_all_is_no_fault(folder: Path) -> None:
    first = files_of(folder, "gw-1")[0]
    content = first.read_bytes()
    retain(folder, Limits(age_ms=18_000), SIGNER, NOW_MS)
    first.write_bytes(content)
    assert judged(folder, "gw-1", (), SIGNER.public).is_whole


def test_files_that_go_while_a_chain_is_judged_are_no_fault(folder: Path) -> None:
    limits = iter([Limits(age_ms=14_000), Limits(age_ms=12_000)])

    def watch(lines: Iterable[Line]) -> Iterator[Line]:
        for number, line in enumerate(lines):
            if number == 1 and (limit := next(limits, None)) is not None:
                retain(folder, limit, SIGNER, NOW_MS)
            yield line

    verdict = judged(folder, "gw-1", (), SIGNER.public, watch)
    assert (verdict.is_whole, verdict.records, numbers(folder)) == (True, 3, [8, 9, 10])


def test_files_that_went_are_passed_over(folder: Path) -> None:
    files = files_of(folder, "gw-1")
    files[0].unlink()
    assert [record["seq"] for record in records_of(files)] == [2, 3, 4, 5, 6, 7, 8, 9, 10]


def test_the_index_forgets_what_goes(folder: Path) -> None:
    with AuditIndex(folder) as index:
        index.catch_up()
    retain(folder, Limits(age_ms=14_000), SIGNER, NOW_MS)
    with AuditIndex(folder) as index:
        assert [each.record["seq"] for each in index.find(EVERYTHING, Page())] == [10, 9, 8, 7, 6]


def test_nothing_stands_for_a_file_whose_end_is_damaged(folder: Path) -> None:
    first = files_of(folder, "gw-1")[0]
    first.write_bytes(b"no record\n")
    with pytest.raises(StoreError, match="its last record is damaged"):
        retain(folder, Limits(size=0), SIGNER, NOW_MS)
    assert len(numbers(folder)) == 10


def test_a_folder_that_is_none_cannot_be_kept_small(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="retention could not be done"):
        retain(tmp_path / "none", Limits(size=0), SIGNER, NOW_MS)
