"""The trail as a spool: read on from where reading ended, whatever happens to the files meanwhile."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.errors import StoreError
from gateway.stores import audit_spool
from gateway.stores.audit_files import AuditFiles, files_of
from gateway.stores.audit_spool import Spool


def write(files: AuditFiles, *numbers: int) -> None:
    for number in numbers:
        files.append({"id": f"{number}", "ts_ms": number})


def ids(spool: Spool, seq: int) -> list[str]:
    return [str(record.says["id"]) for record in spool.behind("gw-0", seq)]


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path, "gw")


def test_only_chains_of_this_gateway_are_read(tmp_path: Path, spool: Spool) -> None:
    for chain in ("gw-0", "gw-1", "gwx-0", "other-0"):
        AuditFiles(tmp_path, chain).close()
    assert spool.chains() == ("gw-0", "gw-1")


def test_reading_goes_on_behind_what_was_read_through_rotations(tmp_path: Path, spool: Spool) -> None:
    files = AuditFiles(tmp_path, "gw-0", rotate_bytes=700)
    assert ids(spool, 0) == []
    read: list[str] = []
    for first in range(1, 22, 3):
        write(files, *range(first, first + 3))
        read += ids(spool, len(read))
    files.close()
    assert read == [str(number) for number in range(1, 22)]
    assert len(files_of(tmp_path, "gw-0")) > 3
    assert ids(spool, 21) == []


def test_a_chain_without_files_has_nothing(spool: Spool) -> None:
    assert ids(spool, 0) == []


def test_a_batch_is_bounded(tmp_path: Path, spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    files = AuditFiles(tmp_path, "gw-0")
    write(files, *range(10))
    files.close()
    monkeypatch.setattr(audit_spool, "BATCH_RECORDS", 4)
    assert ids(spool, 0) == ["0", "1", "2", "3"]
    monkeypatch.setattr(audit_spool, "BATCH_BYTES", 1)
    assert ids(spool, 4) == ["4"]


def test_what_is_asked_for_need_not_be_where_reading_ended(tmp_path: Path, spool: Spool) -> None:
    files = AuditFiles(tmp_path, "gw-0", rotate_bytes=700)
    write(files, *range(1, 21))
    files.close()
    assert ids(spool, 0) == [str(number) for number in range(1, 21)]
    assert ids(spool, 12) == [str(number) for number in range(13, 21)]
    assert ids(Spool(tmp_path, "gw"), 19) == ["20"]


def test_files_that_were_dropped_are_passed_over(tmp_path: Path, spool: Spool) -> None:
    files = AuditFiles(tmp_path, "gw-0", rotate_bytes=700)
    write(files, *range(1, 21))
    files.close()
    assert ids(spool, 0)[0] == "1"
    for path in files_of(tmp_path, "gw-0")[:2]:
        path.unlink()
    assert ids(spool, 0)[0] == str(int(files_of(tmp_path, "gw-0")[0].name.split(".")[1]))


def test_half_a_line_waits_for_its_other_half(tmp_path: Path, spool: Spool) -> None:
    files = AuditFiles(tmp_path, "gw-0")
    write(files, 1, 2)
    files.close()
    (path,) = files_of(tmp_path, "gw-0")
    whole = path.read_bytes()
    path.write_bytes(whole[:-10])
    assert ids(spool, 0) == ["1"]
    path.write_bytes(whole)
    assert ids(spool, 1) == ["2"]


@pytest.mark.parametrize("line", [b"no JSON", b"[]", b'{"seq":1}', b'{"seq":"x","prev":"","hash":"","ts_ms":1}'])
def test_a_damaged_record_is_named(tmp_path: Path, spool: Spool, line: bytes) -> None:
    (tmp_path / "gw-0.000000000001.jsonl").write_bytes(line + b"\n")
    with pytest.raises(StoreError, match=r"gw-0\.000000000001\.jsonl: a record is damaged"):
        spool.behind("gw-0", 0)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, spool: Spool) -> None:
    (tmp_path / "gw-0.000000000001.jsonl").mkdir()
    with pytest.raises(StoreError, match="chain gw-0 cannot be read"):
        spool.behind("gw-0", 0)
